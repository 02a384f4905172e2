"""Pictures of the running product: `make shots` for the README's, `make shots SHOTS=/some/folder` for every page.

Runs inside `manage.py stack`: brings the sample company up, serves it on a free port, signs in and looks.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from devtools.stack.folders import ROOT
from devtools.stack.servers.server import free_port
from tests.browser import launch_options

PICTURES = ROOT / "docs" / "pictures"
DESKTOP = {"width": 1366, "height": 900}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
    "print": {"viewport": {"width": 794, "height": 1123}},
}
# {lead}, {deal}, {late}, {change}: numbers that `telling` finds in the sample.
CHOSEN = (  # file, who, page, look
    ("scorecard-light", "vera", "scorecard/", "light"),
    ("inbox-light", "rick", "inbox/", "light"),
    ("record-light", "rick", "records/{lead}/", "light"),
    ("funnel-dark", "vera", "funnel/", "dark"),
    ("change-light", "vera", "changes/{change}/", "light"),
)
EVERY = {
    "rick": """
        inbox/ tasks/ handoffs/ handoffs/{late}/ handoffs/{late}/rejection/ records/
        records/?kind=opportunity records/{lead}/ records/{deal}/ records/{deal}/edit/ records/new/
        search/?q=robotics&stay=1 accounts/ accounts/1/
    """.split(),
    "mona": """
        handoffs/team/ handoffs/team/absences/ handoffs/team/balance/ people/{member}/hours/
        people/teams/sales-north/hours/ promises/ playbooks/ limbo/ tasks/ handoffs/{late}/assignment/
    """.split(),
    "vera": """
        scorecard/ scorecard/?period=month scorecard/?segment=source scorecard/mql_to_sql/ scorecard/win_rate/?by=source
        scorecard/time_to_first_touch/ scorecard/velocity/ scorecard/stage_aging/ scorecard/win_rate/rows/
        scorecard/mql_to_sql/why/?period=month boards/ restatements/
        funnel/leaks/ funnel/ funnel/?by=source&cohort=began funnel/seams/marketing_to_sales/ funnel/steps/mql/
        changes/{change}/
    """.split(),
    "ada": """
        blueprint/ blueprint/versions/ blueprint/versions/2/ changes/ changes/new/
        changes/{change}/edit/threshold/ changes/{change}/edit/seam/?of=marketing_to_sales
        changes/{change}/edit/routing/?of=marketing_to_sales changes/{change}/edit/scoring/
        changes/{change}/edit/pipeline/?of=lifecycle changes/{change}/edit/stage/?of=lifecycle/mql
        changes/{change}/edit/property/?of=employees changes/{change}/edit/reason/?of=reject/no_budget
        changes/{change}/edit/pool/?of=sales changes/{change}/edit/calendar/?of=office
        changes/{change}/edit/metric/?of=mql_to_sql imports/ imports/1/ search/questions/ limbo/ set-aside/
        boards/new/ costs/ rates/ steps/ setup/ slack/ notices/ notices/wishes/ notices/deliveries/
        routing/try/ routing/yields/marketing_to_sales/ pools/sales/ledger/ people/{member}/capacity/
        people/{member}/handovers/ records/{lead}/path/
        settings/ settings/security/ people/ people/{member}/ people/{member}/departure/ people/invite/
        people/invitations/ people/teams/ people/teams/sales-north/ keys/ keys/new/
    """.split(),
}


def telling() -> dict[str, object]:
    """Numbers of rows with much to see: a lead that became a deal, that deal, a late handoff, the change in review."""
    from core.database import owner_cursor
    from core.people.models import Member, Workspace
    from core.tenancy.scope import workspace_scope
    from governance.models import ChangeRequest
    from handoffs.models import Handoff
    from lifecycle.models import Record
    from revops.sample import SLUG

    with owner_cursor() as cursor:  # as a running server does by itself within a minute of so many new rows
        cursor.execute("analyze")
    with workspace_scope(Workspace.objects.get(slug=SLUG)):
        deal = Record.objects.filter(kind="opportunity", stage__key="negotiation").order_by("-number").first()
        deal = deal or Record.objects.filter(kind="opportunity").order_by("-number")[0]
        late = Handoff.objects.filter(breached_at__isnull=False).order_by("state", "-number").first()
        change = ChangeRequest.objects.order_by("-number")[0]
        return {
            "lead": deal.origin.number if deal.origin else 1,
            "deal": deal.number,
            "late": late.number if late else 1,
            "change": change.number,
            "member": Member.objects.get(email="rick@acme.example").pk,
        }


@contextmanager
def served() -> Iterator[str]:
    """The product on a free port; yields its address."""
    manage = [sys.executable, "manage.py"]
    for command in (["migrate", "--verbosity", "0"], ["sample"]):
        subprocess.run([*manage, *command], cwd=ROOT, check=True)
    port = free_port()
    web = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1"]
    web += ["--port", str(port), "--no-ws", "--log-level", "warning", "revops.wsgi:application"]
    running = subprocess.Popen(web, cwd=ROOT, env={**os.environ, "SITE_URL": f"http://127.0.0.1:{port}"})
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{address}/health/")
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        running.terminate()
        running.wait()


def sign_in(page: Page, address: str, who: str) -> None:
    """Through the form, as a person does."""
    from revops.sample import PASSWORD

    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", f"{who}@acme.example")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/w/acme/**")


def take(browser: Browser, address: str, wanted: list[tuple[Path, str, str, str]], *, is_whole: bool) -> None:
    """Pictures `(file, who, page, look)`, one sign-in per person and look; of the whole page or of its first screen."""
    for who, look in sorted({(who, look) for _, who, _, look in wanted}):
        context = browser.new_context(**{"viewport": DESKTOP, "reduced_motion": "reduce", **LOOKS[look]})
        page = context.new_page()
        page.on("console", lambda said: print(f"  console: {said.text}") if said.type in ("error", "warning") else None)
        sign_in(page, address, who)
        page.emulate_media(media="print" if look == "print" else "screen")  # the form is not for paper
        for file, whose, path, its_look in wanted:
            if (whose, its_look) != (who, look):
                continue
            answer = page.goto(f"{address}/w/acme/{path}")
            for chart in page.locator("[data-chart]:visible").all() if is_whole else []:
                chart.scroll_into_view_if_needed()  # drawn once they come near the window
            page.wait_for_load_state("networkidle")
            file.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=file, full_page=is_whole)
            print(f"  {answer.status if answer else '-'} {look} {path}", flush=True)
        context.close()


def main() -> None:
    """The chosen pictures, or every page in every look below the folder given."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revops.settings")
    import django

    django.setup()
    with served() as address:
        numbers = telling()
        if len(sys.argv) > 1:
            folder = Path(sys.argv[1])
            wanted = [
                (folder / f"{look}-{who}-{named(path)}.png", who, path.format(**numbers), look)
                for look in LOOKS
                for who, paths in EVERY.items()
                for path in paths
            ]
        else:
            wanted = [(PICTURES / f"{name}.png", who, path.format(**numbers), look) for name, who, path, look in CHOSEN]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launch_options())
            take(browser, address, wanted, is_whole=len(sys.argv) > 1)
            browser.close()


def named(path: str) -> str:
    """A page's address as a file's name."""
    return "".join(sign if sign.isalnum() else "-" for sign in path).strip("-")


if __name__ == "__main__":
    main()
