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

from playwright.sync_api import Browser, Page, sync_playwright

from revops.stack.places import ROOT
from revops.stack.servers import free_port
from tests.browser import launch_options

PICTURES = ROOT / "docs" / "pictures"
LOOKS = {"light": {}, "dark": {"color_scheme": "dark"}, "phone": {"viewport": {"width": 390, "height": 844}}}
CHOSEN = (  # file, who, page, look
    ("scorecard-light", "vera", "scorecard/", "light"),
    ("inbox-light", "rick", "inbox/", "light"),
    ("record-light", "rick", "records/1/", "light"),
    ("funnel-dark", "vera", "funnel/", "dark"),
    ("change-light", "ada", "changes/1/", "light"),
)
EVERY = {
    "rick": (
        "inbox/",
        "tasks/",
        "records/",
        "records/1/",
        "records/1/edit/",
        "records/new/",
        "search/?q=northwind&stay=1",
        "accounts/",
        "accounts/1/",
        "handoffs/1/",
    ),
    "mona": ("team/", "tasks/"),
    "vera": (
        "scorecard/",
        "scorecard/?period=all",
        "metrics/win_rate/",
        "metrics/time_to_first_touch/",
        "metrics/win_rate/rows/",
        "funnel/",
    ),
    "ada": (
        "blueprint/",
        "blueprint/versions/",
        "changes/",
        "changes/new/",
        "changes/1/",
        "imports/",
        "imports/new/",
        "people/",
        "teams/",
        "keys/",
        "profile/",
    ),
}


@contextmanager
def served() -> Iterator[str]:
    """The product on a free port; yields its address."""
    manage = [sys.executable, "manage.py"]
    for command in (["migrate", "--verbosity", "0"], ["sample"]):
        subprocess.run([*manage, *command], cwd=ROOT, check=True)
    port = free_port()
    web = [
        str(Path(sys.executable).parent / "granian"),
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    web += ["--no-ws", "--log-level", "warning", "revops.wsgi:application"]
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


def take(browser: Browser, address: str, wanted: list[tuple[Path, str, str, str]]) -> None:
    """Pictures `(file, who, page, look)`, one sign-in per person and look."""
    for who, look in sorted({(who, look) for _, who, _, look in wanted}):
        context = browser.new_context(
            **{"viewport": {"width": 1366, "height": 900}, "reduced_motion": "reduce", **LOOKS[look]}
        )
        page = context.new_page()
        page.on(
            "console",
            lambda said, look=look: (
                print(f"  console ({look}): {said.text}") if said.type in ("error", "warning") else None
            ),
        )
        sign_in(page, address, who)
        for file, whose, path, its_look in wanted:
            if (whose, its_look) != (who, look):
                continue
            answer = page.goto(f"{address}/w/acme/{path}")
            page.wait_for_load_state("networkidle")
            file.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=file, full_page=True)
            print(f"  {answer.status if answer else '-'} {look} {path}")
        context.close()


def main() -> None:
    """The chosen pictures, or every page in every look below the folder given."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revops.settings")
    import django

    django.setup()
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        wanted = [
            (folder / f"{look}-{who}-{''.join(c if c.isalnum() else '-' for c in path)}.png", who, path, look)
            for look in LOOKS
            for who, paths in EVERY.items()
            for path in paths
        ]
    else:
        wanted = [(PICTURES / f"{name}.png", who, path, look) for name, who, path, look in CHOSEN]
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        take(browser, address, wanted)
        browser.close()


if __name__ == "__main__":
    main()
