"""Is a plan worth it, as both webs ask and answer it: the form, and the calculation in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sanbao.doors.ui import formats
from sanbao.engines.policy.worth import Amount, RiskLine
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.repairs import queries as repairs

USES: Final[dict[str, str | Promise]] = {
    "careful": gettext_lazy("Careful: a case, rarely dropped"),
    "normal": gettext_lazy("Like most people"),
    "hard": gettext_lazy("Hard: outdoors, at work, in children's hands"),
}
ANSWERS: Final[dict[str, tuple[str | Promise, str]]] = {
    "yes": (pgettext_lazy("plan", "Yes, it pays"), "good"),
    "no": (pgettext_lazy("plan", "No, it does not pay"), "bad"),
    "close": (pgettext_lazy("plan", "Too close to call"), "warn"),
}
_A_YUAN: Final = 100
KEPT: Final = ((1, gettext_lazy("1 year")), (2, gettext_lazy("2 years")), (3, gettext_lazy("3 years")))


class WorthForm(forms.Form):
    """Model, way of use, years; or in place of the way of use what really happened so far."""

    product = forms.ChoiceField(label=gettext_lazy("Model"))
    use = forms.ChoiceField(
        label=gettext_lazy("How is it used?"),
        choices=list(USES.items()),
        initial="normal",
        required=False,
        widget=forms.RadioSelect,
    )
    years = forms.TypedChoiceField(
        label=gettext_lazy("How long will you keep it?"), choices=KEPT, coerce=int, initial=2
    )
    accidents = forms.IntegerField(
        label=gettext_lazy("Broken or wet in the last three years: how often?"),
        min_value=0,
        max_value=50,
        required=False,
        help_text=gettext_lazy("Any phone of yours. Your own answer goes before the way of use."),
    )

    def __init__(self, *args: Any, products: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["product"].choices = list(products)  # type: ignore[attr-defined]

    def way(self) -> repairs.Way:
        """Return what was said, as the room asks for it."""
        told = self.cleaned_data
        own = told["accidents"]
        return repairs.Way(told["use"] or "normal", told["years"], own, 3 if own is not None else 0)


@dataclass(frozen=True, slots=True)
class Shown:
    """One plan with its answer and the whole calculation, in the reader's language."""

    plan: str
    answer: str
    word: str
    tone: str
    about: str
    price: str
    saving: str
    lines: tuple[dict[str, str], ...]
    sums: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def on_sale(products: Iterable[registry.ProductCard]) -> list[tuple[str, str]]:
    """Return the models that can be asked about."""
    chinese = formats.chinese()
    return [
        (each.code, (each.name_zh if chinese else each.name_en) or each.code)
        for each in products
        if each.retired_on is None
    ]


def shown(advice: repairs.Advice) -> Shown:
    """Return a plan's answer as a page and the API show it."""
    result = advice.result
    word, tone = ANSWERS[result.answer]
    terms = advice.terms_zh if formats.chinese() else advice.terms_en
    return Shown(
        plan=advice.plan,
        answer=result.answer,
        word=str(word),
        tone=tone,
        about=" ".join(terms),
        price=formats.money(result.offer.cents),
        saving=_said(result.saving),
        lines=tuple(_line(line, advice) for line in result.lines if _counts(line)),
        sums=(
            (_("Repairs without the plan"), _said(result.without)),
            (_("The plan takes over"), _said(result.taken)),
            (_("Price of the plan"), formats.money(result.offer.cents)),
            (_("What is left over"), _said(result.saving)),
            (_("The plan would pay below a price of"), formats.money(result.fair_cents)),
        ),
        notes=tuple(_notes(advice)),
    )


def sentences(found: Shown) -> list[str]:
    """Return the answer and its whole calculation as sentences."""
    lines = [
        _("%(fault)s: %(rate)s × %(years)s years × %(cost)s = %(without)s; the plan takes over %(taken)s.")
        % line
        for line in found.lines
    ]
    colon = ": " if not formats.chinese() else "："
    sums = [f"{name}{colon}{value}" for name, value in found.sums]
    bases = list(dict.fromkeys(line["basis"] for line in found.lines))
    return [found.word, found.about, *lines, *sums, *bases, *found.notes]


def fault(code: str) -> str:
    """Return what is wrong, in the reader's language."""
    return _(repairs.FAULTS[code].name)


def _said(amount: Amount) -> str:
    return _("%(point)s (between %(low)s and %(high)s)") % {
        "point": formats.money(amount.point),
        "low": formats.money(amount.low),
        "high": formats.money(amount.high),
    }


def _line(line: RiskLine, advice: repairs.Advice) -> dict[str, str]:
    return {
        "fault": fault(line.code),
        "rate": _("%(rate)s in 100 devices a year") % {"rate": f"{line.rate.mean * 100:.1f}"},
        "cost": formats.money(line.cents),
        "years": f"{line.years:.1f}",
        "without": formats.money(line.without.point),
        "taken": formats.money(line.taken.point),
        "basis": _basis(line.code, advice.bases[line.code]),
    }


def _counts(line: RiskLine) -> bool:
    """What comes to less than a yuan either way is in the sums, but no line of its own."""
    return max(line.without.point, line.taken.point) >= _A_YUAN


def _in_words(source: Any) -> str:
    return "" if source is None else str(source.zh if formats.chinese() else source.en)


def _basis(code: str, basis: repairs.Basis) -> str:
    if basis.kind == "prior":
        return _("no own figures yet: %(source)s") % {"source": _in_words(basis.source)}
    told = {"fault": fault(code), "events": basis.events, "years": f"{basis.device_years:,.0f}"}
    if basis.kind == "model":
        return _("%(fault)s: %(events)s times in %(years)s device-years of this model") % told
    return _("%(fault)s: %(events)s times in %(years)s device-years of all models of this kind") % told


def _notes(advice: repairs.Advice) -> Iterable[str]:
    offer = advice.result.offer
    if offer.claims:
        yield _("The plan pays %(claims)s times; each claim costs you %(excess)s.") % {
            "claims": offer.claims,
            "excess": formats.money(offer.excess_cents),
        }
    chance = f"{offer.accepted.mean:.0%}"
    if advice.accepted_source:
        yield _("A claim is accepted in %(chance)s of cases (%(source)s).") % {
            "chance": chance,
            "source": _in_words(advice.accepted_source),
        }
    else:
        yield _(
            "A claim is accepted in %(chance)s of cases: of %(all)s accidents the bench confirmed %(good)s."
        ) % {"chance": chance, "all": advice.looked_at, "good": advice.accepted}
    if advice.use_source:
        yield _("Accidents count %(factor)s times (%(source)s).") % {
            "factor": f"{advice.use_factor:g}",
            "source": _in_words(advice.use_source),
        }
    yield _("What the guarantee repairs for nothing is no cost and is left out.")
    yield _("Devices count from the day after they first came to us; those we never see are not counted.")
    if advice.unpriced:
        left = ", ".join(fault(code) for code in advice.unpriced)
        yield _("Left out, because the catalogue has no price: %(faults)s.") % {"faults": left}
    if advice.sample:
        yield _("The terms of this plan are a sample and must be checked.")
    yield _("Only money is counted here, not the worry that a plan may take from you.")
