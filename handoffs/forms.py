"""Forms check shape; the actions check sense."""

from collections.abc import Iterable
from datetime import datetime

from django import forms

from blueprint.schema import PacketItem, ReasonTerms
from core.people.models import Member
from core.people.permissions import may
from handoffs.queries.people_loads import people_loads
from handoffs.rules.routing import ANSWERING_ROLES
from handoffs.rules.task_days import REPEATS


class RejectForm(forms.Form):
    """Why not: a reason code, a note where it asks for one, the packet's gaps where it has some."""

    reason = forms.ChoiceField(label="Reason")
    note = forms.CharField(required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 3}))
    gaps = forms.MultipleChoiceField(required=False, label="What is missing", widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: object, reasons: Iterable[ReasonTerms], items: Iterable[PacketItem], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        said = [(each.key, each.label) for each in reasons if each.purpose == "reject"]
        self.fields["reason"].choices = [("", "Choose one"), *said]  # type: ignore[attr-defined]
        named = [(item.key, item.label) for item in items]
        if named:
            self.fields["gaps"].choices = named  # type: ignore[attr-defined]
        else:
            del self.fields["gaps"]


class AssignForm(forms.Form):
    """To whom, and why. `at`: shown with what they have at that moment, in two queries."""

    to = forms.ModelChoiceField(queryset=None, label="To", empty_label="Choose somebody")
    note = forms.CharField(required=False, max_length=500, label="Why")

    def __init__(self, *args: object, at: datetime | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        people = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON, role__in=ANSWERING_ROLES)
        self.fields["to"].queryset = people.order_by("name")  # type: ignore[attr-defined]
        if at is not None:
            loads = people_loads(at, people=people.values_list("pk", flat=True))
            said = {each.member_id: f"{each.name} ({each.in_short})" for each in loads}
            self.fields["to"].label_from_instance = lambda one: said.get(one.pk, one.name)  # type: ignore[attr-defined]

    @property
    def receivers(self) -> list[tuple[str, str]]:
        """Id and label of everybody to choose from."""
        return [(str(key), label) for key, label in self.fields["to"].choices if key]  # type: ignore[attr-defined]


class PauseForm(forms.Form):
    """What is waited for: a reason, or items of the packet where the seam lets the sender be asked; until when."""

    reason = forms.ChoiceField(label="Waiting for", required=False)
    gaps = forms.MultipleChoiceField(required=False, label="Or ask the sender for", widget=forms.CheckboxSelectMultiple)
    until = forms.DateTimeField(
        label="Until",
        required=False,
        help_text="Left blank, as long as it may.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    note = forms.CharField(required=False, max_length=500, label="Note")

    def __init__(
        self, *args: object, reasons: Iterable[ReasonTerms], items: Iterable[PacketItem], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        said = [(each.key, each.label) for each in reasons if each.purpose == "pause"]
        self.fields["reason"].choices = [("", "Choose one"), *said]  # type: ignore[attr-defined]
        if named := [(item.key, item.label) for item in items]:
            self.fields["gaps"].choices = named  # type: ignore[attr-defined]
        else:
            del self.fields["gaps"]
            self.fields["reason"].required = True


class SuccessorForm(forms.Form):
    """Who takes over what no rotation gives away."""

    successor = forms.ModelChoiceField(
        queryset=None,
        required=False,
        empty_label="Nobody in particular",
        help_text="Takes over tasks, accounts and records. Left blank, records take turns in the team and tasks "
        "go to its manager. Handoffs always go to the next in rotation.",
    )

    def __init__(self, *args: object, of: Member, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        people = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON).exclude(pk=of.pk)
        self.fields["successor"].queryset = people.order_by("name")  # type: ignore[attr-defined]


class TaskGivenForm(forms.Form):
    """Who has a task."""

    assignee = forms.ModelChoiceField(queryset=None, label="For", empty_label=None)

    def __init__(self, *args: object, of: Member, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        people = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON)
        offered = people if may(of, "task.assign") else people.filter(pk=of.pk)
        self.fields["assignee"].queryset = offered.order_by("name")  # type: ignore[attr-defined]
        self.fields["assignee"].initial = of.pk


class TaskForm(TaskGivenForm):
    """A task by hand."""

    title = forms.CharField(label="What is to be done", max_length=300)
    due_at = forms.DateTimeField(
        label="By when",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    repeats = forms.ChoiceField(label="Repeats", choices=list(REPEATS.items()), required=False)
    record = forms.IntegerField(label="Number of its record", required=False, min_value=1)
    field_order = ("title", "due_at", "assignee", "repeats", "record")


class OutcomeForm(forms.Form):
    """What came of a task."""

    outcome = forms.CharField(max_length=300, widget=forms.TextInput(attrs={"placeholder": "What came of it?"}))


class PromiseForm(forms.Form):
    """What was promised, and by when."""

    title = forms.CharField(max_length=300, label="What was promised")
    due_on = forms.DateField(
        required=False, label="By", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
