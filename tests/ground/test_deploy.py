"""A site with an https address passes Django's own checks of a deployment, without a warning."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_checks_of_a_deployment_are_clean() -> None:
    told = {
        **os.environ,
        "SITE_URL": "https://revops.example",
        "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "DEBUG": "false",
    }
    told.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # the browsers of the tests want it
    asked = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    checked = subprocess.run(asked, cwd=ROOT, env=told, capture_output=True, text=True, timeout=120)
    assert checked.returncode == 0, checked.stderr
