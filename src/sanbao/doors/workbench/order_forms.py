"""What is typed on the page of an order, one form a step."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sanbao.doors.workbench import words
from sanbao.doors.workbench.fields import Cards, Chips, Day, Moment, Slot, Text, Yes
from sanbao.rooms.parts.queries import ItemCard
from sanbao.rooms.repairs.services import Intake, QuoteLine

_MOST_PIECES = 20


class Nothing(forms.Form):
    """A step that needs no words."""


class IntakeForm(forms.Form):
    """What is put down when a device comes over the counter or out of a parcel."""

    condition = Chips(words.CONDITIONS, label=_("Marks on the device"))
    marks = forms.CharField(label=_("Other marks"), max_length=200, required=False)
    accessories = Chips(words.ACCESSORIES, label=_("Stays with us"))
    fault_on = Day(label=_("Fault since"), required=False, help_text=_("Empty: since today."))
    backup_done = Yes(label=_("The owner has backed up the data"))
    erase_consent = Yes(label=_("The owner agrees that the data may be lost"))
    unlock_consent = Yes(label=_("The owner lets us unlock the device for testing; the code is never kept"))
    note = Text(label=_("Note"), rows=2, most=500, required=False)
    signature = forms.CharField(
        label=_("Signed by"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def intake(self) -> Intake:
        """Return what was put down as the room takes it."""
        told = self.cleaned_data
        extra = (told["marks"],) if told["marks"] else ()
        return Intake(
            condition=(*told["condition"], *extra),
            accessories=tuple(told["accessories"]),
            backup_done=told["backup_done"],
            erase_consent=told["erase_consent"],
            unlock_consent=told["unlock_consent"],
            signature=told["signature"],
            note=told["note"],
            fault_on=told["fault_on"],
        )


class Diagnosis(forms.Form):
    """What the bench found and what mends it; free or not is said by the button that is pressed."""

    finding = Cards(label=_("Finding"))
    diagnosis = Text(label=_("What was found"), rows=3, most=4000)
    items = forms.MultipleChoiceField(label=_("Parts and work"), required=False)
    free = forms.MultipleChoiceField(required=False)
    note = forms.CharField(label=_("Note to the owner"), max_length=300, required=False)

    def __init__(self, *args: Any, items: Sequence[ItemCard] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["finding"].choices = words.findings()  # type: ignore[attr-defined]
        chosen = [(item.code, words.named(item)) for item in items]
        self.fields["items"].choices = chosen  # type: ignore[attr-defined]
        self.fields["free"].choices = chosen  # type: ignore[attr-defined]

    def quantity(self, code: str) -> int:
        """Return how many pieces were typed for an item; what is no number counts as one."""
        typed = str(self.data.get(f"quantity_{code}", "1"))[:3]
        return int(typed) if typed.isascii() and typed.isdecimal() else 1

    def codes(self) -> list[str]:
        """Return the codes of the chosen items."""
        return list(self.cleaned_data["items"])

    def lines(self) -> list[QuoteLine]:
        """Return the chosen items as lines of a quote."""
        free = set(self.cleaned_data["free"])
        return [QuoteLine(code, self.quantity(code), covered=code in free) for code in self.codes()]


class Answer(forms.Form):
    """The owner's signed word on a price; ``cents`` is the price they were shown."""

    cents = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class AwaitPart(forms.Form):
    """A part is missing."""

    expected_at = Moment(label=_("Expected"), required=False, help_text=_("Empty: the date stays."))


class Finish(forms.Form):
    """What was done."""

    resolution = Text(label=_("What was done"), rows=3, most=4000)


class Parcel(forms.Form):
    """A parcel on its way, to us or back."""

    carrier = forms.CharField(label=_("Carrier"), max_length=24)
    waybill = forms.CharField(label=_("Waybill"), max_length=40)


class Move(forms.Form):
    """Another time for the visit."""

    starts_at = Slot(label=_("New time"))


class Delay(forms.Form):
    """The date moves, and why."""

    expected_at = Moment(label=_("New date"))
    reason = Cards(label=_("Why"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].choices = words.delays()  # type: ignore[attr-defined]


class Engineer(forms.Form):
    """Who works on it."""

    staff = forms.ChoiceField(label=_("Engineer"))

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["staff"].choices = list(people)  # type: ignore[attr-defined]


class Message(forms.Form):
    """A message or note."""

    body = Text(label=_("Text"), rows=3, most=4000)


class Attachment(forms.Form):
    """A photo or document."""

    file = forms.FileField(
        label=_("Photo or document"), help_text=_("JPEG, PNG, WebP or PDF, at most 20 MB.")
    )
    note = forms.CharField(label=_("What it shows"), max_length=200, required=False)
