"""A row as it is sent to the intake statement."""

from typing import Any, TypedDict


class RowJson(TypedDict, total=False):
    """The keys are the columns of `lifecycle/sql/parts/intake_incoming.sql`, which says what each means."""

    place: int
    line: int
    record_id: str
    kind: str
    system: str
    external_id: str
    sought_email: str
    sought_domain: str
    company_name: str
    company_key: str
    company_domain: str
    core: dict[str, Any]
    new_properties: dict[str, Any]
    filling_properties: dict[str, Any]
    refused_properties: dict[str, Any]
    cleared_keys: list[str]
    fallback_name: str
    mail_domain: str
    asked_pipeline_id: str
    usual_pipeline_id: str
    asked_stage: str
    history_stages: list[str]
    history_moments: list[str]
    loss_reason: str
    kept_reason: str
    note: str
    override_facts: dict[str, Any]
    origin_id: str
    giver_id: str
    is_made: bool
    is_asked_again: bool
    must_stay: bool
