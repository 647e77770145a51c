"""What owners type, read into plain values. Whether something may be is for the rooms to say."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanbao.doors.portal import words
from sanbao.doors.ui.refusals import remedy, said
from sanbao.rooms.registry.errors import WrongImei
from sanbao.rooms.registry.rules import tidy_imei

WORDS = 2000
MOMENTS = ["%Y-%m-%dT%H:%M:%S%z"]
"""Beside ISO 8601, which the field reads by itself."""
PHOTOS = "image/jpeg,image/png,image/webp,application/pdf"


class Day(forms.DateField):
    """A calendar day, typed or picked."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": _("This is not a day of the calendar. Write it like 2026-03-01.")}


class Text(forms.CharField):
    """A few sentences; NUL is refused, emoji and rare characters stay."""

    def __init__(self, *, most: int = WORDS, rows: int = 4, **options: Any) -> None:
        super().__init__(max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **options)


class ManyFiles(forms.FileField):
    """Any number of files; an empty choice gives an empty list."""

    class Input(forms.ClearableFileInput):
        """The widget of several files."""

        allow_multiple_selected = True

    widget = Input

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        chosen = data if isinstance(data, list) else [data] if data else []
        return [super(ManyFiles, self).clean(each, initial) for each in chosen]


class Find(forms.Form):
    """The one field of the first page."""

    what = forms.CharField(label=_("IMEI, repair number or phone"), max_length=80, strip=True)


class ImeiField(forms.CharField):
    """An IMEI, tidied; wrong ones are refused in the registry's own words."""

    def clean(self, value: Any) -> str:
        typed: str = super().clean(value)
        if not typed:
            return ""
        tidy = tidy_imei(typed)
        if tidy is None:
            refusal = WrongImei(typed=typed[:40])
            raise forms.ValidationError(f"{said(refusal)} {remedy(refusal)}")
        return tidy


class Bought(forms.Form):
    """When and how a device was bought."""

    bought_on = Day(label=_("Bought on"), help_text=_("The date on the invoice or in the order."))
    channel = forms.ChoiceField(
        label=_("Where it was bought"), choices=list(words.CHANNELS.items()), initial="store"
    )
    delivered_on = Day(
        label=_("Received on"),
        required=False,
        help_text=_("If it was sent to you: the periods count from this day."),
    )
    proof = forms.ChoiceField(
        label=_("Proof you can show"), choices=list(words.PROOFS.items()), initial="invoice"
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        sent = given.get("channel") not in {None, "store", "own-store"}
        if sent and not given.get("delivered_on") and "delivered_on" not in self.errors:
            self.add_error("delivered_on", gettext("It was sent to you: give the day you received it."))
        return given


class Rights(Bought):
    """The rights check without a sign-in: a model, a purchase, a fault."""

    imei = ImeiField(
        label="IMEI",
        required=False,
        max_length=40,
        help_text=_("Dial *#06# on the phone to see it."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    product = forms.ChoiceField(label=_("Model"), required=False)
    fault = forms.ChoiceField(label=_("What is wrong"))
    fault_on = Day(label=_("Since when"), required=False, help_text=_("Left empty: today."))

    field_order = ("imei", "product", "fault", "bought_on", "channel", "delivered_on", "proof", "fault_on")

    def __init__(self, *args: Any, products: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["product"].choices = [("", _("Not in the list")), *products]  # type: ignore[attr-defined]
        self.fields["fault"].choices = words.faults()  # type: ignore[attr-defined]


class Purchase(Bought):
    """A purchase of a device of one's own, with its invoice."""

    price = forms.DecimalField(
        label=_("Price in yuan"), required=False, min_value=0, max_digits=9, decimal_places=2
    )
    file = forms.FileField(
        label=_("Photo of the invoice"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": PHOTOS}),
        help_text=_("JPEG, PNG, WebP or PDF, at most 20 MB."),
    )


class Device(forms.Form):
    """A device that becomes the owner's own."""

    imei = ImeiField(
        label="IMEI",
        required=False,
        max_length=40,
        help_text=_("Dial *#06# on the phone, or look at the box: 15 digits."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    serial = forms.CharField(
        label=_("Serial number"), required=False, max_length=40, help_text=_("Only where there is no IMEI.")
    )
    bought_on = Day(
        label=_("Bought on"),
        required=False,
        help_text=_("Needed where the device is known to us already."),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("imei") and not given.get("serial") and not self.errors:
            self.add_error("imei", gettext("Give the IMEI or the serial number."))
        return given


class SecondImei(forms.Form):
    """The other IMEI of a phone with two SIM cards."""

    imei = forms.CharField(
        label=_("Second IMEI"),
        max_length=40,
        help_text=_("Dial *#06#: a phone with two SIM cards shows two."),
    )


class Draft(forms.Form):
    """What has been chosen so far on the way to a booking; wrong values are as if not chosen."""

    device = forms.CharField(required=False, max_length=20)
    fault = forms.CharField(required=False, max_length=24)
    way = forms.ChoiceField(required=False, choices=[("visit", ""), ("mail", "")])
    outlet = forms.CharField(required=False, max_length=12)
    day = forms.DateField(required=False)
    at = forms.DateTimeField(required=False, input_formats=MOMENTS)


class Near(forms.Form):
    """Where to look for outlets."""

    city = forms.CharField(required=False, max_length=40)
    text = forms.CharField(required=False, max_length=60)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180)


class Visit(forms.Form):
    """The last page before a booking."""

    starts_at = forms.DateTimeField(label=_("Time"), input_formats=MOMENTS, widget=forms.HiddenInput)
    words = Text(label=_("What happens, in your own words"), required=False)
    name = forms.CharField(label=_("Your name"), required=False, max_length=80)


class Mail(forms.Form):
    """A parcel announced."""

    name = forms.CharField(label=_("Your name"), max_length=80)
    return_address = forms.CharField(
        label=_("Where it goes back to"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
        help_text=_("Name, phone, province, city, street."),
    )
    carrier = forms.CharField(label=_("Carrier"), required=False, max_length=24)
    waybill = forms.CharField(
        label=_("Waybill number"), required=False, max_length=40, help_text=_("Can be told later.")
    )
    words = Text(label=_("What happens, in your own words"), required=False)


class Parcel(forms.Form):
    """Under which number a parcel comes."""

    carrier = forms.CharField(label=_("Carrier"), max_length=24)
    waybill = forms.CharField(label=_("Waybill number"), max_length=40)


class Complaint(forms.Form):
    """A complaint with its one demand."""

    demand = forms.ChoiceField(
        label=_("What do you want?"), choices=list(words.DEMANDS.items()), widget=forms.RadioSelect
    )
    amount = forms.DecimalField(
        label=_("Amount in yuan"),
        required=False,
        min_value=0,
        max_digits=9,
        decimal_places=2,
        help_text=_("Needed for a compensation."),
        widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
    )
    words = Text(label=_("What happened?"), most=5000, rows=6)
    order = forms.ChoiceField(label=_("About which repair"), required=False)
    photos = ManyFiles(
        label=_("Photos or documents"),
        required=False,
        widget=ManyFiles.Input(attrs={"accept": PHOTOS}),
        help_text=_("JPEG, PNG, WebP or PDF, at most 20 MB each."),
    )

    def __init__(self, *args: Any, orders: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["order"].choices = [("", _("None of these")), *orders]  # type: ignore[attr-defined]


class Evidence(forms.Form):
    """One more file."""

    file = forms.FileField(
        label=_("Photo or document"), widget=forms.ClearableFileInput(attrs={"accept": PHOTOS})
    )
    note = forms.CharField(label=_("What it shows"), required=False, max_length=200)


class Words(forms.Form):
    """A message, or the reason of a dispute."""

    words = Text(label=_("Your message"))


class Me(forms.Form):
    """Name and language."""

    name = forms.CharField(label=_("Your name"), required=False, max_length=80)
    language = forms.ChoiceField(
        label=_("Language of our messages"), choices=[("zh-hans", "简体中文"), ("en", "English")]
    )


class Survey(forms.Form):
    """How it was."""

    YES_NO = [("yes", _("Yes")), ("no", _("No"))]
    stars = forms.TypedChoiceField(
        label=_("How was it?"),
        coerce=int,
        choices=[
            (5, _("5 – very good")),
            (4, _("4 – good")),
            (3, _("3 – fair")),
            (2, _("2 – poor")),
            (1, _("1 – very poor")),
        ],
        widget=forms.RadioSelect,
    )
    in_time = forms.ChoiceField(
        label=_("Was it ready when we said?"), required=False, choices=YES_NO, widget=forms.RadioSelect
    )
    solved = forms.ChoiceField(
        label=_("Is the fault gone?"), required=False, choices=YES_NO, widget=forms.RadioSelect
    )
    words = Text(label=_("What should we know?"), required=False)
