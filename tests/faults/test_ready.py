"""What an operator is told while the database is frozen: in time, that it is away; and after it, how things stand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.operating.readiness import KEPT_S
from tests.faults.caller import Answer, ask
from tests.faults.conftest import Product, stopped

pytestmark = [
    pytest.mark.kills,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads the processes from /proc"),
]
WITHIN_S = 5  # three for the question, and other tests want the processors as well
AWAY_WITHIN_S = KEPT_S + WITHIN_S  # what was found just before the server froze is told for as long as it is kept


def test_a_frozen_database_is_away_within_seconds_and_the_process_alive(product: Product) -> None:
    product.until(product.is_served, "it was not well before", 60)
    with stopped(*product.pids_of("postgres")):
        product.until(lambda: _looked(product).status == 503, "nobody noticed", AWAY_WITHIN_S)
        for _ in range(3):
            answer = _looked(product)
            assert answer.status == 503
            assert json.loads(answer.body)["state"] == "away"
            figures = ask(product.port, "GET", "/metrics")
            assert figures.took_s < WITHIN_S and 'revops_up{part="database"} 0.0' in figures.body
            assert ask(product.port, "GET", "/healthz").status == 200
    product.until(lambda: _state(product) in ("ready", "late"), "it did not notice that the database is back", 15)


def test_it_is_ready_while_all_of_it_runs(product: Product) -> None:
    product.until(lambda: _state(product) == "ready", "it is never ready", 90)
    assert ask(product.port, "GET", "/readyz").status == 200


def _looked(product: Product) -> Answer:
    """One look, and it never hangs."""
    answer = ask(product.port, "GET", "/readyz")
    assert answer.took_s < WITHIN_S
    return answer


def _state(product: Product) -> str:
    return str(json.loads(ask(product.port, "GET", "/readyz").body)["state"])
