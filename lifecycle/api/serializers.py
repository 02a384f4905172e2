"""How records, touches and companies look to programs, and the bodies that are sent about them."""

from rest_framework import serializers

from blueprint.schema.vocabularies import RecordKind, TouchDirection, TouchKind
from core.http.paging import PageOut
from lifecycle.models import Activity

KIND_OF_RECORD = tuple(RecordKind.values)


class Named(serializers.Serializer):
    """A member, by name and address."""

    name = serializers.CharField(source="display_name")
    email = serializers.CharField()


class NumberedName(serializers.Serializer):
    """An account, by number and name."""

    number = serializers.IntegerField()
    name = serializers.CharField()


class RecordOut(serializers.Serializer):
    """A record as it stands. Amounts are decimal texts, moments are UTC."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField(KIND_OF_RECORD)
    name = serializers.CharField()
    email = serializers.CharField()
    domain = serializers.CharField()
    source = serializers.CharField()
    account = NumberedName(allow_null=True)
    owner = Named(allow_null=True)
    team = serializers.CharField(allow_null=True)
    pipeline = serializers.CharField()
    stage = serializers.CharField()
    stage_category = serializers.CharField()
    lifecycle_stage = serializers.CharField()
    is_testimony = serializers.BooleanField(help_text="A file told of its stage; no gate was asked.")
    opened_at = serializers.DateTimeField()
    entered_stage_at = serializers.DateTimeField()
    score = serializers.IntegerField()
    amount = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    mrr = serializers.CharField(allow_null=True)
    closes_on = serializers.DateField(allow_null=True)
    renews_on = serializers.DateField(allow_null=True)
    last_activity_at = serializers.DateTimeField(allow_null=True)
    origin = serializers.IntegerField(allow_null=True, help_text="Number of the record it came from.")
    properties = serializers.DictField()
    external_ids = serializers.ListField(child=serializers.DictField())
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class RecordPageOut(PageOut):
    """Records, newest first."""

    results = RecordOut(many=True)


class EditIn(serializers.Serializer):
    """What a record says. A missing key leaves the old value; null clears it."""

    name = serializers.CharField(max_length=255, required=False)
    email = serializers.CharField(max_length=254, required=False, allow_null=True)
    domain = serializers.CharField(max_length=255, required=False, allow_null=True)
    source = serializers.CharField(max_length=120, required=False, allow_null=True)
    amount = serializers.DecimalField(16, 2, required=False, allow_null=True)
    currency = serializers.CharField(max_length=3, required=False, allow_null=True)
    mrr = serializers.DecimalField(16, 2, required=False, allow_null=True)
    closes_on = serializers.DateField(required=False, allow_null=True)
    renews_on = serializers.DateField(required=False, allow_null=True)
    account = serializers.CharField(max_length=255, required=False, help_text="Name of the company.")
    account_domain = serializers.CharField(max_length=255, required=False)
    owner = serializers.CharField(
        required=False,
        allow_null=True,
        help_text="E-mail address of a member, or the name imported files know them by.",
    )
    properties = serializers.DictField(required=False, help_text="Key and value, typed by the catalogue.")


class RowIn(EditIn):
    """A row on its way in. `stage` is a move made today and passes the gate, for a new record from where its pipeline
    begins; a loss needs its `reason`. `override` passes over a shut gate, with the reason code of an override."""

    kind = serializers.ChoiceField(KIND_OF_RECORD, required=False, default="lead")
    system = serializers.CharField(max_length=60, required=False, help_text="Which system speaks, such as crm.")
    external_id = serializers.CharField(max_length=200, required=False, help_text="The record's id in that system.")
    created_at = serializers.DateTimeField(required=False)
    pipeline = serializers.CharField(max_length=60, required=False)
    stage = serializers.CharField(max_length=60, required=False)
    reason = serializers.CharField(max_length=60, required=False)
    note = serializers.CharField(max_length=2000, required=False)
    override = serializers.BooleanField(required=False, help_text="Needs the role; counted on the scorecard.")


class BatchIn(serializers.Serializer):
    """At most 10,000 rows; or the list itself; or one JSON object a line as application/x-ndjson."""

    rows = RowIn(many=True)
    on_repeat = serializers.ChoiceField(("update", "first"), required=False, default="update")


class RowOutcome(serializers.Serializer):
    """What became of one row."""

    line = serializers.IntegerField()
    state = serializers.ChoiceField(("created", "updated", "unchanged", "rejected"))
    number = serializers.IntegerField(required=False)
    stage = serializers.CharField(required=False)
    held = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Not written: properties that another system owns; amount and currency of a closed period.",
    )
    code = serializers.CharField(required=False)
    field = serializers.CharField(required=False)
    detail = serializers.CharField(required=False)
    facts = serializers.DictField(required=False)


class BatchOut(serializers.Serializer):
    """Rows in = created + updated + unchanged + rejected. Rejected rows are kept with their reason."""

    rows = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()
    outcomes = RowOutcome(many=True)


class AdvanceIn(serializers.Serializer):
    """Where to, and where it is lost or overridden, why."""

    to = serializers.CharField(max_length=121, help_text="Key of a stage of the record's pipeline.")
    reason = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    override = serializers.BooleanField(required=False, default=False)


class ActivityIn(serializers.Serializer):
    """A touch. The seam says which stop the first-touch clock: kinds, directions, outcomes, people of which side."""

    kind = serializers.ChoiceField(TouchKind.values)
    direction = serializers.ChoiceField(TouchDirection.values, required=False, default="outbound")
    outcome = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    note = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")
    at = serializers.DateTimeField(
        required=False,
        help_text="When it took place: now unless told, never in the future. Clocks stop when we hear of it.",
    )
    external_id = serializers.CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        default="",
        help_text="What your system calls it; sent again it is the same touch.",
    )


class ActivityOut(ActivityIn):
    """A touch as it was kept."""

    at = serializers.DateTimeField()
    by = serializers.CharField(source="member.display_name", allow_null=True)
    is_qualifying = serializers.BooleanField()


class ActivityPageOut(PageOut):
    """Touches, newest first."""

    results = ActivityOut(many=True)


class Missing(serializers.CharField):
    """What is missing for the clock to stop; nothing where no clock is waiting."""

    def get_attribute(self, activity: Activity) -> str:
        return activity.heard.why if activity.heard else ""


class ActivityLogged(ActivityOut):
    """A touch that was logged just now, and what it did to the first-touch clock."""

    stops_clock = serializers.BooleanField(source="heard.stops_clock", allow_null=True)
    why = Missing(allow_blank=True)


class EventOut(serializers.Serializer):
    """One thing that happened."""

    kind = serializers.CharField()
    at = serializers.DateTimeField()
    actor = serializers.CharField(source="actor.display_name", allow_null=True)
    blueprint_version = serializers.IntegerField()
    facts = serializers.DictField()


class TimelineOut(PageOut):
    """Newest first."""

    results = EventOut(many=True)


class FoundOut(serializers.Serializer):
    """What was found."""

    results = RecordOut(many=True)
    is_cut = serializers.BooleanField(
        help_text="Every word is so common that only the newest records with each were looked at. Add a rarer one."
    )
