"""When this has happened, do that: the one table of followers. They act in the transaction that told the news."""

from revops.history.actions import follow


def connect() -> None:
    """Called once at start."""
    from governance.actions import founding
    from handoffs.actions import following, leaving

    # a workspace was made: publish version 1 of its blueprint
    follow("workspace.created", founding.publish_first_version)
    # records entered stages: where the stage is a seam's trigger, offer a handoff
    follow("records.entered", following.offer_where_triggered)
    # somebody touched a record: stop the first-touch clock of its open handoffs
    follow("records.touched", following.stop_first_touch_clocks)
    # somebody leaves the workspace: not while handoffs, tasks, records or seams wait for them alone
    follow("member.leaving", leaving.refuse_while_owning)
