"""When this has happened, do that: the one table of followers. They act in the transaction that told the news."""

from core.history.actions import follow
from core.http.web import count_beside, show_on_every_page


def connect() -> None:
    """Called once at start."""
    from core.people import makings
    from governance.actions import founding, lapsing_drafts, placing_seats, placing_teams
    from handoffs.actions import following, returning, stage_ladders
    from integrations import actions as keys
    from lifecycle.actions import rescoring

    # a workspace was made: publish version 1 of its blueprint
    follow("workspace.created", founding.publish_first_version)
    # a version was published: where scores or stages read otherwise, open records are asked anew
    follow("blueprint.published", rescoring.begin_where_changed)
    # records are about to leave their stages: those that are offered to somebody wait for the answer
    follow("records.leaving", following.hold_offered)
    # somebody moves one record: while it is offered, the move is the answer, or it is refused
    follow("record.moving", following.answer_by_moving)
    # records entered stages: where the stage is a seam's trigger, offer a handoff; playbooks begin and stop
    follow("records.entered", following.offer_where_triggered)
    # records are asked by a version that was published: the ladders of the stages they stand in begin
    follow("records.walked", stage_ladders.follow_walked)
    # somebody touched a record: stop the first-touch clocks of its handoffs, or say why they go on
    follow("record.touched", following.judge_touch)
    # a score was asked: what came back is offered again where it has risen
    follow("records.scored", returning.offer_where_score_rose)
    # somebody sits down, is back or manages a team: whatever waits in a queue is asked again
    follow("people.available", returning.ask_queues_now)
    # a team is about to get another region: not where the blueprint says it
    follow("team.region_is_said", placing_teams.is_region_said)
    # the page of a team: who sits there may be said by the blueprint
    follow("team.seats_are_said", placing_seats.are_seats_said)
    # somebody leaves the workspace: not while handoffs, tasks, records or seams wait for them alone
    follow("member.leaving", following.refuse_while_owning)
    # somebody leaves, or gets a lesser role: end what they made and answer for
    makings.watch(keys.keys_that_end, keys.end_keys)
    makings.watch(makings.invitations_that_end, makings.end_invitations)
    makings.watch(lapsing_drafts.drafts_that_end, lapsing_drafts.end_drafts)
    makings.watch(makings.sessions_that_end, makings.end_sessions)
    _connect_retries()
    _connect_clocks()
    _connect_pages()


def _connect_retries() -> None:
    """What a pass set aside is taken again when somebody asks."""
    from core.operating.setting_aside import retried_by
    from governance.actions import working_out
    from handoffs.actions import rerouting
    from imports import starting as imports
    from lifecycle.actions import rescoring

    retried_by(rerouting.ROUTE, "Routing a handoff again", rerouting.ask_again_now)
    retried_by(rescoring.RESCORING, "Asking a record's score anew", rescoring.ask_again)
    retried_by(imports.IMPORT, "Import of a file", imports.begin_again)
    retried_by(working_out.IMPACT, "Working out an impact", working_out.begin_again)


def _connect_clocks() -> None:
    """When clocks stand still, go on, or are counted by other times. Offers come first: they begin the clocks."""
    from core.operating.setting_aside import retried_by
    from handoffs.actions import going_away, pausing_by_state, retiming_work, scanning
    from lifecycle.actions import rescoring

    # a version was published: where a seam's times changed and it says so, the clocks that run follow
    follow("blueprint.published", retiming_work.retime_open_clocks)
    # records are as they were not before: clocks stand still, go on, or stop where what they ask for is done
    follow("records.entered", pausing_by_state.look_at_states)
    follow("records.scored", pausing_by_state.look_at_states)
    follow("records.asked_again", pausing_by_state.look_at_states)
    # a workspace has another time zone: its days begin at other moments, records are asked anew
    follow("workspace.zone_changed", rescoring.begin_in_another_zone)
    # somebody is back before it was thought: what stood still for it goes on
    follow("people.available", going_away.let_go_on)
    # what a pass set aside
    retried_by(scanning.STEP, "Due step of a handoff", scanning.take_again)
    retried_by(retiming_work.RETIMING, "New times of a handoff", retiming_work.follow_now)
    retried_by(going_away.ABSENCE, "What somebody had who is away", going_away.begin_again)


def connect_playbooks() -> None:
    """What playbooks hear of beside the stages that records enter. Called once at start."""
    from handoffs.actions import running_playbooks

    # records that playbooks ask were written, or their time has come: what is done, moved, or begins
    follow("records.written", running_playbooks.follow_written)
    # a version was published without some playbooks: those that run stop
    follow("playbooks.gone", running_playbooks.follow_gone)
    # records go with the import or acceptance that made them: so do the playbooks that began by themselves
    follow("records.undone", running_playbooks.follow_undone)


def connect_channels() -> None:
    """How people are told beside the bell and mail. Called once at start."""
    from core.notices.channels import tell_also_by
    from integrations.slack.posting import SlackChannel

    # where a workspace connected its app
    tell_also_by("slack", SlackChannel())


def _connect_pages() -> None:
    """What stands around the pages of a workspace, and what things are called there."""
    from blueprint import documents
    from core.operating import queries as operating_queries
    from governance.queries.published import notice_of_page
    from governance.queries.reviews import setup_notice
    from governance.queries.steps import badge, page_to_open
    from revops.sample.welcome import give_work

    # which functions teams may stand on, and what they are called: the blueprint says it
    follow("functions.are_said", documents.functions_said)
    # an admin opens a workspace that has not begun to work: its six steps
    follow("workspace.opening", page_to_open)
    count_beside("governance:steps", badge)
    # an admin comes to look around in the sample company: some of its handoffs are theirs to answer
    follow("sample.entered", give_work)
    # above every page of admins: clocks that run late, rows that were set aside
    show_on_every_page(operating_queries.late_notice)
    # above every page, until a second approver ends it: one person publishes alone
    show_on_every_page(setup_notice)
    # above every page, until it is read: what the newest published version changed
    show_on_every_page(notice_of_page)
