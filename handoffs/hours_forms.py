"""Forms of hours of one's own: a week, days off and single days as lines of text, and where days off come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms

from blueprint.schema import WeeklyHours, fields_of
from core.businesstime import BadCalendar, Hours, WorkingCalendar
from core.public_holidays import countries
from core.tenancy.regions import zones

DAYS = {name: field.label for name, field in fields_of(WeeklyHours).items()}
SPAN = re.compile(r"([0-9]{2}:[0-9]{2})\s*-\s*([0-9]{2}:[0-9]{2})")
LINE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\s*(.*)")
USUAL = "09:00-17:00"


class HoursForm(forms.Form):
    """When somebody works. Days are windows with commas between; lines begin with a date."""

    time_zone = forms.ChoiceField(label="Time zone", choices=zones)
    holidays = forms.CharField(
        label="Days off",
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One a line, such as 2026-12-25 Christmas Day.",
    )
    special_days = forms.CharField(
        label="Single days with hours of their own",
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line, such as 2026-12-24 09:00-13:00 Half a day; without hours it is a day off.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in DAYS.items():
            self.fields[name] = forms.CharField(label=label, required=False, max_length=120)
        self.fields["mon"].help_text = "Such as 09:00-12:00, 13:00-17:30; blank is closed; 22:00-06:00 is a night."
        self.order_fields(["time_zone", *DAYS, "holidays", "special_days"])

    @classmethod
    def shown(cls, terms: Mapping[str, Any] | None, time_zone: str) -> dict[str, Any]:
        """What the form begins with: these terms, or a usual week in this zone."""
        if terms is None:
            return {"time_zone": time_zone, **dict.fromkeys(list(DAYS)[:5], USUAL)}
        week = {day: ", ".join(terms.get("weekly", {}).get(day, ())) for day in DAYS}
        off = (f"{each['date']} {each.get('label', '')}".strip() for each in terms.get("holidays", ()))
        single = (
            f"{each['date']} {', '.join(each.get('hours', ()))} {each.get('label', '')}".strip()
            for each in terms.get("special_days", ())
        )
        return {"time_zone": terms["time_zone"], **week, "holidays": "\n".join(off), "special_days": "\n".join(single)}

    def clean(self) -> dict[str, Any]:
        """The terms of a calendar, with what cannot be said at its field."""
        said = super().clean() or {}
        weekly = {day: spans for day in DAYS if (spans := self._spans(day, said.get(day, "")))}
        holidays = [{"date": day, "label": label[:120]} for day, label in self._lines("holidays", said)]
        special = []
        for day, rest in self._lines("special_days", said):
            label = SPAN.sub("", rest).strip(" ,")
            spans = self._spans("special_days", ", ".join("-".join(each) for each in SPAN.findall(rest)))
            special.append({"date": day, "hours": spans, "label": label[:120]})
        terms = {"time_zone": said.get("time_zone", ""), "weekly": weekly}
        return {"terms": {**terms, "holidays": holidays, "special_days": special}}

    def _spans(self, name: str, written: str) -> list[str]:
        """The windows of a day as a document writes them; what is wrong is said at the field."""
        parts = [part.strip() for part in written.split(",") if part.strip()]
        found = [SPAN.fullmatch(part) for part in parts]
        if wrong := next((part for part, match in zip(parts, found, strict=True) if not match), None):
            self.add_error(name, f"“{wrong[:40]}” is not written like 09:00-17:30.")
            return []
        hours: Hours = tuple((match[1], match[2]) for match in found if match)
        try:
            WorkingCalendar("UTC", (hours, *((),) * 6))
        except BadCalendar as bad:
            self.add_error(name, str(bad))
        return [f"{start}-{end}" for start, end in hours]

    def _lines(self, name: str, said: Mapping[str, str]) -> list[tuple[str, str]]:
        """Dates with what stands behind them, in order, each once."""
        found: dict[str, str] = {}
        for line in filter(None, map(str.strip, said.get(name, "").splitlines())):
            told = LINE.fullmatch(line)
            try:
                found.setdefault(date.fromisoformat(told[1] if told else "").isoformat(), told[2] if told else "")
            except ValueError:
                self.add_error(name, f"“{line[:40]}” does not begin with a day such as 2026-12-25.")
                return []
        return sorted(found.items())


class DaysOffForm(forms.Form):
    """Where days off come from: a country or region and a year, or an iCal file."""

    country = forms.ChoiceField(choices=lambda: [("", "Choose one"), *countries()], required=False)
    region = forms.CharField(required=False, max_length=10, help_text="Such as BY for Bavaria; blank for the whole.")
    year = forms.IntegerField(required=False, min_value=2000, max_value=2100)
    file = forms.FileField(required=False, label="iCal file", help_text="Its whole days become days off.")


def with_days(written: str, days: Iterable[tuple[date, str]]) -> tuple[str, int]:
    """The lines of days off with these days among them, and how many were new; a day that is there keeps its words."""
    lines = [line.strip() for line in written.splitlines() if line.strip()]
    there = {line[:10] for line in lines}
    new = [f"{day.isoformat()} {label}".strip() for day, label in days if day.isoformat() not in there]
    return "\n".join(sorted([*lines, *new])), len(new)
