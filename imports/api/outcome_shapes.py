"""The shapes of what became of a file, or would: its columns, its rows, and its records further on."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from blueprint.documents import blueprint_of
from imports.column_report import AS_TEXT, CHANGED, LEFT_OUT, RIGHT, column_report
from imports.further_on import further_on
from imports.trial import Trial
from lifecycle.models import Import


class ColumnOutcome(serializers.Serializer):
    """What became of one column, and how many rows were rejected for it."""

    header = serializers.CharField()
    to = serializers.CharField(help_text="The place, as people call it; blank where the column was left out.")
    became = serializers.ChoiceField(choices=(RIGHT, CHANGED, AS_TEXT, LEFT_OUT))
    detail = serializers.CharField()
    rejected = serializers.IntegerField()


class LineOutcome(serializers.Serializer):
    """One line of a gate, and of how many records it is unmet or unknown."""

    label = serializers.CharField()  # type: ignore[assignment]
    unmet = serializers.IntegerField()
    unknown = serializers.IntegerField()
    looks_at = serializers.ListField(source="fields", child=serializers.CharField())


class GateOutcome(serializers.Serializer):
    """How many of the records reached a stage, and what keeps the others from it."""

    stage = serializers.CharField()
    reached = serializers.IntegerField()
    total = serializers.IntegerField()
    waiting = serializers.IntegerField()
    lines = LineOutcome(many=True)


def counted(finding: str, *, help_text: str) -> serializers.IntegerField:
    """How many rows a finding of the import counts."""
    return serializers.IntegerField(source=f"findings.{finding}", read_only=True, default=0, help_text=help_text)


class Outcomes(serializers.Serializer):
    """What became of a file that has finished; nothing before."""

    column_outcomes = serializers.SerializerMethodField()
    further_on = serializers.SerializerMethodField()
    set_aside = counted("set_aside", help_text="Rows with dates that cannot be, which did not count.")
    unknown_origins = counted(
        "unknown_origins", help_text="Rows that name a record here as the one theirs came from, and nobody knows it."
    )
    shared_leads = counted(
        "shared_leads",
        help_text="Rows whose lead has further ids of the same system, for one address is one lead.",
    )
    other_origins = counted(
        "other_origins", help_text="Rows whose record is known to come from another one, which stays."
    )
    kept_closed = counted(
        "kept_closed", help_text="Rows whose amount was kept, because their closing belongs to a closed period."
    )

    @extend_schema_field(ColumnOutcome(many=True))
    def get_column_outcomes(self, job: Import) -> Any:
        """What became of each column."""
        if job.state != Import.State.FINISHED:
            return []
        request = self.context["request"]._request
        return ColumnOutcome(column_report(job, blueprint_of(request.workspace), request.at), many=True).data

    @extend_schema_field(GateOutcome(many=True))
    def get_further_on(self, job: Import) -> Any:
        """Where its records stand now, and what keeps them from the next stage."""
        if job.state != Import.State.FINISHED:
            return []
        request = self.context["request"]._request
        return GateOutcome(further_on(job, blueprint_of(request.workspace), request.at), many=True).data


class TriedRow(serializers.Serializer):
    """What would become of one row."""

    line = serializers.IntegerField()
    becomes = serializers.ChoiceField(choices=("created", "updated", "unchanged", "rejected"))
    field = serializers.CharField(help_text="The column that is wrong, where one is.")
    detail = serializers.CharField(help_text="Why it would be rejected.")
    replaces = serializers.ListField(child=serializers.CharField(), help_text="Known stages that get another date.")


class TrialShape(serializers.Serializer):
    """The first rows, taken in as they would be, and everything taken back."""

    rows = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()
    replaced_stages = serializers.IntegerField()
    set_aside = serializers.IntegerField(help_text="Rows with dates that cannot be, which would not count.")
    unknown_origins = serializers.IntegerField(help_text="Rows that came from a record that nobody knows.")
    other_origins = serializers.IntegerField(help_text="Rows whose record is known to come from another one.")
    shared_leads = serializers.IntegerField(help_text="Rows whose lead has further ids of the same system.")
    tried = serializers.SerializerMethodField()

    @extend_schema_field(TriedRow(many=True))
    def get_tried(self, trial: Trial) -> Any:
        """Row by row; of companies and people only those that would be rejected."""
        return [
            {
                "line": line,
                "becomes": trial.states.get(line, "rejected"),
                "field": trial.problems.get(line, ("", ""))[0],
                "detail": trial.problems.get(line, ("", ""))[1],
                "replaces": trial.replaced.get(line, []),
            }
            for line in sorted({*trial.states, *trial.problems})
        ]
