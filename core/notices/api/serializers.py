"""How notices look to programs."""

from rest_framework import serializers

from core.http.paging import PageOut
from core.notices.models import Notice, NoticeDelivery, NoticeKind


class NoticeOut(serializers.ModelSerializer):
    """What somebody was told. `number` null: it tells of several. `seen_at` null: not seen yet."""

    kind = serializers.ChoiceField(NoticeKind.choices)
    label = serializers.CharField(read_only=True)

    class Meta:
        model = Notice
        fields = ["id", "kind", "label", "title", "about", "number", "due_at", "at", "seen_at"]


class NoticePageOut(PageOut):
    """A page of notices."""

    results = NoticeOut(many=True)


class SeenIn(serializers.Serializer):
    """Up to which moment everything was seen; now, unless it is told."""

    until = serializers.DateTimeField(required=False, allow_null=True, default=None)


class SeenOut(serializers.Serializer):
    """How many notices are seen now that were not before."""

    seen = serializers.IntegerField()


class WishesShape(serializers.Serializer):
    """Which kinds somebody is told of, and when no mail is wanted: from `quiet_since` until `quiet_until` by the clock
    of `time_zone` (the workspace's where blank), and on `quiet_days`, Monday 0."""

    bell = serializers.ListField(child=serializers.ChoiceField(NoticeKind.choices), source="at_bell")
    mail = serializers.ListField(child=serializers.ChoiceField(NoticeKind.choices), source="by_mail")
    slack = serializers.ListField(child=serializers.ChoiceField(NoticeKind.choices), source="by_slack")
    is_gathered = serializers.BooleanField(help_text="At most one mail an hour.")
    quiet_since = serializers.TimeField(allow_null=True, format="%H:%M")
    quiet_until = serializers.TimeField(allow_null=True, format="%H:%M")
    quiet_days = serializers.ListField(child=serializers.IntegerField(min_value=0, max_value=6))
    time_zone = serializers.CharField(allow_blank=True, max_length=60)


class NoticeDeliveryOut(serializers.ModelSerializer):
    """A mail with notices. `next_try_at` null: it is sent, given up, or no longer needed."""

    state = serializers.ChoiceField(["sent", "waiting", "given_up", "not_needed"], read_only=True)
    member = serializers.EmailField(source="member.email", read_only=True)
    notices = serializers.IntegerField(read_only=True, help_text="How many it tells of.")

    class Meta:
        model = NoticeDelivery
        fields = [
            "id",
            "channel",
            "state",
            "member",
            "notices",
            "made_at",
            "due_at",
            "next_try_at",
            "tries",
            "sent_at",
            "trouble",
        ]


class NoticeDeliveryPageOut(PageOut):
    """A page of mails."""

    results = NoticeDeliveryOut(many=True)
