"""The form that tries routing out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms

from core.errors import BadInput
from governance.queries.trial_rows import rows_of
from governance.queries.trials import MOST

LARGEST = 1_000_000  # bytes of a file


class TrialForm(forms.Form):
    """Through which rules, and which records: numbers of those that are here, typed rows, or a file of such rows."""

    seam = forms.ChoiceField(label="Seam")
    change = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label="Rules")
    records = forms.CharField(
        required=False, max_length=4_000, label="Numbers of records", help_text="Such as 12, 15; any that are here."
    )
    handoffs = forms.CharField(
        required=False,
        max_length=4_000,
        label="Numbers of handoffs",
        help_text="Of the seam's past; each is tried as it was when it was offered.",
    )
    rows = forms.CharField(
        required=False,
        max_length=LARGEST,
        label="Records typed in",
        help_text="The first line names fields, such as name,employees,industry; a line for each record follows.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    file = forms.FileField(
        required=False,
        label="Or a file of such lines",
        help_text="CSV, at most 1 MB; columns are called by keys or labels of fields.",
    )
    at = forms.DateTimeField(
        required=False,
        label="As of",
        help_text="Blank is now. Who is away and what time does is asked of that moment; the rules are those above.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    def __init__(self, *args: Any, seams: Iterable[Any], changes: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seam"].choices = [(seam.key, seam.label) for seam in seams]  # type: ignore[attr-defined]
        open_ones = [(change.number, f"Request #{change.number}: {change.title}") for change in changes]
        self.fields["change"].choices = [("", "In force"), *open_ones]  # type: ignore[attr-defined]

    def clean_records(self) -> list[int]:
        """The numbers."""
        return self._numbers("records")

    def clean_handoffs(self) -> list[int]:
        """The numbers."""
        return self._numbers("handoffs")

    def _numbers(self, noun: str) -> list[int]:
        words = re.split(r"[\s,;#]+", self.cleaned_data[noun].strip(" ,;#"))
        if not all(re.fullmatch(r"[0-9]{1,15}", word) for word in words if word):
            raise forms.ValidationError(f"Write numbers of {noun}, with commas between them.")
        return [int(word) for word in words if word]

    def clean_rows(self) -> list[dict[str, str]]:
        """The typed rows."""
        return self._rows(self.cleaned_data["rows"].encode()) if self.cleaned_data["rows"].strip() else []

    def clean_file(self) -> list[dict[str, str]]:
        """The rows of the file."""
        file = self.cleaned_data["file"]
        if file is None:
            return []
        if file.size > LARGEST:
            raise forms.ValidationError("At most 1 MB.")
        return self._rows(file.read())

    def _rows(self, content: bytes) -> list[dict[str, str]]:
        try:
            return rows_of(content, MOST)
        except BadInput as bad:
            raise forms.ValidationError(bad.detail) from None
