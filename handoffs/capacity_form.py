"""The form of what a person takes."""

from django import forms

from core.tenancy.regions import zones


class CapacityForm(forms.Form):
    """What a person takes, over all their pools."""

    day_cap = forms.IntegerField(label="Most a day", min_value=0, max_value=100_000, required=False)
    week_cap = forms.IntegerField(
        label="Most a week", min_value=0, max_value=100_000, required=False, help_text="Weeks begin on Monday."
    )
    skills = forms.CharField(
        label="Skills and languages",
        required=False,
        max_length=5_000,
        help_text="With commas between, such as German, Enterprise. Pools that ask for one give to who has it.",
    )
    starts_on = forms.DateField(
        label="Takes turns from",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Blank is at once.",
    )
    ramp_days = forms.IntegerField(
        label="Days in which the weight grows", min_value=0, max_value=366, initial=0, help_text="0 is at once."
    )
    time_zone = forms.ChoiceField(label="Time zone", choices=zones, help_text="Whose days are counted.")

    def clean_skills(self) -> list[str]:
        return [each for each in self.cleaned_data["skills"].split(",") if each.strip()]
