"""The steps of an order as the page offers them: words, form and verb of each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms as django_forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from sanbao.base.actor import Actor
from sanbao.doors.workbench import order_forms
from sanbao.rooms.repairs import services as repairing

Form = Any


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an order: its words, its form and the verb behind it."""

    label: str | Promise
    icon: str
    told: str | Promise
    form: type[django_forms.Form]
    act: Callable[[Actor, str, Form], str]
    kind: str = "primary"
    about: str | Promise = ""


STEPS: Final[dict[str, Step]] = {
    "accept": Step(
        gettext_lazy("Take in"),
        "package-check",
        gettext_lazy("Taken in."),
        order_forms.IntakeForm,
        lambda actor, number, form: repairing.accept(actor, number, intake=form.intake()),
    ),
    "clear": Step(
        gettext_lazy("Free of charge, begin"),
        "shield-check",
        gettext_lazy("Free of charge. The work can begin."),
        order_forms.Diagnosis,
        lambda actor, number, form: repairing.clear(
            actor,
            number,
            finding=form.cleaned_data["finding"],
            diagnosis=form.cleaned_data["diagnosis"],
            items=form.codes(),
        ),
    ),
    "approve": Step(
        gettext_lazy("The owner agrees"),
        "thumbs-up",
        gettext_lazy("Agreed. The work can begin."),
        order_forms.Answer,
        lambda actor, number, form: repairing.approve(actor, number, cents=form.cleaned_data["cents"]),
        about=gettext_lazy("Only on the owner's signed word."),
    ),
    "decline": Step(
        gettext_lazy("The owner declines"),
        "thumbs-down",
        gettext_lazy("Declined. Hand it back as it came."),
        order_forms.Nothing,
        lambda actor, number, _form: repairing.decline(actor, number),
        kind="secondary",
    ),
    "quote": Step(
        gettext_lazy("Put the price before the owner"),
        "receipt",
        gettext_lazy("The owner has the price now."),
        order_forms.Diagnosis,
        lambda actor, number, form: repairing.quote(
            actor,
            number,
            finding=form.cleaned_data["finding"],
            diagnosis=form.cleaned_data["diagnosis"],
            lines=form.lines(),
            note=form.cleaned_data["note"],
        ),
        kind="secondary",
    ),
    "finish": Step(
        gettext_lazy("Finished"),
        "circle-check",
        gettext_lazy("Finished. The owner is told."),
        order_forms.Finish,
        lambda actor, number, form: repairing.finish(
            actor, number, resolution=form.cleaned_data["resolution"]
        ),
    ),
    "await_part": Step(
        gettext_lazy("Wait for a part"),
        "hourglass",
        gettext_lazy("It waits for the part."),
        order_forms.AwaitPart,
        lambda actor, number, form: repairing.await_part(
            actor, number, expected_at=form.cleaned_data["expected_at"]
        ),
        kind="secondary",
    ),
    "resume": Step(
        gettext_lazy("Go on with the work"),
        "play",
        gettext_lazy("The work goes on."),
        order_forms.Nothing,
        lambda actor, number, _form: repairing.resume(actor, number),
    ),
    "hand_back": Step(
        gettext_lazy("Hand over to the owner"),
        "hand",
        gettext_lazy("Handed over."),
        order_forms.Nothing,
        lambda actor, number, _form: repairing.hand_back(actor, number),
    ),
    "ship_back": Step(
        gettext_lazy("Send back"),
        "truck",
        gettext_lazy("Sent back."),
        order_forms.Parcel,
        lambda actor, number, form: repairing.ship_back(actor, number, **form.cleaned_data),
        kind="secondary",
    ),
    "deliver": Step(
        gettext_lazy("The parcel has arrived"),
        "package-check",
        gettext_lazy("Arrived."),
        order_forms.Nothing,
        lambda actor, number, _form: repairing.deliver(actor, number),
    ),
    "move_visit": Step(
        gettext_lazy("Move the visit"),
        "calendar-clock",
        gettext_lazy("Moved."),
        order_forms.Move,
        lambda actor, number, form: repairing.move_visit(actor, number, **form.cleaned_data),
        kind="secondary",
    ),
    "tell_waybill": Step(
        gettext_lazy("Note the waybill"),
        "truck",
        gettext_lazy("Noted."),
        order_forms.Parcel,
        lambda actor, number, form: repairing.tell_waybill(actor, number, **form.cleaned_data),
        kind="secondary",
    ),
    "miss": Step(
        gettext_lazy("Nobody came"),
        "user-x",
        gettext_lazy("Put down: nobody came."),
        order_forms.Nothing,
        lambda actor, number, _form: repairing.miss(actor, number),
        kind="secondary",
    ),
    "cancel": Step(
        gettext_lazy("Cancel the order"),
        "x",
        gettext_lazy("Cancelled."),
        order_forms.Nothing,
        lambda actor, number, _form: repairing.cancel(actor, number),
        kind="danger",
    ),
    "delay": Step(
        gettext_lazy("Move the date"),
        "clock-alert",
        gettext_lazy("The owner is told the new date and why."),
        order_forms.Delay,
        lambda actor, number, form: repairing.delay(actor, number, **form.cleaned_data),
        kind="secondary",
    ),
    "assign_engineer": Step(
        gettext_lazy("Give to an engineer"),
        "user-round-cog",
        gettext_lazy("Given on."),
        order_forms.Engineer,
        lambda actor, number, form: repairing.assign_engineer(actor, number, **form.cleaned_data),
        kind="secondary",
    ),
}
"""Every verb of an order by its name, in the order in which the page offers them."""
