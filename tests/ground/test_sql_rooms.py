"""SQL keeps to the order of the rooms as imports do."""

import subprocess
import sys

from scripts.check_sql_rooms import ROOT, Touch, faults

HERE = "handoffs/sql/here.sql"


def test_every_file_keeps_to_its_room_or_says_why() -> None:
    done = subprocess.run([sys.executable, "scripts/check_sql_rooms.py"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_room_reads_to_its_left_and_writes_its_own() -> None:
    text = "update handoffs_handoff h set state = 'x' from lifecycle_record r join workspaces_member m on true"
    assert list(faults({HERE: text}, set())) == []


def test_reading_to_the_right_needs_a_reason() -> None:
    text = "select 1 from scorecard_reading -- join governance_approval"
    [fault] = faults({HERE: text}, set())
    assert fault.startswith("handoffs/sql/here.sql reads scorecard_reading")
    assert list(faults({HERE: text}, {Touch(HERE, "scorecard_reading", "reads")})) == []


def test_writing_into_another_room_needs_a_reason() -> None:
    text = "insert into history_event (kind) select name from lifecycle_record for update of lifecycle_record"
    [fault] = faults({HERE: text}, set())
    assert "writes history_event" in fault


def test_a_reason_for_nothing_is_found() -> None:
    [fault] = faults({HERE: "select 1"}, {Touch(HERE, "scorecard_reading", "reads")})
    assert "no longer reads scorecard_reading" in fault
