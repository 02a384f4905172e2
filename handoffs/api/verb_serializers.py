"""The bodies that are sent to offer, reject, recall, pause and reassign."""

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


class PauseIn(serializers.Serializer):
    """Why the clock shall stand still: what they wait for from the customer (the key of a reason), or which items of
    the packet the sender is asked for. Without `until`, as long as it may."""

    reason = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    until = serializers.DateTimeField(required=False, allow_null=True, default=None)
    gaps = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=50, required=False, default=list
    )


class AssignIn(serializers.Serializer):
    """Who should have it, by address."""

    to = serializers.EmailField()
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
