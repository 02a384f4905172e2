"""A database's catalog as sets of lines: whatever differs between two databases of one product is a fault."""

import re

from psycopg2.extensions import cursor as Cursor

# PostgreSQL itself writes a list of words in another way once it has been dumped and read back.
ONE_WORD = r"\(?'[^']*'::character varying\)?(?:::text)?"
WORDS = re.compile(rf"\(ARRAY\[({ONE_WORD}(?:, {ONE_WORD})*)\]\)::text\[\]|ARRAY\[({ONE_WORD}(?:, {ONE_WORD})*)\]")

# And conditions that are one after the other by `or` or `and` lose the brackets between them.
CONDITIONS = {"triggers", "policies", "constraints", "indexes"}
FLAT = str.maketrans("", "", "()")

ASK = {
    "tables": """
        select relname, relkind, relrowsecurity, relforcerowsecurity, reloptions, relacl::text,
          pg_get_userbyid(relowner)
        from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S')""",
    "columns": """
        select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text,
          a.attacl::text, pg_get_expr(d.adbin, d.adrelid)
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and a.attnum > 0
          and not a.attisdropped""",
    "functions": """
        select proname, pg_get_function_identity_arguments(oid), coalesce(pg_get_function_sqlbody(oid), prosrc),
          prosecdef, proconfig, provolatile::text, proparallel::text, proacl::text, pg_get_userbyid(proowner)
        from pg_proc where pronamespace = 'public'::regnamespace""",
    "triggers": """
        select t.tgrelid::regclass::text, t.tgname, pg_get_triggerdef(t.oid), t.tgenabled::text
        from pg_trigger t where not t.tgisinternal""",
    "policies": """
        select tablename, policyname, permissive, roles::text, cmd, qual, with_check from pg_policies
        where schemaname = 'public'""",
    "constraints": """
        select conrelid::regclass::text, conname, pg_get_constraintdef(oid), condeferrable, condeferred, convalidated
        from pg_constraint where connamespace = 'public'::regnamespace""",
    "indexes": "select tablename, indexname, indexdef from pg_indexes where schemaname = 'public'",
    "views": "select viewname, definition from pg_views where schemaname = 'public'",
    "default privileges": "select defaclobjtype::text, defaclacl::text from pg_default_acl",
    "migrations": "select app, name from django_migrations",
}


def catalog(cursor: Cursor) -> dict[str, set[str]]:
    """Everything that a migration can make, told apart by name; privileges in whatever order they were given."""
    found = {}
    for kind, question in ASK.items():
        cursor.execute(question)
        lines = {" | ".join(_text(value) for value in row) for row in cursor.fetchall()}
        found[kind] = {line.translate(FLAT) for line in lines} if kind in CONDITIONS else lines
    return found


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(sorted(map(str, value)))
    if isinstance(value, str) and value.startswith("{") and "=" in value and "/" in value:  # an access list
        return ", ".join(sorted(value.strip("{}").split(",")))
    return WORDS.sub(lambda found: str(re.findall(r"'[^']*'", found[0])), str(value))


def differences(one: dict[str, set[str]], other: dict[str, set[str]]) -> list[str]:
    """Lines that only one of them has."""
    return [
        f"{kind}: only {where}: {line}"
        for kind in one
        for where, lines in (("upgraded", one[kind] - other[kind]), ("fresh", other[kind] - one[kind]))
        for line in sorted(lines)
    ]
