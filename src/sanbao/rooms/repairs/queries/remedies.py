"""Rights that the house raised: the queue, one order's, and what stands behind each of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sanbao.base.actor import Actor, require
from sanbao.base.errors import Invalid, Refusal
from sanbao.base.ids import tidy_number
from sanbao.engines.calendar import explain, read_back
from sanbao.engines.policy import Rule
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.repairs.models import Remedy
from sanbao.rooms.repairs.rules import remedies as rules
from sanbao.rooms.repairs.states import GRANTED, RAISED, REFUSED, REMEDY_LIFE, REMEDY_OPEN

_SHOWN: Final = ("order__outlet", "order__device__product", "order__customer")
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class OfferView:
    """One remedy behind a right. ``cents`` is the sum of a refund where price and share are known.

    ``when`` says under which condition it is open, empty for at once.
    """

    remedy: str
    rule: str
    payer: str
    share: str | None
    when: str
    cents: int | None


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule in plain words, as the pack of that day has it; empty words where that pack is lost."""

    id: str
    pack: str
    hash: str
    zh: str
    en: str
    cite_zh: str
    cite_en: str


@dataclass(frozen=True, slots=True)
class RemedyRow:
    """A raised right as a list shows it. ``late``: an answer, or what was granted, is overdue."""

    number: str
    state: str
    line: str
    rule: str
    order: str
    outlet: str
    outlet_zh: str
    outlet_en: str
    customer: str
    customer_name: str
    product_zh: str
    product_en: str
    crossed_on: date
    raised_at: datetime
    answer_due_at: datetime
    outer_due_at: datetime
    answered_at: datetime | None
    chosen: str
    late: bool
    zone: str
    moves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemedyPage:
    """A raised right, whole: the days as counted, the rule, what is offered, and the clocks of the answer."""

    row: RemedyRow
    facts: Mapping[str, Any]
    offers: tuple[OfferView, ...]
    rule: RuleView
    working: Mapping[str, Any]
    reason: str
    answered_by: str

    @property
    def number(self) -> str:
        return self.row.number

    @property
    def steps(self) -> Sequence[Mapping[str, Any]]:
        """The steps by which the date of the answer was counted."""
        found: Sequence[Mapping[str, Any]] = self.working[rules.ANSWER]["steps"]
        return found

    def told(self, language: str) -> tuple[str, ...]:
        """Return how the date of the answer was counted, as sentences."""
        return tuple(explain(read_back(self.working[rules.ANSWER]), language))


@dataclass(frozen=True, slots=True)
class RemedyList:
    """One page of the queue; ``after`` asks for the next one and is empty on the last."""

    rows: tuple[RemedyRow, ...]
    after: str


def remedies_of(actor: Actor, order: str) -> tuple[RemedyPage, ...]:
    """Every right raised for an order that this actor may see, the newest first. Two queries at most."""
    rows = Remedy.objects.visible_to(actor).filter(order__number=tidy_number(order))
    return _pages(actor, list(rows.select_related(*_SHOWN).order_by("-id")))


def remedy(actor: Actor, number: str) -> RemedyPage:
    """One raised right.

    Raises:
        Missing.
    """
    found = Remedy.objects.select_related(*_SHOWN).pick(actor, number=tidy_number(number) or number)
    return _pages(actor, [found])[0]


def remedy_queue(
    actor: Actor,
    outlet: str = "",
    *,
    states: Collection[str] = REMEDY_OPEN,
    after: str = "",
    most: int = _MOST,
) -> RemedyList:
    """Raised rights in these states, those with the earliest date of an answer first. One query.

    Raises:
        NotAllowed, Invalid.
    """
    require(actor, "repairs.see", outlet=outlet or None)
    rows = Remedy.objects.visible_to(actor).filter(state__in=states)
    if outlet:
        rows = rows.filter(order__outlet_id=outlet)
    if after:
        last = Remedy.objects.filter(number=tidy_number(after)).first()
        if last is None:
            raise Invalid("This is no place in the list.", field="after")
        later = rows.filter(answer_due_at=last.answer_due_at, pk__gt=last.pk)
        rows = rows.filter(answer_due_at__gt=last.answer_due_at) | later
    found = list(rows.select_related(*_SHOWN).order_by("answer_due_at", "id")[: most + 1])
    shown = tuple(_row(actor, each) for each in found[:most])
    return RemedyList(shown, shown[-1].number if len(found) > most else "")


def remedy_counts(actor: Actor, outlet: str = "") -> tuple[int, int]:
    """How many raised rights wait for an answer, and for how many it is overdue. One query."""
    rows = Remedy.objects.visible_to(actor).filter(state=RAISED)
    if outlet:
        rows = rows.filter(order__outlet_id=outlet)
    dues = list(rows.values_list("answer_due_at", flat=True)[:10_000])
    return len(dues), sum(due < actor.at for due in dues)


def _pages(actor: Actor, found: Sequence[Remedy]) -> tuple[RemedyPage, ...]:
    return tuple(
        RemedyPage(
            row=_row(actor, each),
            facts=each.facts,
            offers=tuple(OfferView(**offer) for offer in each.offers),
            rule=rule_view(each.rule, each.pack, each.pack_hash),
            working=each.working,
            reason=each.reason,
            answered_by=each.answered_by,
        )
        for each in found
    )


def _row(actor: Actor, found: Remedy) -> RemedyRow:
    order = found.order
    product = order.device.product
    due = found.answer_due_at if found.state == RAISED else found.outer_due_at
    return RemedyRow(
        number=found.number,
        state=found.state,
        line=found.line,
        rule=found.rule,
        order=order.number,
        outlet=order.outlet_id,
        outlet_zh=order.outlet.name_zh,
        outlet_en=order.outlet.name_en,
        customer=order.customer.number,
        customer_name=order.customer.name,
        product_zh=product.name_zh if product else "",
        product_en=product.name_en if product else "",
        crossed_on=found.crossed_on,
        raised_at=found.raised_at,
        answer_due_at=found.answer_due_at,
        outer_due_at=found.outer_due_at,
        answered_at=found.answered_at,
        chosen=found.chosen,
        late=found.state in REMEDY_OPEN and due < actor.at,
        zone=str(found.facts["zone"]),
        moves=_moves(actor, found),
    )


def _moves(actor: Actor, found: Remedy) -> tuple[str, ...]:
    """Name the verbs this actor may use on the right now; to ask for a review is an owner's and a clerk's."""
    at = found.order.outlet_id
    held = frozenset(
        move.grant for move in REMEDY_LIFE.moves.values() if not actor.is_owner and actor.may(move.grant, at)
    )
    named = [name for name in REMEDY_LIFE.open_from(found.state, held) if name != "allow_remedy"]
    if found.state in {RAISED, GRANTED} and (actor.is_owner or actor.may("repairs.answer", at)):
        named.append("choose_remedy")
    if found.state == REFUSED and (actor.is_owner or actor.may("repairs.book", at)):
        named.append("ask_review")
    return tuple(named)


def rule_view(rule: str, pack: str, digest: str) -> RuleView:
    """Return a rule's words by the pack of this hash, however old it is. One query, the first time."""
    try:
        (kept,) = registry.packs_kept([digest])
    except Refusal:
        return RuleView(rule, pack, digest, "", "", "", "")
    found: Rule | None = next((each for each in kept.rules if each.id == rule), None)
    if found is None:
        return RuleView(rule, pack, digest, "", "", "", "")
    return RuleView(rule, pack, digest, found.zh, found.en, found.cite("zh"), found.cite("en"))
