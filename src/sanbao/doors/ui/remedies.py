"""Rights that the house raised, and reviews, in the words that owners and staff read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from sanbao.base.actor import Actor
from sanbao.doors.ui import formats
from sanbao.doors.ui.dues import Due, dues
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.repairs.rules import remedies as rules
from sanbao.rooms.repairs.rules import reviews

Words = Mapping[str, str | Promise]
STATES: Final[Words] = {
    "raised": pgettext_lazy("right", "Waits for our answer"),
    "granted": pgettext_lazy("right", "Granted"),
    "refused": pgettext_lazy("right", "Not granted"),
    "fulfilled": pgettext_lazy("right", "Done"),
    "withdrawn": pgettext_lazy("right", "Taken back"),
}
TONES: Final = {"raised": "law", "granted": "good", "refused": "bad", "fulfilled": "good"}
REVIEW_STATES: Final[Words] = {
    "asked": pgettext_lazy("review", "A person looks at it"),
    "upheld": pgettext_lazy("review", "The decision stays"),
    "overturned": pgettext_lazy("review", "Decided anew"),
}
REVIEW_TONES: Final = {"asked": "info", "overturned": "good"}
ABOUT: Final[Words] = {
    "verdict": gettext_lazy("Who pays for this repair"),
    "remedy": gettext_lazy("A right that was not granted"),
    "case": gettext_lazy("A case typed in"),
}
FAULT_KINDS: Final[Words] = {
    "listed-fault": gettext_lazy("A fault of the device, on the list of the rules"),
    "unlisted-fault": gettext_lazy("A fault of the device, not on the list"),
    "customer-damage": gettext_lazy("Damage by use"),
    "unauthorised-opening": gettext_lazy("Damage by a stranger who opened it"),
    "force-majeure": gettext_lazy("Force of nature"),
    "network": gettext_lazy("A matter of the network"),
    "none": gettext_lazy("No fault"),
}
PROOFS: Final[Words] = {
    "invoice": gettext_lazy("Invoice"),
    "copy": gettext_lazy("Copy of the invoice"),
    "none": pgettext_lazy("proof", "None"),
}


FACT_WORDS: Final[Words] = {
    "asked_on": gettext_lazy("Day of the question"),
    "price_cents": gettext_lazy("Price paid"),
    "product_class": gettext_lazy("Class of goods"),
    "part": gettext_lazy("Part concerned"),
    "sales_channel": gettext_lazy("Way of buying"),
    "manufactured_on": gettext_lazy("Day of manufacture"),
    "successful_repairs": gettext_lazy("Repairs of other faults"),
    "failed_repairs_other_fault": gettext_lazy("Failed repairs of other faults"),
    "software_only_repairs": gettext_lazy("Repairs by software alone"),
    "repair_days": gettext_lazy("Days in repair so far"),
    "parts_wait_days": gettext_lazy("Days waiting for parts so far"),
    "last_repair_finished_on": gettext_lazy("Last repair finished on"),
    "jurisdiction": gettext_lazy("Law of"),
}
"""Facts that nobody corrects on review, in words."""


@dataclass(frozen=True, slots=True)
class OfferCard:
    """One thing the owner may ask for."""

    remedy: str
    name: str
    about: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class RightCard:
    """A raised right as both webs show it."""

    page: repairs.RemedyPage
    title: str
    state: str
    tone: str
    counted: str
    rule: str
    clause: str
    offers: tuple[OfferCard, ...]
    dues: tuple[Due, ...]

    @property
    def number(self) -> str:
        return self.page.number

    @property
    def moves(self) -> tuple[str, ...]:
        return self.page.row.moves

    @property
    def open(self) -> bool:
        return self.page.row.state in {"raised", "granted"}


def right_cards(actor: Actor, order: str) -> tuple[RightCard, ...]:
    """Return the cards of every right raised for an order, the newest first."""
    return tuple(right_card(actor, page) for page in repairs.remedies_of(actor, order))


def right_card(actor: Actor, page: repairs.RemedyPage) -> RightCard:
    """Return the card of one raised right."""
    row, chinese = page.row, formats.chinese()
    return RightCard(
        page=page,
        title=line_word(row.line),
        state=str(STATES[row.state]),
        tone=TONES.get(row.state, ""),
        counted=_counted(page.facts, row.crossed_on),
        rule=page.rule.zh if chinese else page.rule.en,
        clause=page.rule.cite_zh if chinese else page.rule.cite_en,
        offers=tuple(_offers(page)),
        dues=dues(actor, page.number),
    )


def line_word(line: str) -> str:
    """Return what a line is about, in words."""
    return _(rules.LINE_TITLES.get(line, line))


def remedy_word(remedy: str) -> str:
    """Return what is asked for, in words."""
    return _(rules.REMEDY_TITLES.get(remedy, remedy))


def _counted(facts: Mapping[str, Any], crossed_on: date) -> str:
    """Say how the days were counted: what a line of time was measured by."""
    handed_in = formats.day(date.fromisoformat(facts["handed_in"]))
    if not facts["more_than"]:
        return _("Handed in on %(day)s.") % {"day": handed_in}
    days = ngettext("%(num)s day", "%(num)s days", facts["days"]) % {"num": facts["days"]}
    told = [
        _("Handed in on %(day)s; on %(crossed)s it had been %(days)s.")
        % {"day": handed_in, "crossed": formats.day(crossed_on), "days": days}
    ]
    if facts["parts_days"]:
        told.append(
            ngettext(
                "%(num)s of them waiting for a part.",
                "%(num)s of them waiting for a part.",
                facts["parts_days"],
            )
            % {"num": facts["parts_days"]}
        )
    if facts["owner_days"]:
        told.append(
            ngettext(
                "%(num)s of them waiting for the owner's answer.",
                "%(num)s of them waiting for the owner's answer.",
                facts["owner_days"],
            )
            % {"num": facts["owner_days"]}
        )
    told.append(_("The rule's limit: %(limit)s days.") % {"limit": facts["more_than"]})
    return ("" if formats.chinese() else " ").join(told)


def _offers(page: repairs.RemedyPage) -> Iterable[OfferCard]:
    """One card for each remedy; what a refund comes to is said for each condition it stands under."""
    for remedy in dict.fromkeys(offer.remedy for offer in page.offers):
        same = [offer for offer in page.offers if offer.remedy == remedy]
        about = [text for offer in same if (text := _condition(offer))]
        chosen = page.row.chosen == remedy
        yield OfferCard(
            remedy, remedy_word(remedy), ("；" if formats.chinese() else "; ").join(about), chosen
        )


def _condition(offer: repairs.OfferView) -> str:
    sum_of = formats.money(offer.cents) if offer.cents is not None else ""
    when = _(rules.CONDITIONS[offer.when]) if offer.when else ""
    return " ".join(
        each for each in (sum_of, f"({when})" if when and not formats.chinese() else when) if each
    )


def decision_words(decision: repairs.Decision) -> str:
    """Return a decision as words: what is free, or that nothing is."""
    if decision.remedies == ("granted",):
        return str(STATES["granted"])
    if not decision.remedies:
        return _("Nothing free of charge")
    return ("、" if formats.chinese() else ", ").join(remedy_word(each) for each in decision.remedies)


def correction_word(name: str) -> str:
    """Return a fact's name in words."""
    return str(FACT_WORDS[name]) if name in FACT_WORDS else _(reviews.CORRECTABLE.get(name, name))


def fact_value(name: str, value: Any) -> str:
    """Return a fact's value in words."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return formats.day(value)
    if name == "price_cents":
        return formats.money(int(value))
    if name.endswith("_on") and isinstance(value, str):
        return formats.day(date.fromisoformat(value))
    tables: dict[str, Words] = {"fault_kind": FAULT_KINDS, "proof_of_purchase": PROOFS}
    return str(tables.get(name, {}).get(str(value), value))
