"""People and companies that files name: owners, companies by name or id, people with their teams."""

import pytest

from core.people.models import Member, Team, TeamSeat
from core.tenancy.scope import workspace_scope
from imports import starting
from imports.mapping import BadMapping
from lifecycle.models import Account, Import
from tests.cast import Cast
from tests.imports.told import AT, bring_in, counts, reasons, receive, record

pytestmark = pytest.mark.usefixtures("nothing_lost")


OWNED = "ID,Owner\n1,Rick\n2,rosa@acme.example\n3,Nobody Known\n"


@pytest.mark.parametrize(("unknown", "created", "rejected"), [("create", 3, 0), ("blank", 3, 0), ("reject", 2, 1)])
def test_owners_are_found_by_name_or_address_and_others_as_chosen(
    cast: Cast, unknown: str, created: int, rejected: int
) -> None:
    columns = {"ID": "external_id", "Owner": "owner"}
    job = bring_in(cast, OWNED, columns, unknown_owner=unknown)
    assert (job.created_count, job.rejected_count) == (created, rejected)
    assert (record(cast, "1").owner_id, record(cast, "2").owner_id) == (cast.rick.pk, cast.rosa.pk)
    if unknown == "create":
        owner = record(cast, "3").owner
        assert owner and (owner.name, owner.external_key, owner.user_id) == ("Nobody Known", "Nobody Known", None)
    if unknown == "blank":
        assert (record(cast, "3").owner, record(cast, "3").properties["owner_in_file"]) == (None, "Nobody Known")


def test_nothing_is_given_to_who_left_and_what_happens_instead_is_chosen(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        cast.rosa.is_active = False
        cast.rosa.save(update_fields=["is_active"])
    columns = {"ID": "external_id", "Owner": "owner"}
    text = f"ID,Owner\n1,{cast.rick.pk}\n2,rosa@acme.example\n"
    assert counts(bring_in(cast, text, columns, unable_owner="blank")) == (2, 0, 0, 0)
    assert (record(cast, "1").owner, record(cast, "2").owner) == (cast.rick, None), "an id names somebody too"
    assert record(cast, "2").properties["owner_in_file"] == "rosa@acme.example"
    given = bring_in(cast, text, columns, unable_owner="give", owner_instead="Rick")
    assert (counts(given), record(cast, "2").owner) == ((0, 1, 1, 0), cast.rick)
    assert reasons(cast, bring_in(cast, text, columns)) == {"inactive_member": 1}, "unless told"
    with pytest.raises(BadMapping, match="no longer active"):
        told = receive(cast, text, columns)
        with workspace_scope(cast.acme):
            again = Import.objects.create(number=99, state="mapping", findings=told.findings, created_by=cast.ada)
            given_away = {**told.mapping, "unable_owner": "give", "owner_instead": "rosa@acme.example"}
            starting.map_columns(again, given_away, by=cast.ada, at=AT)


def test_an_owner_may_be_named_last_name_first(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        Member.objects.create(name="Vida Zinnia", email="vida@acme.example", role="rep", joined_at=AT)
    bring_in(cast, 'ID,Owner\n1,"Zinnia, Vida"\n', {"ID": "external_id", "Owner": "owner"})
    owner = record(cast, "1").owner
    assert owner and owner.name == "Vida Zinnia"


def test_companies_come_in_by_name_and_again_without_change(cast: Cast) -> None:
    text = (
        "Company,Web,Industry,Owner,Id\nNorthwind,https://www.northwind.example/x,Toys,Rick,A1\nNORTH-WIND,,Games,,A1\n"
    )
    columns = {
        "Company": "name",
        "Web": "domain",
        "Industry": "property:industry",
        "Owner": "owner",
        "Id": "external_id",
    }
    job = bring_in(cast, text, columns, target="accounts", system="salesforce")
    assert (job.created_count, job.done_rows) == (1, 2)
    with workspace_scope(cast.acme):
        account = Account.objects.get()
        assert (account.domain, account.owner_id) == ("northwind.example", cast.rick.pk)
        assert account.properties == {"industry": "Games", "salesforce_id": "A1"}
    assert counts(bring_in(cast, text, columns, target="accounts", system="salesforce")) == (0, 0, 2, 0)
    deals = {"ID": "external_id", "Account": "account_id"}
    bring_in(cast, "ID,Account\n1,A1\n2,A2\n", deals, system="salesforce")
    found = record(cast, "1").account
    assert found and found.pk == account.pk
    assert record(cast, "2").properties == {"account": "A2"}


def test_a_company_is_known_by_its_id_under_a_new_name_unless_another_has_that(cast: Cast) -> None:
    columns = {"Id": "external_id", "Name": "name"}
    bring_in(cast, "Id,Name\nA1,Old Name\nA2,Other\n", columns, target="accounts")
    assert counts(bring_in(cast, "Id,Name\nA1,New Name\n", columns, target="accounts")) == (0, 1, 0, 0)
    bring_in(cast, "Id,Name\nA2,New Name\n", columns, target="accounts")
    with workspace_scope(cast.acme):
        names = Account.objects.order_by("number").values_list("name", "name_key", "properties__csv_id")
        assert list(names) == [("New Name", "newname", "A1"), ("Other", "other", "A2")]


def test_people_get_teams_with_region_and_manager_and_seats(cast: Cast) -> None:
    text = "Agent,Manager,Office,Role\nAnn Lee,Mia Moss,East,rep\nBob Ray,Mia Moss,East,\nRick,Mia Moss,East,\n"
    text += "Eve,,,owner\n"
    columns = {"Agent": "name", "Manager": "manager", "Office": "region", "Role": "role"}
    job = bring_in(cast, text, columns, target="people")
    assert (job.created_count, job.updated_count) == (2, 1), "Rick was here before and gets a seat"
    assert reasons(cast, job) == {"unknown_role": 1}, "a file makes nobody an owner"
    with workspace_scope(cast.acme):
        team = Team.objects.get(region="East")
        assert team.manager and (team.manager.name, team.manager.role) == ("Mia Moss", "manager")
        assert TeamSeat.objects.filter(team=team).count() == 3
        assert Member.objects.get(pk=cast.rick.pk).role == "rep"
    assert counts(bring_in(cast, text, columns, target="people")) == (0, 0, 3, 1)
