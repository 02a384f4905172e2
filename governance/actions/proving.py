"""Proving rules and criteria in the background: asked once for each content, answered line after line."""

import logging
import time
from datetime import datetime

from django.db import transaction

from blueprint.paths import Document
from blueprint.schema import Blueprint
from blueprint.schema.part import NOBODY
from core.deadly_work import survived
from core.waking import poke
from governance.actions.yielding import YIELDS, work_out_yields
from governance.checks.provable import ROUTING, provable_lists
from governance.models import Impact, RuleProof

log = logging.getLogger(__name__)
State = Impact.State
STEP_S = 5.0  # what is proved is kept at least this often


def ask_proofs(document: Document, base: Document | None = None, *, at: datetime) -> None:
    """Let a worker prove what nobody has asked before of a document, and once more what failed: its routing, and what
    else differs from `base`. Two queries; none for a document that cannot be read."""
    try:
        lists, *former = [provable_lists(Blueprint.of(NOBODY, each)) for each in (document, base) if each]
    except (ValueError, KeyError):
        return  # the check of its shape says so
    stood = {each.digest for lists in former for each in lists if each.asked["kind"] != ROUTING}
    asked = [RuleProof(digest=each.digest, asked=each.asked, asked_at=at) for each in lists if each.digest not in stood]
    RuleProof.objects.bulk_create(asked, ignore_conflicts=True)
    failed = RuleProof.objects.filter(digest__in=[each.digest for each in asked], state=State.FAILED)
    failed.update(state=State.WAITING, told=[], error="", asked_at=at)
    transaction.on_commit(lambda: poke("governance.prove_rules"), robust=True)


def prove_next(at: datetime) -> bool:
    """Claim the oldest proof of the workspace in scope that nobody works on, and prove its next lines.

    False when there is nothing to do. Must run in a transaction of its own."""
    waiting = RuleProof.objects.filter(state__in=[State.WAITING, State.RUNNING])
    proof = waiting.select_for_update(skip_locked=True, of=("self",)).order_by("asked_at", "pk").first()
    if proof is None:
        return False
    try:
        with transaction.atomic(), survived("proof", proof.pk):  # what the database refuses ends this alone
            _prove(proof)
    except Exception as trouble:  # whatever it was, the others go on, and the page says why
        log.exception("proof %s could not be worked out", proof.pk)
        proof.state, proof.error = State.FAILED, f"{type(trouble).__name__}: {trouble}"[:2_000]
    if proof.state in (State.DONE, State.FAILED):
        proof.done_at = at
    proof.save(update_fields=["state", "told", "error", "done_at"])
    return True


def _prove(proof: RuleProof) -> None:
    if proof.asked["kind"] == YIELDS:
        proof.told = work_out_yields(proof.asked, proof.asked_at)
    else:
        from governance.impact.line_proofs import (
            prove_more,
        )  # with it comes the solver, which neither pages nor clocks load

        until = time.monotonic() + STEP_S
        prove_more(proof.asked, proof.told, at=proof.asked_at, until=until, zone=proof.workspace.time_zone)
    proof.state = State.DONE if len(proof.told) == len(proof.asked["lines"]) else State.RUNNING
