"""Shapes of what is proved of rules and criteria."""

from rest_framework import serializers

from blueprint.expressions.proved_outcomes import ProvedOutcome
from governance.models import Impact
from governance.queries.proofs import NEVER_ASKED


class ProvedLineOut(serializers.Serializer):
    """One line. `outcome` is blank until it is proved: *reached*, *never* true, *shadowed* by the places in `by`,
    *excluded* by them, or *unknown* where the solver does not know. `parts` of a test that is never true exclude each
    other. `example` is a record that the line takes or, where it is shadowed, one that meets it."""

    place = serializers.IntegerField()
    label = serializers.CharField()
    expression = serializers.CharField()
    outcome = serializers.ChoiceField([*ProvedOutcome], allow_blank=True)
    said = serializers.CharField(allow_blank=True)
    by = serializers.ListField(child=serializers.IntegerField())
    parts = serializers.ListField(child=serializers.CharField())
    example = serializers.DictField(allow_null=True)
    example_words = serializers.CharField(allow_blank=True)


class ProofOut(serializers.Serializer):
    """One list of lines: its place in the blueprint, and how far its proof is."""

    path = serializers.CharField()
    where = serializers.CharField()
    state = serializers.ChoiceField([NEVER_ASKED, *Impact.State.values])
    progress_ratio = serializers.FloatField()
    asked_at = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField(allow_blank=True)
    lines = ProvedLineOut(many=True)


class ProofsOut(serializers.Serializer):
    """Every list of lines of a document."""

    results = ProofOut(many=True)
