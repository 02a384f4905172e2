"""What the RevOps desk does: changes of the blueprint, a key for the website, an invitation."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from core.people.inviting import invite
from core.people.models import Team
from governance.actions import acknowledging, deciding, drafting, publishing, setting_up, submitting, working_out
from governance.models import ChangeRequest
from integrations.actions import issue_key
from revops.sample.life import Life

SEAM = ["seams", {"key": "marketing_to_sales"}, "answer_minutes"]
OWNERS_DAY, FASTER_DAY = 6, 30  # after the founding
OWNERS = (
    "Name an owner for every seam and number",
    "Whatever belongs to everybody belongs to nobody. Ada keeps what is read across teams.",
    (
        (["seams", {"key": "marketing_to_sales"}, "owner"], "mona@acme.example"),
        (["seams", {"key": "sales_to_success"}, "owner"], "noah@acme.example"),
        (["seams", {"key": "success_to_sales"}, "owner"], "noah@acme.example"),
        (["seams", {"key": "renewal_to_sales"}, "owner"], "noah@acme.example"),
        (["seams", {"key": "success_to_marketing"}, "owner"], "dana@acme.example"),
        *(
            (["metrics", {"key": key}, "owner"], f"{who}@acme.example")
            for who, keys in (
                ("mona", ("acceptance_rate", "acted_48h", "sla_attainment", "time_to_first_touch")),
                ("vera", ("win_rate", "average_deal", "sales_cycle", "velocity")),
                ("noah", ("leakage_sales_success", "leakage_success_sales")),
                ("dana", ("mql_to_sql", "marketing_sourced")),
            )
            for key in keys
        ),
    ),
)
FASTER = (
    "Answer marketing's leads in three working hours",
    "Half of the leads that were rejected as unreachable had waited for more than half a day.",
    ((SEAM, 180),),
)
SOONER = (
    "Customer success answers within six working hours",
    "Two customers waited for more than a day before anybody said hello.",
    ((["seams", {"key": "sales_to_success"}, "answer_minutes"], 360),),
)
THRESHOLD = (
    "Raise the MQL threshold to 70",
    "Sales rejects every fourth lead for lack of interest; most of those scored just above 60.",
    ((["scoring", "threshold"], 70),),
)
EVERYBODY = ("vera", "mona", "noah", "rick", "rosa", "sam", "priya", "cleo", "ines", "dana")
READ_IT_ALREADY = ("vera", "noah", "cleo", "ines", "rosa")


def plan(life: Life, start: datetime) -> None:
    """Owners first, faster answers a month ago, a change of yesterday not everybody has read, one waiting for Vera."""
    life.at_work(start, 60, _setup_ends)
    life.days_at_work(start, OWNERS_DAY, _is_changed, OWNERS, EVERYBODY)
    life.days_at_work(start, 20, _website_gets_a_key)
    life.days_at_work(start, FASTER_DAY, _is_changed, FASTER, EVERYBODY)
    yesterday = life.working_minutes_ago(600)
    life.later(yesterday, _is_changed, SOONER, READ_IT_ALREADY)
    life.later(yesterday + timedelta(minutes=45), _is_invited)
    life.later(life.until - timedelta(hours=2), _is_proposed, THRESHOLD)


def _setup_ends(life: Life, at: datetime) -> None:
    """On the first day Vera is there to approve, and says so."""
    setting_up.end_setup(life.workspace, by=life.people["vera"], at=at)


def _is_proposed(life: Life, at: datetime, proposal: tuple[str, str, Any]) -> ChangeRequest:
    """Ada proposes, the impact is worked out, and the review is open."""
    title, reason, edits = proposal
    change = drafting.draft(life.people["ada"], title=title, reason=reason, edits=edits, at=at)
    submitting.submit(change, by=life.people["ada"], at=at)
    while working_out.next_step(at):
        pass
    return change


def _is_changed(life: Life, at: datetime, proposal: tuple[str, str, Any], readers: Iterable[str]) -> None:
    """The same, then Vera agrees, Ada publishes, and colleagues confirm that they have read it."""
    change = _is_proposed(life, at, proposal)
    deciding.approve(change, by=life.people["vera"], at=at + timedelta(minutes=40))
    publishing.publish(change, by=life.people["ada"], at=at + timedelta(minutes=50))
    life.workspace.refresh_from_db()
    for who in readers:
        life.at_work(at + timedelta(hours=1), life.chance.randint(1, 240), _is_read, who)


def _is_read(life: Life, at: datetime, who: str) -> None:
    acknowledging.acknowledge(life.people[who], life.workspace.blueprint_version, at=at)


def _website_gets_a_key(life: Life, at: datetime) -> None:
    issue_key(name="Website forms", scopes=["records:write"], by=life.people["ada"], at=at)  # nobody keeps its text


def _is_invited(life: Life, at: datetime) -> None:
    team = Team.objects.get(key="customer-success")
    invite(email="lena.hoffmann@acme.example", team=team, by=life.people["ada"], at=at)
