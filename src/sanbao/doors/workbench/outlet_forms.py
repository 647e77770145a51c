"""An outlet as it is typed: hours as one line a day, such as ``10:00-13:00, 14:00-21:00``."""

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanbao.doors.workbench import words
from sanbao.doors.workbench.fields import Day, Yes
from sanbao.rooms.outlets.queries import Place

_PAIR: Final = re.compile(r"^(\d{1,2}:\d{2})\s*[-–—~至到]\s*(\d{1,2}:\d{2})$")
_WEEK: Final = range(7)
_LOW, _HIGH = 1, 200


class Hours(forms.CharField):
    """Opening hours of a day; empty is closed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=80, required=False, **options)

    def clean(self, value: Any) -> list[list[str]]:
        """Return pairs of times as the outlets take them."""
        typed: str = super().clean(value)
        pairs = []
        for part in re.split(r"[,，、;；]", typed):
            if part.strip():
                found = _PAIR.match(part.strip().replace("：", ":"))
                if found is None:
                    raise forms.ValidationError(gettext("Write hours like 10:00-13:00, 14:00-21:00."))
                pairs.append([each.zfill(5) for each in found.groups()])
        return pairs


class OutletForm(forms.Form):
    """What is said of an outlet."""

    code = forms.CharField(label=_("Short code"), max_length=12, required=False)
    kind = forms.ChoiceField(label=_("Kind of outlet"), choices=list(words.KINDS.items()))
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    province = forms.CharField(label=_("Province"), max_length=20)
    city = forms.CharField(label=_("City"), max_length=20)
    district = forms.CharField(label=_("District"), max_length=20, required=False)
    address_zh = forms.CharField(label=_("Address in Chinese"), max_length=160)
    address_en = forms.CharField(label=_("Address in English"), max_length=160, required=False)
    latitude = forms.FloatField(label=_("Latitude"))
    longitude = forms.FloatField(label=_("Longitude"))
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    seats = forms.IntegerField(label=_("Seats"), min_value=_LOW, max_value=_HIGH, initial=2)
    slot_minutes = forms.IntegerField(label=_("Minutes for an appointment"), initial=30)
    walk_in_share = forms.IntegerField(label=_("Kept for walk-ins, per cent"), initial=25)
    takes_mail = Yes(label=_("Takes parcels"))

    def __init__(self, *args: Any, fresh: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        for day in _WEEK:
            self.fields[f"hours_{day}"] = Hours(label=words.WEEKDAYS[day])
        if fresh:
            self.fields["code"].required = True
            self.fields["code"].help_text = gettext("Two to twelve capital letters and digits, such as BJ01.")
        else:
            del self.fields["code"]

    def days(self) -> list[forms.BoundField]:
        """Return the seven fields of the week."""
        return [self[f"hours_{day}"] for day in _WEEK]

    def plain(self) -> list[forms.BoundField]:
        """Return the other fields."""
        return [bound for bound in self if not bound.name.startswith("hours_")]

    def values(self, code: str) -> dict[str, Any]:
        """Return everything as the outlets take it."""
        told = dict(self.cleaned_data)
        hours = [told.pop(f"hours_{day}") for day in _WEEK]
        if not told.get("name_en"):
            told.pop("name_en", None)
        return {"code": code, **told, "hours": hours}


class SpecialForm(forms.Form):
    """One day with other hours."""

    day = Day(label=_("Day"))
    open = Hours(label=_("Hours"), help_text=_("Empty: closed on that day."))
    reason = forms.CharField(label=_("Why"), max_length=80, required=False)

    def values(self) -> dict[str, Any]:
        """Return the day as the outlets take it."""
        told = self.cleaned_data
        return {"day": told["day"], "hours": told["open"], "reason": told["reason"]}


def initial(place: Place | None) -> dict[str, Any]:
    """Return what stands in the form at first."""
    if place is None:
        return {f"hours_{day}": "10:00-21:00" for day in _WEEK}
    kept = {name: getattr(place, name) for name in OutletForm.base_fields if name != "code"}
    return kept | {f"hours_{day}": spoken(place.hours[day]) for day in _WEEK}


def spoken(pairs: Any) -> str:
    """Return opening hours as one line; '' for closed."""
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in pairs)


def _clock(moment: Any) -> str:
    return moment if isinstance(moment, str) else f"{moment:%H:%M}"
