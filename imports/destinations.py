"""Where a column can go, and the headers that usually mean it: HubSpot, Salesforce and everyday exports."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from blueprint.expressions.fields import DataType
from blueprint.schema import Blueprint

RECORD_KINDS = {"leads": "lead", "opportunities": "opportunity", "customers": "customer"}
TARGET_OF = {kind: target for target, kind in RECORD_KINDS.items()}
TARGETS = (*RECORD_KINDS, "accounts", "people", "events")
PLAIN = ("people", "events")  # their columns go to places of their own alone: no property, no attribute
ENTERED = "entered:"
PROPERTY = "property:"
ATTRIBUTE = "attribute:"
SKIP = "skip"


@dataclass(frozen=True)
class Destination:
    """One thing a column can become. `data_type` is what its cells must be."""

    key: str
    label: str
    data_type: str
    headers: tuple[str, ...] = ()
    """Normalised headers that mean it, the surest first; `{kind}` is the kind of record."""


RECORD_PLACES = (
    Destination("external_id", "Id in the other system", "text",
          ("{kind}_id", "prospect_id", "contact_id", "deal_id", "opp_id", "external_id", "record_id", "id",
           "{kind}_number", "do_not_modify_{kind}", "vid", "object_id", "customer_id", "number")),
    Destination("name", "Name", "text",
          ("{kind}_name", "name", "full_name", "dealname", "deal_name", "contact_name", "prospect_name",
           "{kind}", "deal")),
    Destination("first_name", "First name", "text", ("first_name", "firstname", "given_name")),
    Destination("last_name", "Last name", "text", ("last_name", "lastname", "surname", "family_name")),
    Destination("email", "E-mail", "email",
          ("email", "e_mail", "email_address", "e_mail_address", "work_email", "business_email", "primary_email",
           "mail")),
    Destination("domain", "Domain", "text", ("domain", "email_domain")),
    Destination("source", "Source", "text",
          ("lead_source", "source", "original_source", "hs_analytics_source", "analytics_source", "utm_source")),
    Destination("amount", "Amount", "number",
          ("amount", "deal_amount", "close_value", "{kind}_amount", "deal_value", "{kind}_value", "contract_value",
           "total_value", "acv", "value", "est_revenue", "estimated_revenue", "est_value", "estimated_value",
           "actual_revenue", "actual_value")),
    Destination("currency", "Currency", "text",
          ("currency", "currency_iso_code", "deal_currency_code", "currency_code", "currency_of_value",
           "amount_currency")),
    Destination("mrr", "Monthly recurring revenue", "number", ("mrr", "monthly_recurring_revenue")),
    Destination("closes_on", "Closing day", "date",
          ("close_date", "closedate", "closes_on", "closing_date", "expected_close_date",
           "est_close_date", "estimated_close_date", "closed_on", "closed_at", "actual_close_date", "closed_date",
           "date_closed")),
    Destination("renews_on", "Renewal day", "date",
          ("renewal_date", "renews_on", "renewal_on", "contract_end_date", "subscription_end_date")),
    Destination("created_at", "Created", "datetime",
          ("created_at", "created_date", "createdate", "create_date", "date_created", "created_on", "created",
           "opened_on", "open_date", "created_time", "submitted_at", "submitted_on", "submission_date", "submit_date",
           "registered_at", "registration_date",
           "registration_time", "sign_up_date", "signup_date", "timestamp")),
    Destination("account", "Company", "text",
          ("account", "account_name", "company", "company_name", "organization", "organisation", "organization_name",
           "associated_company", "customer", "client", "potential_customer")),
    Destination("account_domain", "Domain of the company", "text",
          ("account_domain", "company_domain", "company_domain_name", "website", "company_website")),
    Destination("account_id", "Id of the company in the other system", "text",
          ("account_id", "company_id", "associated_company_id", "associatedcompanyid")),
    Destination("owner", "Owner", "text",
          ("owner", "owner_id", "owner_name", "owner_email", "{kind}_owner", "deal_owner", "contact_owner",
           "sales_agent", "sales_rep", "rep", "account_executive", "hubspot_owner_id", "assigned_to", "agent",
           "salesperson")),
    Destination("stage", "Stage", "text",
          ("deal_stage", "dealstage", "stage_name", "stage", "{kind}_stage", "{kind}_result", "{kind}_status",
           "deal_pipeline_stage_id", "lifecycle_stage", "lifecyclestage", "status", "outcome", "result", "converted",
           "is_converted", "is_won")),
    Destination("outcome", "Won or lost, where that is said beside the stage", "text"),
    Destination("entered_stage_at", "When it entered its stage", "datetime",
          ("entered_stage_at", "stage_entered_at", "last_stage_change_date", "stage_change_date", "date_entered")),
)  # fmt: skip

ACCOUNT_PLACES = (
    Destination("external_id", "Id in the other system", "text", ("account_id", "company_id", "id", "record_id")),
    Destination("name", "Name", "text", ("account", "account_name", "company", "company_name", "name", "organization")),
    Destination("domain", "Domain", "text", ("domain", "website", "company_domain", "company_domain_name")),
    Destination("owner", "Owner", "text",
          ("owner", "owner_id", "owner_name", "owner_email", "account_owner", "company_owner", "hubspot_owner_id",
           "account_manager")),
)  # fmt: skip

PEOPLE_PLACES = (
    Destination("external_id", "How files name this person", "text", ("owner_id", "user_id", "person_id", "id")),
    Destination(
        "name", "Name", "text", ("sales_agent", "name", "full_name", "agent", "rep", "owner", "owner_name", "user")
    ),
    Destination("first_name", "First name", "text", ("first_name", "firstname")),
    Destination("last_name", "Last name", "text", ("last_name", "lastname")),
    Destination("email", "E-mail", "email", ("email", "e_mail", "email_address")),
    Destination("role", "Role", "text", ("role",)),
    Destination("team", "Team", "text", ("team", "team_name", "primary_team_name")),
    Destination("manager", "Manager of the team", "text", ("manager", "manager_name", "team_lead", "reports_to")),
    Destination("region", "Region of the team", "text", ("regional_office", "region", "territory", "office")),
)

EVENT_PLACES = (
    Destination("external_id", "Id of the record in the other system", "text",
          ("case_id", "opportunity_id", "deal_id", "lead_id", "contact_id", "customer_id", "record_id", "object_id",
           "external_id", "id")),
    Destination("happened_at", "When it happened", "datetime",
          ("happened_at", "timestamp", "timestamp_instant", "event_time", "changed_at", "created_date", "created_at",
           "entered_at", "moment", "date", "time")),
    Destination("stage", "Stage it entered", "text",
          ("stage", "stage_name", "deal_stage", "dealstage", "to_stage", "new_stage", "activity", "concept_name",
           "event", "status", "new_value", "value")),
    Destination("owner", "Who owned it from then on", "text",
          ("owner", "owner_id", "owner_name", "owner_email", "new_owner", "assigned_to", "agent", "resource",
           "org_resource", "hubspot_owner_id")),
    Destination("team", "Whose team's it was from then on", "text", ("team", "team_name", "new_team", "org_group")),
)  # fmt: skip

# What a deal or a customer came from: the record before it in its journey. Of a lead the address may stand for the id.
ORIGIN = {
    "opportunities": Destination("origin", "The lead it came from: id or e-mail", "text",
          ("lead_id", "lead_number", "lead_external_id", "converted_lead_id", "originating_lead_id",
           "originatingleadid", "original_lead_id", "source_lead_id", "mql_id", "lead_email", "associated_contact_id",
           "primary_contact_id", "contact_id", "prospect_id", "contact_email", "prospect_email")),
    "customers": Destination("origin", "The deal or lead it came from: id or e-mail", "text",
          ("opportunity_id", "deal_id", "opp_id", "converted_opportunity_id", "source_opportunity_id", "lead_id",
           "lead_email")),
}  # fmt: skip


@lru_cache(maxsize=64)
def places_of(target: str) -> tuple[Destination, ...]:
    """Every core place of this kind of file."""
    others = {"accounts": ACCOUNT_PLACES, "people": PEOPLE_PLACES, "events": EVENT_PLACES}
    return others.get(target) or (*RECORD_PLACES, *filter(None, (ORIGIN.get(target),)))


def lacks_of_event(places: Iterable[str]) -> str:
    """What the columns of an event log do not hold and must: a moment, and what happened then."""
    present = set(places)
    if present.isdisjoint(("stage", "owner", "team")):
        return "the stage it entered, or who owned it"
    return "" if "happened_at" in present else "when it happened"


def place(target: str, key: str) -> Destination | None:
    """By key."""
    return next((each for each in places_of(target) if each.key == key), None)


def type_at(to: str, target: str, lifecycle: Blueprint) -> str | None:
    """What cells that go there must be; None for an attribute, which takes them as they are, and where there is no such
    place."""
    if core := place(target, to):
        return core.data_type
    if to.startswith(ENTERED):
        return DataType.DATETIME.value
    terms = lifecycle.properties_by_key.get(to.removeprefix(PROPERTY)) if to.startswith(PROPERTY) else None
    return terms.type.value if terms else None
