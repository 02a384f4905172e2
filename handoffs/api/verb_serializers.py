"""The bodies that are sent to offer, reject, recall and reassign."""

from rest_framework import serializers


class OfferIn(serializers.Serializer):
    """A record to offer across a seam."""

    record = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    seam = serializers.CharField(max_length=60)
    packet = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False, default=dict)


class RejectIn(serializers.Serializer):
    """Why not."""

    reason = serializers.CharField(max_length=60, allow_blank=True)
    note = serializers.CharField(max_length=5_000, required=False, allow_blank=True, default="")
    gaps = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=50, required=False, default=list
    )


class RecallIn(serializers.Serializer):
    """Why it is taken back."""

    note = serializers.CharField(max_length=5_000, required=False, allow_blank=True, default="")


class AssignIn(serializers.Serializer):
    """Who should have it, by address."""

    to = serializers.EmailField()
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
