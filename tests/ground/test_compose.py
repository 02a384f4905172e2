"""The containers: valid by the compose specification, careful with secrets, and built by the Makefile's own steps."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from devtools.stack.commands import commands
from revops.celery import app

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
LASTING = ["db", "redis", "web", "worker", "clocks", "beat"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_the_file_is_valid_by_the_compose_specification() -> None:
    check = [str(Path(sys.executable).parent / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*check, "docker-compose.yml"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_all_parts_are_there() -> None:
    assert {*LASTING, "migrate"} <= SERVICES.keys()
    assert SERVICES["db"]["image"] == "postgres:17"


@pytest.mark.parametrize("name", LASTING)
def test_a_lasting_service_has_a_health_check_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["web", "worker", "clocks", "beat"])
def test_a_serving_part_waits_for_the_tables_and_bypasses_nothing(name: str) -> None:
    service = SERVICES[name]
    assert service["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert service["environment"]["DATABASE_URL"].startswith("postgres://app:")
    assert not {"DATABASE_OWNER_URL", "DATABASE_ADMIN_URL"} & service["environment"].keys()
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["command"] == ["python", "manage.py", "run", name]


def test_every_part_of_make_run_is_a_service_and_the_clocks_share_their_worker_with_nothing(tmp_path: Path) -> None:
    parts = commands("127.0.0.1", 8000, {}, tmp_path)
    assert parts.keys() <= SERVICES.keys()
    assert parts["clocks"][parts["clocks"].index("-Q") + 1] == "sla"
    others = parts["worker"][parts["worker"].index("-Q") + 1].split(",")
    routed = {route["queue"] for route in app.conf.task_routes.values()} | {app.conf.task_default_queue}
    assert {*others, "sla"} == routed and "sla" not in others


@pytest.mark.parametrize("name", ["worker", "clocks"])
def test_a_worker_is_asked_by_its_own_name(name: str, tmp_path: Path) -> None:
    asked = re.findall(r"--destination (\w+)@", SERVICES[name]["healthcheck"]["test"][1])
    started = commands("127.0.0.1", 8000, {}, tmp_path)[name]
    assert [f"{asked[0]}@%h"] == [started[started.index("-n") + 1]]


def test_every_secret_comes_from_the_environment_and_its_absence_stops_the_start() -> None:
    secrets = {
        (name, variable): value
        for name, service in SERVICES.items()
        for variable, value in service.get("environment", {}).items()
        if re.search("PASSWORD|SECRET|AUTH|_URL$", variable)
        and variable not in ("SITE_URL", "EMAIL_URL", "SECRET_KEY_FALLBACKS")
    }
    assert secrets
    assert [place for place, value in secrets.items() if not re.search(r"\$\{\w+:\?", value)] == []


def test_the_example_names_every_mandatory_variable() -> None:
    mandatory = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    example = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert mandatory <= example


def test_the_image_is_made_by_the_steps_of_make_run() -> None:
    made = re.findall(r"^RUN make (\S+)$", DOCKERFILE, re.MULTILINE)
    assert made == [".venv/.run", "frontend/node_modules/.ready", "assets"]
    makefile = (ROOT / "Makefile").read_text()
    (needs,) = re.findall(r"^run: (.+)$", makefile, re.MULTILINE)
    assert needs.split() == [".venv/.run", "assets"]
    assert re.search(r"^assets: \.state/static/staticfiles\.json$", makefile, re.MULTILINE)
    assert re.search(r"^\.state/static/staticfiles\.json: frontend/dist/app\.css ", makefile, re.MULTILINE)
    assert re.search(r"^frontend/dist/app\.css: frontend/node_modules/\.ready ", makefile, re.MULTILINE)
    assert "pip install" not in DOCKERFILE and "npm" not in DOCKERFILE.replace(".npmrc", "")


def test_the_image_does_not_run_as_root() -> None:
    assert re.search(r"^USER revops$", DOCKERFILE, re.MULTILINE)
    assert DOCKERFILE.rindex("USER revops") < DOCKERFILE.rindex("CMD ")


def test_the_image_leaves_secrets_and_state_outside() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".env", ".state", ".venv", ".git"} <= set(ignored)
