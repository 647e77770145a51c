"""What is typed at the counter and on the telephone."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanbao.doors.workbench import words
from sanbao.doors.workbench.fields import Cards, Day, ImeiField, Slot, Text, Yes
from sanbao.doors.workbench.order_forms import IntakeForm

ALIKE: Final = {"device": "imei", "customer": "name", "target": "phone", "hold": "starts_at"}
"""Fields of the services under the names of the forms."""


class DeviceFields(forms.Form):
    """A device by IMEI or serial number; not asked where the device is known."""

    imei = ImeiField(label="IMEI", required=False, help_text=_("Dial *#06# on the phone to see it."))
    serial = forms.CharField(label=_("Serial number"), max_length=40, required=False)
    product = forms.ChoiceField(label=_("Model"), required=False, help_text=_("Empty: told by the IMEI."))

    def __init__(
        self, *args: Any, products: Sequence[tuple[str, Any]] = (), device: Any = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.device = device
        named = [(code, words.named(each)) for code, each in products]
        self.fields["product"].choices = [("", "–"), *named]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two identities."""
        given: dict[str, Any] = super().clean() or {}
        if not (self.device or given.get("imei") or given.get("serial") or "imei" in self.errors):
            self.add_error("imei", gettext("Type the IMEI or the serial number."))
        return given


class WalkInForm(DeviceFields, IntakeForm):
    """A device taken in at once."""

    name = forms.CharField(label=_("Name of the person"), max_length=80, required=False)
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text=_("Not needed: the printed receipt is enough."),
    )
    bought_on = Day(label=_("Bought on"), required=False)
    channel = forms.ChoiceField(
        label=_("Bought where"), choices=list(words.CHANNELS.items()), initial="store", required=False
    )
    proof = forms.ChoiceField(
        label=_("Proof seen"), choices=list(words.PROOFS.items()), initial="invoice", required=False
    )
    fault = Cards(label=_("Fault"))
    words = Text(label=_("In the owner's words"), rows=2, required=False)
    ticket = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fault"].choices = words.faults()  # type: ignore[attr-defined]


class CallForm(forms.Form):
    """A telephone call."""

    customer = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    subject = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    phone = forms.CharField(
        label=_("Caller's number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    name = forms.CharField(label=_("Name of the person"), max_length=80, required=False)
    inbound = Cards(
        label=_("Direction"), choices=[("in", _("They called")), ("out", _("We called"))], initial="in"
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=720, required=False, initial=3)
    recorded = Cards(
        label=_("Recording"),
        initial="",
        required=False,
        choices=[
            ("", _("Not recorded")),
            ("yes", _("Recorded, they agreed")),
            ("no", _("They did not agree")),
        ],
    )
    summary = Text(label=_("What it was about"), rows=3, most=4000, required=False)
    follow_up = Yes(label=_("We owe an answer by the end of the next working day"))


class BookForm(DeviceFields):
    """A visit booked for a caller."""

    customer = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    outlet = forms.ChoiceField(label=_("Outlet"))
    starts_at = Slot(label=_("Time"))
    fault = Cards(label=_("Fault"))
    words = Text(label=_("In the owner's words"), rows=2, required=False)

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["outlet"].choices = list(places)  # type: ignore[attr-defined]
        self.fields["fault"].choices = words.faults()  # type: ignore[attr-defined]


class SecondImeiForm(forms.Form):
    """The other IMEI of a phone with two SIM cards."""

    imei = forms.CharField(label=_("Second IMEI"), max_length=40)


class PurchaseForm(forms.Form):
    """When and how a device was bought, as the proof says."""

    bought_on = Day(label=_("Bought on"))
    delivered_on = Day(
        label=_("Received on"),
        required=False,
        help_text=_("If it was sent: the periods count from this day."),
    )
    channel = forms.ChoiceField(
        label=_("Bought where"), choices=list(words.CHANNELS.items()), initial="store"
    )
    proof = forms.ChoiceField(label=_("Proof seen"), choices=list(words.PROOFS.items()), initial="invoice")
