"""The form of how somebody wishes to be told."""

from typing import Any

from django import forms

from core.notices.models import NoticeKind, NoticeWishes
from core.tenancy.regions import zones

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class WishesForm(forms.Form):
    """Kinds at the bell and by mail, and quiet hours."""

    bell = forms.MultipleChoiceField(
        label="At the bell", choices=NoticeKind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    mail = forms.MultipleChoiceField(
        label="By mail", choices=NoticeKind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    slack = forms.MultipleChoiceField(
        label="By Slack", choices=NoticeKind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    is_gathered = forms.BooleanField(
        label="At most one mail an hour", required=False, help_text="What comes in between is gathered in the next one."
    )
    quiet_since = forms.TimeField(
        label="No mail from", required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    quiet_until = forms.TimeField(
        label="until", required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    quiet_days = forms.TypedMultipleChoiceField(
        label="No mail on",
        choices=list(enumerate(DAYS)),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    time_zone = forms.ChoiceField(label="By the clock of", required=False)

    def __init__(self, *args: Any, of: NoticeWishes, zone: str, **kwargs: Any) -> None:
        kept = {name: getattr(of, name) for name in ("is_gathered", "quiet_since", "quiet_until", "quiet_days")}
        kept |= {"bell": of.at_bell, "mail": of.by_mail, "slack": of.by_slack, "time_zone": of.time_zone}
        super().__init__(*args, initial=kept, **kwargs)
        choices = [("", f"The workspace ({zone})"), *zones()]
        self.fields["time_zone"].choices = choices  # type: ignore[attr-defined]
