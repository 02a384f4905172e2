"""The table as a page of the documentation: `python -m tests.doors.page` writes `docs/permissions.md`."""

from pathlib import Path

from tests.doors.table import ROLES, doors, who

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
HEAD = """# Who may do what

One line a verb: the roles that carry it, the scope a key needs for it, and the doors that ask it (`/api` stands for
`/api/v1/w/<workspace>`, the others are pages below `/w/<workspace>`). The action asks again whose thing it is: only the
assignee answers a handoff, only who has a record or leads gives it away. A manager seats people in the teams they
manage, but nobody who sits in somebody else's, and says hours, absences and limits of who sits with them, but of no
admin: an admin does. A key may do what its member's role, the role
of the person who made it, and its scopes all allow.

This page is made from `tests/doors/table.py`, and a test walks every line of it for every role and every scope.

"""


def written() -> str:
    """The page."""
    found = doors()
    lines = [f"| verb | {' | '.join(ROLES)} | scope | doors |", f"|---|{'---|' * len(ROLES)}---|---|"]
    for verb, each in who().items():
        marks = " | ".join("yes" if role in each.roles else "–" for role in ROLES)
        there = "<br>".join(
            f"`{door.method} {door.address}`{' with ' + door.variant[1:] if door.variant else ''}"
            for door in found
            if verb in door.verbs.split(",")
        )
        lines.append(f"| `{verb}` | {marks} | `{each.scope}` | {there} |")
    open_to_all = ", ".join(f"`{door.method} {door.address}`" for door in found if door.verb == "-")
    return HEAD + "\n".join(lines) + f"\n\nOpen to everybody who came in: {open_to_all}.\n"


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
