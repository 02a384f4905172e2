"""Forms of the scorecard: rates, costs, targets of seams, own boards. They check shape; actions check sense."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from blueprint.schema import SeamTerms
from core.people.forms import CalendarDayField
from core.people.models import Member
from core.tenancy.regions import CURRENCIES
from scorecard.queries import Board
from scorecard.rules.board_choices import COMPARED, PERIODS
from scorecard.rules.seam_losses import LONGEST_TRIED

LARGEST_FILE = 1_000_000  # bytes: ten thousand lines are a third of it


class RateForm(forms.Form):
    """One rate."""

    currency = forms.ChoiceField(label="Currency")
    day = CalendarDayField(label="From the day", help_text="It counts until the next rate of the currency.")
    rate = forms.DecimalField(label="Rate", max_digits=24, widget=forms.NumberInput(attrs={"step": "any"}))
    source = forms.CharField(label="Where from", max_length=60, required=False, help_text="Such as: central bank.")

    def __init__(self, *args: Any, to_currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(code, code) for code in CURRENCIES if code != to_currency]
        self.fields["currency"].choices = offered  # type: ignore[attr-defined]
        self.fields["rate"].help_text = f"What one unit is worth in {to_currency}."


class RateLinesForm(forms.Form):
    """Many rates: pasted, or from a file."""

    lines = forms.CharField(
        label="Lines",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": "currency,day,rate\nGBP,2026-03-01,1.17"}),
        help_text="Currency, day and rate, one a line; commas, semicolons or tabs between.",
    )
    file = forms.FileField(label="Or a CSV file", required=False)
    source = forms.CharField(label="Where from", max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.pop("file", None)
        if file is not None and file.size > LARGEST_FILE:
            self.add_error("file", "A file of at most 1 MB, please.")
        elif file is not None:
            cleaned["lines"] = file.read().decode("utf-8-sig", "replace")
        if not cleaned.get("lines", "").strip() and not self.errors:
            self.add_error("lines", "Paste some lines, or choose a file.")
        return cleaned


class CostForm(forms.Form):
    """What a source cost in a month."""

    source = forms.CharField(
        label="Source",
        max_length=120,
        help_text="As records name it.",
        widget=forms.TextInput(attrs={"list": "known-sources"}),
    )
    month = forms.CharField(
        label="Month",
        max_length=10,
        help_text="Such as 2026-03. Each of its days has its part.",
        widget=forms.TextInput(attrs={"type": "month"}),
    )
    amount = forms.DecimalField(label="Cost", max_digits=24, widget=forms.NumberInput(attrs={"step": "any"}))
    currency = forms.ChoiceField(label="Currency", choices=[(code, code) for code in CURRENCIES])


class CostLinesForm(RateLinesForm):
    """Many costs: pasted, or from a file."""

    source = None  # type: ignore[assignment] # Django leaves a field out so

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = self.fields["lines"]
        lines.widget.attrs["placeholder"] = "source,month,amount,currency\nPaid search,2026-03,1250.00,EUR"
        lines.help_text = "Source, month, cost and, where it is another one, currency; one a line."


class SeamTargetForm(forms.Form):
    """What a seam is to come to this quarter, and who sees to it."""

    seam = forms.ChoiceField(label="Seam")
    target_ratio = forms.DecimalField(
        label="To come across, in %",
        max_digits=6,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=100,
        help_text="Of all that is decided: accepted, rejected, or past due and unanswered.",
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    owner = forms.ChoiceField(label="Who sees to it")

    def __init__(self, *args: Any, seams: Iterable[SeamTerms], people: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seam"].choices = [(seam.key, seam.label) for seam in seams]  # type: ignore[attr-defined]
        offered = [(person.email, person.display_name) for person in people]
        self.fields["owner"].choices = offered  # type: ignore[attr-defined]

    def clean_target_ratio(self) -> Decimal:
        percent: Decimal = self.cleaned_data["target_ratio"]
        return percent / 100


class LeakLogForm(forms.Form):
    """What was tried in a week."""

    week = forms.TypedChoiceField(label="Week from", coerce=date.fromisoformat)
    tried = forms.CharField(label="What was tried", max_length=LONGEST_TRIED, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, weeks: Iterable[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(week.isoformat(), f"{week.day} {week:%b %Y}") for week in weeks]
        self.fields["week"].choices = offered  # type: ignore[attr-defined]


class OwnBoardForm(forms.Form):
    """What a board shows."""

    name = forms.CharField(label="Name", max_length=120)
    metrics = forms.MultipleChoiceField(label="Metrics", widget=forms.CheckboxSelectMultiple)
    period = forms.ChoiceField(label="Period", choices=list(PERIODS.items()))
    compare = forms.ChoiceField(label="Compare with", choices=list(COMPARED.items()))
    segment = forms.ChoiceField(label="Split by", required=False)
    value = forms.CharField(label="Its value", max_length=200, required=False, help_text="Blank shows every value.")
    segment2 = forms.ChoiceField(label="Segment", required=False)
    value2 = forms.CharField(label="Is", max_length=200, required=False)
    segment3 = forms.ChoiceField(label="Segment", required=False)
    value3 = forms.CharField(label="Is", max_length=200, required=False)
    segment4 = forms.ChoiceField(label="Segment", required=False)
    value4 = forms.CharField(label="Is", max_length=200, required=False)
    is_shared = forms.BooleanField(
        label="Everybody in the workspace may open it", required=False, help_text="Nobody else can change it."
    )

    def __init__(self, *args: Any, board: Board, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", "The whole"), *board.all_segments.items()]
        metrics = [(metric.key, metric.label) for metric in board.blueprint.metrics]
        for name in ("segment", "segment2", "segment3", "segment4"):
            self.fields[name].choices = offered if name == "segment" else [("", "No filter"), *offered[1:]]  # type: ignore[attr-defined]
        self.fields["metrics"].choices = metrics  # type: ignore[attr-defined]

    @property
    def shown(self) -> list[forms.BoundField]:
        """What stands above the filters."""
        return [self[name] for name in ("name", "metrics", "period", "compare", "segment", "value")]

    @property
    def filters(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each filter's segment and value."""
        return [(self[f"segment{place}"], self[f"value{place}"]) for place in (2, 3, 4)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        pairs = [(cleaned.pop(f"segment{place}", ""), cleaned.pop(f"value{place}", "")) for place in (2, 3, 4)]
        for place, (segment, value) in enumerate(pairs, 2):
            if bool(segment) != bool(value):
                self.add_error(f"value{place}", "A filter needs a segment and its value.")
        cleaned["filters"] = [{"segment": segment, "value": value} for segment, value in pairs if segment and value]
        return cleaned
