"""How the items of a packet look to programs."""

from rest_framework import serializers

from blueprint.schema.vocabularies import PacketType


class PacketItemOut(serializers.Serializer):
    """One item of the packet: how it is answered, what is said, and why that leaves it missing ("": it does not)."""

    key = serializers.CharField(source="terms.key")
    label = serializers.CharField(source="terms.label")  # type: ignore[assignment] # a field of the shape
    type = serializers.ChoiceField(PacketType.choices, source="terms.type")
    required = serializers.BooleanField(source="terms.required")  # type: ignore[assignment]
    options = serializers.ListField(child=serializers.CharField(), source="terms.options")
    least_words = serializers.IntegerField(source="terms.least_words")
    value = serializers.CharField(allow_blank=True)
    file_name = serializers.CharField(allow_blank=True, help_text="Of a file that was sent.")
    why_missing = serializers.CharField(allow_blank=True)
