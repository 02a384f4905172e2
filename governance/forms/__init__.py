"""Shapes of what people post: about a change, and about each part of the blueprint that a draft edits."""

from governance.forms.requests import AnswerForm, NewChangeForm, ReasonForm

__all__ = ["AnswerForm", "NewChangeForm", "ReasonForm"]
