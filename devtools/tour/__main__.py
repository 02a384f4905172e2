"""`make tour`: everything up with the sample company, then the story; pictures and mails in `.state/tour/told`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from devtools.stack.children import Child
from devtools.stack.commands import AROUND, commands
from devtools.stack.folders import ROOT, STATE
from devtools.stack.servers.server import free_port
from devtools.tour.receivers import Slack, mail_server, slack_here, text_of
from tests.browser import launch_options

FOLDER = STATE / "told"
SETTINGS = "devtools.tour.our_slack"


def main() -> None:
    """Everything up, the story, everything down."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with slack_here() as slack, mail_server() as (mail_url, mailbox):
        port = free_port()
        site = f"http://127.0.0.1:{port}"
        told = {"SITE_URL": site, "EMAIL_URL": mail_url, "TOUR_SLACK": slack.address}
        told |= {"DJANGO_SETTINGS_MODULE": SETTINGS, "WEB_WORKERS": "1", "WORKERS": "1"}
        os.environ.update(AROUND | told | {"DJANGO_ALLOW_ASYNC_UNSAFE": "true"})  # the browser's loop is in this thread
        for command in (["migrate", "--verbosity", "0"], ["sample"]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True)
        import django

        django.setup()
        from core.people.models import Workspace
        from devtools.tour.story import live
        from revops.sample import SLUG

        workspace = Workspace.objects.get(slug=SLUG)
        with _product(port), sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launch_options())
            live(browser, workspace, mailbox, Slack(slack, site, workspace.pk), FOLDER)
            browser.close()
        (FOLDER / "mails.txt").write_text("\n\n".join(f"To: {to}\n{text_of(mail)}" for to, mail in mailbox.mails))
        whole = subprocess.run([sys.executable, "manage.py", "audit_identities"], cwd=ROOT).returncode == 0
    print(f"· {len(mailbox.mails)} mails, {len(slack.sent)} messages in Slack; pictures are in {FOLDER}", flush=True)
    if not whole:
        raise SystemExit("The sums do not agree; they are named above.")


@contextmanager
def _product(port: int) -> Iterator[None]:
    """Web, workers and beat, as `make run` starts them."""
    env = {**os.environ}
    children = [Child(name, line, env) for name, line in commands("127.0.0.1", port, env, FOLDER).items()]
    for child in children:
        child.start()
    try:
        _wait_for(f"http://127.0.0.1:{port}/health/")
        yield
    finally:
        for child in children:
            child.ask_to_end()
        for child in children:
            child.end(patience_s=8)


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=5)
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"Nobody answers at {address}")


if __name__ == "__main__":
    main()
