"""How people, teams and invitations look to programs."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from core.history.models import SecurityEvent
from core.people.functions import LONGEST_KEY
from core.people.models import Invitation, Member, Team, TeamSeat, TimeOff
from core.people.security_log import label
from core.people.team_seats import HIGHEST_CAP, HIGHEST_WEIGHT


class WorkspaceOut(serializers.Serializer):
    """The workspace one is in."""

    slug = serializers.CharField()
    name = serializers.CharField()
    time_zone = serializers.CharField()
    currency = serializers.CharField()
    blueprint_version = serializers.IntegerField()
    security_log_days = serializers.IntegerField(
        allow_null=True, help_text="After how many days lines of the security log go; null: never."
    )


class WorkspaceIn(serializers.Serializer):
    """What may be changed about a workspace; leave out what stays."""

    name = serializers.CharField(max_length=120, required=False)
    time_zone = serializers.CharField(
        max_length=60, required=False, help_text="A name of the time zone database, for instance Europe/Berlin."
    )
    currency = serializers.CharField(min_length=3, max_length=3, required=False, help_text="A code of ISO 4217.")
    security_log_days = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text="Days the security log is kept: 180 to 3,650, or null, for good.",
    )


class SeatOut(serializers.ModelSerializer):
    """A member's place in a team."""

    team = serializers.SlugRelatedField(slug_field="key", read_only=True)

    class Meta:
        model = TeamSeat
        fields = ["team", "weight", "cap"]


class MemberOut(serializers.ModelSerializer):
    """A principal in the workspace."""

    class Meta:
        model = Member
        fields = ["id", "name", "email", "kind", "role", "external_key", "is_active", "joined_at", "deactivated_at"]


class MemberWithSeats(MemberOut):
    """A member and where they sit."""

    seats = SeatOut(many=True, read_only=True)

    class Meta(MemberOut.Meta):
        fields = [*MemberOut.Meta.fields, "seats"]


class MyselfOut(serializers.ModelSerializer):
    """The member a call acts as."""

    class Meta:
        model = Member
        fields = ["id", "name", "email", "kind", "role", "external_key"]


class MeOut(serializers.Serializer):
    """Who is asking. `scopes` is null for a person, whose role alone decides."""

    workspace = WorkspaceOut()
    member = MyselfOut()
    scopes = serializers.ListField(child=serializers.CharField(), allow_null=True)


class MemberIn(serializers.Serializer):
    """What may be changed about a member; leave out what stays."""

    name = serializers.CharField(max_length=120, required=False)
    external_key = serializers.CharField(max_length=200, required=False, allow_blank=True)
    role = serializers.ChoiceField(Member.Role.choices, required=False)


class MakingOut(serializers.Serializer):
    """One thing somebody made that ends with them, or with their role."""

    noun = serializers.ChoiceField(["key", "invitation", "draft", "session"])
    id = serializers.CharField()
    title = serializers.CharField()
    becomes = serializers.CharField()


class TimeOffOut(serializers.ModelSerializer):
    """When a member receives nothing."""

    class Meta:
        model = TimeOff
        fields = ["id", "starts_at", "ends_at", "note"]


class TimeOffIn(serializers.Serializer):
    """A new absence."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class PersonInTeam(serializers.ModelSerializer):
    """Who sits there."""

    member = serializers.UUIDField(source="member_id")
    name = serializers.CharField(source="member.name")

    class Meta:
        model = TeamSeat
        fields = ["member", "name", "weight", "cap"]


class TeamOut(serializers.ModelSerializer):
    """An owner of stages."""

    manager = serializers.UUIDField(source="manager_id", allow_null=True)

    class Meta:
        model = Team
        fields = ["key", "name", "function", "region", "manager"]


class TeamWithSeats(TeamOut):
    """A team and its seats."""

    seats = PersonInTeam(many=True, read_only=True)

    class Meta(TeamOut.Meta):
        fields = [*TeamOut.Meta.fields, "seats"]


class TeamIn(serializers.Serializer):
    """A new team, or with PATCH what changes of one."""

    name = serializers.CharField(max_length=120)
    function = serializers.CharField(max_length=LONGEST_KEY, help_text="The key of a function of the blueprint.")
    region = serializers.CharField(max_length=80, required=False, allow_blank=True)
    manager = serializers.UUIDField(required=False, allow_null=True)


class SeatIn(serializers.Serializer):
    """Weight in the rotation, and most open handoffs (null is no limit)."""

    weight = serializers.IntegerField(min_value=1, max_value=HIGHEST_WEIGHT, default=1)
    cap = serializers.IntegerField(min_value=0, max_value=HIGHEST_CAP, required=False, allow_null=True, default=None)


class InvitationIn(serializers.Serializer):
    """Whom to invite, as what, into which team (its key)."""

    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(Member.Role.choices, default=Member.Role.REP)
    team = serializers.SlugField(max_length=60, required=False, allow_null=True)


class InvitationsIn(serializers.Serializer):
    """A list as people have it: addresses one a line or with commas, with names beside them or without."""

    emails = serializers.CharField(max_length=20_000)
    role = serializers.ChoiceField(Member.Role.choices, default=Member.Role.REP)
    team = serializers.SlugField(max_length=60, required=False, allow_null=True)


class InvitationOut(serializers.ModelSerializer):
    """An invitation; its link is in the mail alone."""

    team = serializers.CharField(source="team.key", read_only=True, allow_null=True, default=None)
    invited_by = serializers.UUIDField(source="invited_by_id")

    class Meta:
        model = Invitation
        fields = [
            "id", "email", "role", "team", "invited_by", "created_at", "expires_at", "accepted_at", "revoked_at",
        ]  # fmt: skip


class IssuedOut(serializers.Serializer):
    """An invitation. Its link is told once, to a person, and only for a role that answers no changes; else it is in
    the mail alone."""

    invitation = InvitationOut()
    link = serializers.CharField(source="link_for_maker", allow_null=True)


class InvitedOut(serializers.Serializer):
    """What became of one line: the invitation, or the code and sentence of why there is none."""

    text = serializers.CharField()
    invitation = InvitationOut(source="issued.invitation", allow_null=True, default=None)
    code = serializers.CharField(source="refusal.code", allow_null=True, default=None)
    detail = serializers.CharField(source="refusal.detail", allow_null=True, default=None)


def chosen(given: dict[str, Any], standing: object, *names: str) -> dict[str, Any]:
    """What was given, and for names that were not what stands there: the meaning of PATCH."""
    return {name: given.get(name, getattr(standing, name)) for name in names}


class SecurityEventOut(serializers.Serializer):
    """One line of the log."""

    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    label = serializers.SerializerMethodField()
    member = serializers.UUIDField(source="member_id", allow_null=True)
    name = serializers.CharField(source="member.name", allow_null=True, default=None)
    about = serializers.UUIDField(source="about_id", allow_null=True, help_text="Whose membership it changed.")
    address = serializers.CharField()
    browser = serializers.CharField()
    facts = serializers.DictField()
    request_id = serializers.CharField()

    def get_label(self, event: SecurityEvent) -> str:
        """What happened, in a few words."""
        return label(event)


@extend_schema_serializer(many=False)
class SecurityLogPage(serializers.Serializer):
    """A page of it."""

    next = serializers.CharField(allow_null=True)
    results = SecurityEventOut(many=True)
