"""Which stage a word in a file means: `Won`, `closedwon`, `Prospecting`, `1` in a column named Converted."""

import re
from collections.abc import Collection, Sequence
from collections.abc import Mapping as Keyed
from typing import Any

from blueprint.schema import Blueprint, PipelineTerms
from blueprint.typed_values import NO, YES, loose
from imports import header_words
from imports.destinations import ATTRIBUTE, RECORD_PLACES

OF_PIPELINE = re.compile(r"(.+?) *\([^()]*\bpipeline\)", re.I)  # `Closed Won (Sales Pipeline)`
# Words of common tools, by what they mean in a pipeline. A stage is found by its own key or label first.
WON = frozenset(
    {
        "won",
        "closedwon",
        "closewon",
        "win",
        "success",
        "customer",
        "signed",
        "gewonnen",
        "gagné",
        "gagnée",
        "ganada",
        "ganado",
        "abgeschlossengewonnen",
        "geschlossengewonnen",
        "ferméegagnée",
        "fermégagné",
        "cerradaganada",
        "cerradoganado",
        "geslotengewonnen",
        "ganho",
        "ganha",
        "fechadoganho",
        "vinto",
        "vinta",
        "chiusavinta",
        "chiusovinto",
    }
)
LOST = frozenset(
    {
        "lost",
        "closedlost",
        "loss",
        "closelost",
        "dead",
        "verloren",
        "perdu",
        "perdue",
        "perdida",
        "perdido",
        "abgeschlossenverloren",
        "geschlossenverloren",
        "ferméeperdue",
        "ferméperdu",
        "cerradaperdida",
        "cerradoperdido",
        "geslotenverloren",
        "fechadoperdido",
        "perso",
        "persa",
        "chiusapersa",
        "chiusoperso",
    }
)
DISQUALIFIED = frozenset(
    {
        "disqualified",
        "unqualified",
        "junk",
        "spam",
        "badfit",
        "disqualifiziert",
        "unqualifiziert",
        "disqualifié",
        "descalificado",
        "gediskwalificeerd",
    }
)
RECYCLED = frozenset({"recycled", "nurture", "nurturing"})
FIRST = frozenset(
    {
        "prospecting",
        "prospect",
        "new",
        "open",
        "appointmentscheduled",
        "identified",
        "opennotcontacted",
        "neu",
        "nouveau",
        "nouvelle",
        "nuevo",
        "nueva",
        "nieuw",
        "offen",
        "ouvert",
        "ouverte",
        "abierto",
        "abierta",
    }
)
WORDS: dict[str, tuple[str, ...]] = {
    "qualification": ("engaging", "qualified", "qualifiedtobuy", "presentationscheduled", "needsanalysis", "working",
                      "valueproposition", "iddecisionmakers", "perceptionanalysis", "contactmade", "demoscheduled",
                      "qualifiziert", "qualifié", "qualifiée", "cualificado", "cualificada", "gekwalificeerd",
                      "qualificado", "qualificação", "qualificata", "qualificazione",
                      "qualifizierung", "cualificación", "kwalificatie"),
    "proposal": ("proposalpricequote", "proposalquote", "quote", "decisionmakerboughtin", "proposalsent",
                 "proposalmade",
                 "angebot", "angebotgesendet", "devis", "proposition", "propuesta", "oferta", "offerte", "voorstel",
                 "proposta", "propostaenviada", "offerta", "preventivo"),
    "negotiation": ("negotiationreview", "contractsent", "contract", "verbalcommit", "negotiationsstarted",
                    "verhandlung", "inverhandlung", "négociation", "negociación", "onderhandeling",
                    "negociação", "negoziazione", "trattativa"),
    "mql": ("marketingqualifiedlead", "marketingqualified"),
    "sal": ("salesacceptedlead", "accepted"),
    "sql": ("salesqualifiedlead", "salesqualified"),
    "opportunity": ("converted",),
    "lead": ("workingcontacted", "contacted", "inprogress", "attemptedtocontact", "inbearbeitung", "kontaktiert",
             "encours", "contacté", "encurso", "enproceso", "contactado", "inbehandeling", "gecontacteerd"),
    "churned": ("cancelled", "canceled", "churn", "gekündigt", "résilié", "cancelado", "opgezegd"),
}  # fmt: skip


def guess_values(column: Keyed[str, Any], pipeline: PipelineTerms) -> dict[str, str]:
    """A stage key for each value of the column that can be understood; the others are left for people."""
    header = header_words.normal(column["header"])
    found = {value: _stage_of(value, header, pipeline) for value, _ in column["values"]}
    return {value: key for value, key in found.items() if key is not None}


def share_known(column: Keyed[str, Any], pipeline: PipelineTerms) -> float:
    """Of the filled cells, how many hold a word that means a stage."""
    known = guess_values(column, pipeline)
    return sum(count for value, count in column["values"] if value in known) / max(column["filled"], 1)


def stage_columns(
    said: Collection[tuple[Keyed[str, Any], tuple[str, ...]]], words: Sequence[str], pipeline: PipelineTerms
) -> list[Keyed[str, Any]]:
    """Columns that may tell the stage: the one that holds most words for stages first, and of equals the one whose
    header says it most surely. `said`: how each header may be meant; one that is not written so itself must hold such a
    word. `words`: headers that mean it, the surest first."""
    found = []
    for column, names in said:
        share, ranks = share_known(column, pipeline), [words.index(name) for name in names if name in words]
        if ranks and (share or names[0] in words):
            found.append((-share, names[0] not in words, min(ranks), column))
    return [column for *_, column in sorted(found, key=lambda each: each[:3])]


def closing_of(value: str, header: str, pipeline: PipelineTerms) -> str | None:
    """The closed stage that a word means, `Won` or a yes in `Is Won`; None for any other word."""
    found = _stage_of(value, header_words.normal(header), pipeline)
    return found if found and not pipeline.stage(found).is_open else None


def means_a_stage(value: str, header: str, pipeline: PipelineTerms) -> bool:
    """Whether a word means some stage."""
    return _stage_of(value, header_words.normal(header), pipeline) is not None


def outcome_beside(columns: Collection[Keyed[str, Any]], places: Keyed[str, str], kind: str) -> str | None:
    """The header of a column that says what was won and lost, where another one tells the stage."""
    words = {word for place in RECORD_PLACES if place.key == "stage" for word in header_words.headers_of(place, kind)}
    for column in columns:
        is_spare = places[column["header"]].startswith(ATTRIBUTE)
        closes = any(loose(value) in WON | LOST for value, _ in column["values"])
        if is_spare and closes and not words.isdisjoint(header_words.said_by(column["header"], kind)):
            return str(column["header"])
    return None


def likely_pipeline(columns: Collection[Keyed[str, Any]], lifecycle: Blueprint) -> PipelineTerms:
    """The pipeline whose stages some column names most."""
    return max(
        lifecycle.pipelines,
        key=lambda each: max((share_known(column, each) for column in columns), default=0),
    )


def _stage_of(value: str, header: str, pipeline: PipelineTerms) -> str | None:
    word = loose(value)
    for stage in pipeline.stages:
        if word in (loose(stage.key), loose(stage.label)):
            return stage.key
    if header.startswith(("is_won", "is_converted", "converted", "won")) and word in YES | NO:
        return _of_category(pipeline, "won") if word in YES else _in_work(pipeline)
    for words, category in ((WON, "won"), (LOST, "lost"), (DISQUALIFIED, "disqualified"), (RECYCLED, "recycled")):
        if word in words:
            return _of_category(pipeline, category)
    if word in FIRST:
        return _in_work(pipeline)
    keys = {stage.key for stage in pipeline.stages}
    found = next((key for key, words in WORDS.items() if key in keys and word in words), None)
    of_pipeline = OF_PIPELINE.fullmatch(value)
    return _stage_of(of_pipeline[1], header, pipeline) if found is None and of_pipeline else found


def _of_category(pipeline: PipelineTerms, category: str) -> str | None:
    return next((stage.key for stage in pipeline.stages if stage.category == category), None)


def _in_work(pipeline: PipelineTerms) -> str:
    """Where work on a record begins: a lead in the lifecycle, the first stage elsewhere."""
    keys = [stage.key for stage in pipeline.stages]
    return "lead" if "lead" in keys else pipeline.first.key
