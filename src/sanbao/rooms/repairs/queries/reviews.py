"""Decisions that a person was asked to look at again: the queue, one of them, and how often they stood."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count

from sanbao.base.actor import Actor, require
from sanbao.base.errors import Invalid
from sanbao.base.ids import tidy_number
from sanbao.engines.calendar import explain, read_back
from sanbao.rooms.repairs.models import Review
from sanbao.rooms.repairs.rules import remedies as rules
from sanbao.rooms.repairs.states import ASKED, OVERTURNED, REVIEW_LIFE, UPHELD

_SHOWN: Final = ("order__device__product", "remedy", "customer", "outlet")
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review as a list shows it. ``own``: whoever asks decided this, and so may not answer it."""

    number: str
    about: str
    state: str
    order: str
    remedy: str
    customer: str
    customer_name: str
    outlet: str
    outlet_zh: str
    outlet_en: str
    asked_at: datetime
    answer_due_at: datetime
    answered_at: datetime | None
    late: bool
    own: bool
    moves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision before or after a review: what is open, and why, in both languages."""

    covered: bool | None
    remedies: tuple[str, ...]
    outcome: str
    rules: tuple[str, ...]
    zh: tuple[str, ...]
    en: tuple[str, ...]
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A review, whole. ``after`` is None until it is answered."""

    row: ReviewRow
    words: str
    before: Decision
    after: Decision | None
    corrected: Mapping[str, Any]
    decided_by: str
    answered_by: str
    reason: str
    working: Mapping[str, Any]

    @property
    def number(self) -> str:
        return self.row.number

    def told(self, language: str) -> tuple[str, ...]:
        """Return how the date of the answer was counted, as sentences."""
        return tuple(explain(read_back(self.working[rules.ANSWER]), language))


@dataclass(frozen=True, slots=True)
class ReviewList:
    """One page of the queue; ``after`` asks for the next one and is empty on the last."""

    rows: tuple[ReviewRow, ...]
    after: str


def reviews_of(actor: Actor, order: str) -> tuple[ReviewPage, ...]:
    """Every review about an order, newest first. One query."""
    rows = Review.objects.visible_to(actor).filter(order__number=tidy_number(order))
    return tuple(_page(actor, each) for each in rows.select_related(*_SHOWN).order_by("-id"))


def my_reviews(actor: Actor, *, most: int = _MOST) -> tuple[ReviewPage, ...]:
    """The acting owner's own reviews, newest first. One query."""
    if not actor.is_owner:
        return ()
    rows = Review.objects.visible_to(actor).select_related(*_SHOWN).order_by("-id")
    return tuple(_page(actor, each) for each in rows[:most])


def review(actor: Actor, number: str) -> ReviewPage:
    """One review.

    Raises:
        Missing.
    """
    rows = Review.objects.select_related(*_SHOWN)
    return _page(actor, rows.pick(actor, number=tidy_number(number) or number))


def review_queue(
    actor: Actor,
    outlet: str = "",
    *,
    states: Collection[str] = (ASKED,),
    after: str = "",
    most: int = _MOST,
) -> ReviewList:
    """Reviews in these states, those with the earliest date of an answer first. One query.

    Raises:
        NotAllowed, Invalid.
    """
    require(actor, "repairs.see", outlet=outlet or None)
    rows = Review.objects.visible_to(actor).filter(state__in=states)
    if outlet:
        rows = rows.filter(outlet_id=outlet)
    if after:
        last = Review.objects.filter(number=tidy_number(after)).first()
        if last is None:
            raise Invalid("This is no place in the list.", field="after")
        later = rows.filter(answer_due_at=last.answer_due_at, pk__gt=last.pk)
        rows = rows.filter(answer_due_at__gt=last.answer_due_at) | later
    found = list(rows.select_related(*_SHOWN).order_by("answer_due_at", "id")[: most + 1])
    shown = tuple(_row(actor, each) for each in found[:most])
    return ReviewList(shown, shown[-1].number if len(found) > most else "")


def review_outcomes(actor: Actor, since: datetime, outlet: str = "") -> tuple[int, int]:
    """How many reviewed decisions were upheld, of how many answered since a moment. One query.

    The first over the second is the accuracy of entitlement. Source: metric definitions after ISO 10004.
    """
    rows = Review.objects.visible_to(actor).filter(state__in=(UPHELD, OVERTURNED), answered_at__gte=since)
    if outlet:
        rows = rows.filter(outlet_id=outlet)
    counted = {
        row["state"]: row["n"] for row in rows.values("state").annotate(n=Count("pk")).order_by("state")
    }
    return counted.get(UPHELD, 0), sum(counted.values())


def _page(actor: Actor, found: Review) -> ReviewPage:
    return ReviewPage(
        row=_row(actor, found),
        words=found.words,
        before=_decision(found.before),
        after=_decision(found.after) if found.state != ASKED else None,
        corrected=found.corrected,
        decided_by=found.decided_by,
        answered_by=found.answered_by,
        reason=found.reason,
        working=found.working,
    )


def _decision(kept: Mapping[str, Any]) -> Decision:
    return Decision(
        covered=kept.get("covered"),
        remedies=tuple(kept.get("remedies", ())),
        outcome=str(kept.get("outcome", "")),
        rules=_named(kept),
        zh=tuple(kept.get("zh", ())),
        en=tuple(kept.get("en", ())),
        facts={name: _plain(value) for name, value in (kept.get("facts") or {}).items()},
    )


def _named(kept: Mapping[str, Any]) -> tuple[str, ...]:
    found: Sequence[str] = kept.get("rules") or ([kept["rule"]] if kept.get("rule") else [])
    return tuple(found)


def _plain(value: Any) -> Any:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _row(actor: Actor, found: Review) -> ReviewRow:
    own = actor.ref == found.decided_by
    may = actor.may("repairs.review", found.outlet_id) and not own
    return ReviewRow(
        number=found.number,
        about=found.about,
        state=found.state,
        order=found.order.number if found.order else "",
        remedy=found.remedy.number if found.remedy else "",
        customer=found.customer.number,
        customer_name=found.customer.name,
        outlet=found.outlet_id or "",
        outlet_zh=found.outlet.name_zh if found.outlet else "",
        outlet_en=found.outlet.name_en if found.outlet else "",
        asked_at=found.asked_at,
        answer_due_at=found.answer_due_at,
        answered_at=found.answered_at,
        late=found.state == ASKED and found.answer_due_at < actor.at,
        own=own,
        moves=tuple(REVIEW_LIFE.open_from(found.state, frozenset({"repairs.review"}))) if may else (),
    )
