"""Tables of HubSpot and Salesforce as a connector lands them, with their own header names."""

from collections import Counter

import pytest

from core.people.models import Member
from core.tenancy.scope import workspace_scope
from lifecycle.models import Account, Record
from tests.cast import Cast
from tests.real_data.door import bring_in, counts, needs_data, rows_of

pytestmark = [needs_data, pytest.mark.slow, pytest.mark.django_db]

SEEDS = "crm_connector_seeds"


@pytest.mark.parametrize(
    ("path", "target", "system", "places"),
    [
        ("hubspot/contact_data.csv", "leads", "hubspot",
         {"id": "external_id", "property_company": "account", "property_firstname": "first_name",
          "property_created_at": "created_at"}),
        ("hubspot/company_data.csv", "accounts", "hubspot",
         {"id": "external_id", "property_name": "name", "property_industry": "property:industry",
          "property_country": "property:country"}),
        ("hubspot/deal_data.csv", "opportunities", "hubspot",
         {"deal_id": "external_id", "property_dealname": "name", "property_createdate": "created_at",
          "owner_id": "owner"}),
        ("hubspot/owner_data.csv", "people", "csv", {"owner_id": "external_id", "first_name": "first_name"}),
        ("salesforce/sf_lead_data.csv", "leads", "salesforce",
         {"id": "external_id", "email": "email", "company": "account", "status": "stage", "owner_id": "owner",
          "created_date": "created_at", "has_opted_out_of_email": "property:opted_out"}),
        ("salesforce/sf_account_data.csv", "accounts", "salesforce",
         {"id": "external_id", "name": "name", "number_of_employees": "property:employees"}),
        ("salesforce/sf_opportunity_data.csv", "opportunities", "salesforce",
         {"id": "external_id", "name": "name", "amount": "amount", "close_date": "closes_on",
          "account_id": "account_id", "created_date": "created_at", "lead_source": "source"}),
    ],
)  # fmt: skip
def test_a_table_is_understood_and_comes_in_twice_without_change(
    cast: Cast, path: str, target: str, system: str, places: dict[str, str]
) -> None:
    rows = sum(1 for _ in rows_of(f"{SEEDS}/{path}"))
    job = bring_in(cast, f"{SEEDS}/{path}")
    assert (job.target, job.mapping["system"]) == (target, system)
    assert {header: job.mapping["columns"][header]["to"] for header in places} == places
    assert (job.done_rows, job.rejected_count) == (rows, 0)
    assert counts(bring_in(cast, f"{SEEDS}/{path}")) == (0, 0, rows, 0)


def test_a_deal_finds_its_company_by_the_other_systems_id(cast: Cast) -> None:
    bring_in(cast, f"{SEEDS}/salesforce/sf_account_data.csv")
    with workspace_scope(cast.acme):
        account = Account.objects.get(name="Eric's Test")
        assert account.properties["salesforce_id"] == "0015500000Xyy06AAB"
    bring_in(cast, f"{SEEDS}/salesforce/sf_opportunity_data.csv")
    with workspace_scope(cast.acme):
        # the seed's references were hashed by its publisher: what is not found is kept, not lost
        assert Record.objects.filter(properties__has_key="account_id").count() == 10


def test_owners_come_as_people_without_a_sign_in_and_own_deals(cast: Cast) -> None:
    bring_in(cast, f"{SEEDS}/hubspot/owner_data.csv")
    with workspace_scope(cast.acme):
        assert Member.objects.filter(user=None).count() == 100
    bring_in(cast, f"{SEEDS}/hubspot/deal_data.csv")
    known = {row["owner_id"] for row in rows_of(f"{SEEDS}/hubspot/owner_data.csv")}
    expected = Counter(bool(row["owner_id"] in known) for row in rows_of(f"{SEEDS}/hubspot/deal_data.csv"))
    with workspace_scope(cast.acme):
        assert Record.objects.exclude(owner=None).count() == expected[True]
