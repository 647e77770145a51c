"""Kinds of input that several forms of the workbench share. They check shape; the rooms decide."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanbao.doors.ui.refusals import remedy, said
from sanbao.rooms.registry.errors import WrongImei
from sanbao.rooms.registry.rules import tidy_imei


class Day(forms.DateField):
    """A calendar day, typed or picked."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": _("This is not a day of the calendar. Write it like 2026-03-01.")}


class Moment(forms.DateTimeField):
    """A day and time on the outlet's wall, as the browser's own field gives it."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {"invalid": _("This is no day and time. Write it like 2026-03-01 18:00.")}


class Slot(forms.CharField):
    """The beginning of an appointment, as the page wrote it: ISO 8601 with its zone."""

    def clean(self, value: Any) -> datetime | None:
        """Return the moment; naive ones are refused."""
        typed = super().clean(value)
        if not typed:
            return None
        try:
            moment = datetime.fromisoformat(typed)
        except ValueError as wrong:
            raise forms.ValidationError(_("Choose a time from the list.")) from wrong
        if timezone.is_naive(moment):
            raise forms.ValidationError(_("Choose a time from the list."))
        return moment


class Text(forms.CharField):
    """A few sentences; NUL is refused, emoji and rare characters stay."""

    def __init__(self, *, most: int = 2000, rows: int = 3, **options: Any) -> None:
        super().__init__(max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **options)


class ImeiField(forms.CharField):
    """An IMEI, tidied; wrong ones are refused in the registry's own words."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **options)

    def clean(self, value: Any) -> str:
        """Return the fifteen digits, or '' for nothing."""
        typed: str = super().clean(value)
        if not typed:
            return ""
        tidy = tidy_imei(typed)
        if tidy is None:
            refusal = WrongImei(typed=typed[:40])
            raise forms.ValidationError(f"{said(refusal)} {remedy(refusal)}")
        return tidy


class Chips(forms.MultipleChoiceField):
    """Any of a few words, as cards with boxes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, words: Any, **options: Any) -> None:
        super().__init__(choices=list(words.items()), required=False, **options)


class Cards(forms.ChoiceField):
    """One of a few words, as cards."""

    widget = forms.RadioSelect


class Yes(forms.BooleanField):
    """A box that may stay empty."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)


class Yuan(forms.DecimalField):
    """An amount in yuan; ``cents_of`` gives what the house counts in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_digits=10, decimal_places=2, **options)
