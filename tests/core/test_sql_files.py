"""Statements from files: what the header says is held, and places take only what they are named for."""

import pytest

from core.sql import BadSqlFile, Fragment, load, parse

FILE = """-- Count the leads of a source.
--
-- parameters:
--   workspace uuid: the tenant
--   sources text[]: which sources
-- places:
--   filter: which leads count
--   more: further columns
-- columns:
--   number: how many
-- A note with 100 % in it.
select
    count(*) as number /*{more}*/
-- why this condition stands first
from lifecycle_record
where workspace_id = %(workspace)s and source = any(%(sources)s) and /*{filter*/ true /*}*/
"""


def test_the_header_is_read_and_comments_are_not_sent():
    read = parse("counting", FILE)
    assert dict(read.parameters) == {"workspace": "uuid", "sources": "text[]"}
    assert read.columns == ("number",)
    assert read.places == {"filter", "more"}
    assert "--" not in read.draft and "100 %" not in read.draft


def test_a_filled_statement_brings_the_values_of_its_fragments():
    filled = parse("counting", FILE).fill(filter=Fragment("score > %(least)s", {"least": 40}), more="")
    assert filled.values == {"least": 40}
    assert filled.text.endswith("any(%(sources)s) and score > %(least)s")
    assert filled.text.startswith("/* counting */\n")


def test_a_part_brings_its_parameters(tmp_path, monkeypatch):
    (tmp_path / "room/sql/parts").mkdir(parents=True)
    (tmp_path / "room/__init__.py").touch()
    (tmp_path / "room/sql/counting.sql").write_text(
        "-- Count.\n-- parameters:\n--   workspace uuid: the tenant\n-- parts:\n--   leads: who counts\n"
        "select count(*) from (/*{leads}*/) leads where workspace_id = %(workspace)s\n"
    )
    (tmp_path / "room/sql/parts/leads.sql").write_text(
        "-- Warm leads.\n-- parameters:\n--   least int: points\nselect * from lead where score > %(least)s\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    read = load("room", "counting")
    assert dict(read.parameters) == {"workspace": "uuid", "least": "int"}
    assert "from (select * from lead where score > %(least)s) leads" in read.text


def test_a_prepared_statement_numbers_its_parameters_as_the_header_does():
    types, text = parse("counting", FILE).fill(filter="name = 'at %(workspace)s /*{more}*/'", more="").prepared()
    assert types == "uuid, text[]"
    assert "workspace_id = $1 and source = any($2)" in text
    assert text.endswith("name = 'at %(workspace)s /*{more}*/'")  # what looks like a parameter in a value is none


def test_a_statement_with_an_open_place_does_not_run():
    with pytest.raises(BadSqlFile, match="filter, more"):
        _ = parse("counting", FILE).text


@pytest.mark.parametrize("places", [{"filter": "true"}, {"filter": "true", "more": "", "fliter": "true"}])
def test_places_are_filled_all_and_only(places):
    with pytest.raises(BadSqlFile, match="missing or unknown"):
        parse("counting", FILE).fill(**places)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (FILE.replace("any(%(sources)s)", "any(%(source)s)"), "parameters of the header"),
        (FILE.replace("--   sources text[]: which sources\n", ""), "parameters of the header"),
        (FILE.replace(" /*{more}*/", ""), "places and parts of the header"),
        (FILE.replace("--   more: further columns\n", ""), "places and parts of the header"),
        (FILE.replace("sources text[]:", "sources:"), "without a type"),
        (FILE.replace("as number", "% 7 as number"), "no parameter"),
        (FILE.replace("true /*}*/", "true"), "places and parts of the header"),
        (FILE.replace(" /*{more}*/", " /*{more}*/ /*{"), "not closed"),
    ],
)
def test_a_file_that_is_not_what_its_header_says_is_refused(wrong, words):
    with pytest.raises(BadSqlFile, match=words):
        parse("counting", wrong)
