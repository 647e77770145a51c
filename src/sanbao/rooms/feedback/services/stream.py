"""Copies count once, made-up texts are flagged with reasons, and a person decides what is left out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from sanbao.base.actor import Actor, require
from sanbao.base.db import compare_and_set, lock_rows
from sanbao.base.errors import Invalid
from sanbao.base.ids import new_number
from sanbao.engines.text import clusters
from sanbao.rooms.feedback.adapters import bulk, cube
from sanbao.rooms.feedback.models import Mention, Suspicion, Voice
from sanbao.rooms.feedback.queries.stream import members
from sanbao.rooms.feedback.rules import Odd, odd_day, odd_group, odd_text
from sanbao.rooms.feedback.states import BURST, COPIES, COPY, KEPT, LEFT_OUT, PROMO, STARS
from sanbao.rooms.ledger import services as ledger

_MOST_NEW: Final = 20_000
_MOST_OLD: Final = 200_000
_PUBLIC: Final = frozenset({"review", "social"})
"""Where anybody can write; elsewhere a text belongs to a known order, case or talk."""
_AROUND: Final = timedelta(days=28)
_LONGEST_WHY: Final = 200


@dataclass(frozen=True, slots=True)
class _Month:
    """Texts that are compared with one another: of one origin and one month."""

    origin: str
    first: date
    dated: bool

    def rows(self) -> "QuerySet[Voice]":
        after = (self.first + timedelta(days=32)).replace(day=1)
        name = "said_on" if self.dated else "stored_at__date"
        stretch = Q(**{f"{name}__gte": self.first, f"{name}__lt": after})
        found: QuerySet[Voice] = Voice.objects.filter(
            stretch, origin=self.origin, erased_at__isnull=True, said_on__isnull=not self.dated
        )
        return found


def compare_waiting(actor: Actor) -> int:
    """Hold the texts of one month that nobody has compared against the others of it; return how many.

    A near copy of an earlier text of the same origin and month does not count, unless the two are known to
    come from different people. A text that copies one which a person has left out is left out with it. In
    months of more than 200,000 different texts only the latest of them are compared with.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.import", outlet="*")
    waiting: QuerySet[Voice] = Voice.objects.filter(cluster__isnull=True).exclude(reader="")
    eldest: Voice | None = waiting.filter(erased_at__isnull=True).order_by("id").first()
    if eldest is None:
        return 0
    day = eldest.said_on or eldest.stored_at.date()
    month = _Month(eldest.origin, day.replace(day=1), eldest.said_on is not None)
    rows = month.rows().only("id", "text", "customer_id", "origin")
    fresh = list(rows.filter(cluster__isnull=True).exclude(reader="").order_by("id")[:_MOST_NEW])
    heads = list(rows.filter(cluster=F("id")).order_by("-id")[:_MOST_OLD])[::-1]
    both = heads + fresh
    firsts = clusters([row.text for row in both])
    found = {row.pk: both[first] for row, first in zip(both, firsts, strict=True)}
    _apply(fresh, found)
    _suspect(actor, month, [row.pk for row in fresh], {found[row.pk].pk for row in fresh})
    return len(fresh)


@transaction.atomic
def _apply(fresh: Sequence[Voice], found: dict[int, Voice]) -> None:
    """Write what was found about texts that are still as they were."""
    keys = [row.pk for row in fresh]
    held = lock_rows(
        Voice.objects.filter(pk__in=keys, cluster__isnull=True).only("id", "counts", "customer_id", "aside")
    )
    heads = Voice.objects.filter(pk__in={found[key].pk for key in keys}, aside=LEFT_OUT)
    banned = set(heads.values_list("pk", flat=True))
    places = []
    for row in held:
        head = found[row.pk]
        left_out = head.pk in banned or row.aside == LEFT_OUT
        places.append((row, head.pk, LEFT_OUT if left_out else _copy_of(row, head)))
    _write(places)


def _copy_of(row: Voice, head: Voice) -> str:
    """Tell whether a text only says again what the head of its cluster said."""
    strangers = bool(row.customer_id and head.customer_id and row.customer_id != head.customer_id)
    return COPY if head.pk != row.pk and not strangers else ""


def _write(rows: Sequence[tuple[Voice, int, str]]) -> None:
    """Set cluster and counting of locked texts, of what was read in them, and of the cells."""
    moved = [row.pk for row, _head, aside in rows if row.aside != aside]
    cube.take(moved)
    columns = ("cluster", "counts", "aside")
    values = ((head, not aside, aside, row.pk) for row, head, aside in rows)
    bulk.update(Voice._meta.db_table, columns, values)
    for counts in (True, False):
        keys = [row.pk for row, _head, aside in rows if row.aside != aside and counts == (not aside)]
        Mention.objects.filter(voice__in=keys).update(counts=counts)
    cube.add(moved)


@transaction.atomic
def _suspect(actor: Actor, month: _Month, fresh: Sequence[int], heads: set[int]) -> None:
    """Note what looks made rather than said; a suspicion that exists grows, and keeps what was decided."""
    if month.origin not in _PUBLIC:
        return
    _suspect_groups(actor, month, heads)
    alone = Voice.objects.filter(pk__in=fresh, counts=True)
    for row in alone.only("id", "text", "stars", "sentiment", "overall"):
        for odd in odd_text(row.text, row.stars, row.sentiment, row.overall):
            kind = PROMO if odd.reasons[0] == PROMO else STARS
            _note(actor, kind, f"{kind}:{row.pk}", odd, month.origin, head=row.pk)
    if month.dated:
        _suspect_days(actor, month, fresh)


def _suspect_groups(actor: Actor, month: _Month, heads: set[int]) -> None:
    sizes = Voice.objects.filter(cluster__in=heads).values("cluster").annotate(n=Count("id"))
    large = [row["cluster"] for row in sizes.filter(n__gt=1).order_by()]
    members: dict[int, list[dict[str, Any]]] = {}
    columns = ("cluster", "said_on", "stars", "batch_id", "sentiment", "product_name")
    for row in Voice.objects.filter(cluster__in=large).values(*columns):
        members.setdefault(row["cluster"], []).append(row)
    for head, rows in sorted(members.items()):
        odd = odd_group(
            [row["said_on"] for row in rows],
            [row["stars"] for row in rows],
            [row["sentiment"] for row in rows],
            len({row["batch_id"] for row in rows}),
            len({row["product_name"] for row in rows}),
        )
        if odd:
            _note(actor, COPIES, f"{COPIES}:{head}", odd, month.origin, head=head)


def _suspect_days(actor: Actor, month: _Month, fresh: Sequence[int]) -> None:
    """Find days with far more texts than the days around them."""
    days = set(Voice.objects.filter(pk__in=fresh).values_list("said_on", flat=True))
    around = Q(said_on__gte=min(days) - _AROUND, said_on__lte=max(days) + _AROUND)
    rows = Voice.objects.filter(around, origin=month.origin, erased_at__isnull=True, counts=True)
    counts = dict(rows.values_list("said_on").annotate(n=Count("id")).order_by())
    for day in sorted(days & counts.keys()):
        others = [counts.get(each, 0) for each in _days_around(day) if each in counts]
        stars = Counter(rows.filter(said_on=day).values_list("stars", flat=True))
        odd = odd_day(counts[day], median(others) if others else 0.0, len(others), stars)
        if odd:
            _note(actor, BURST, f"{BURST}:{month.origin}:{day.isoformat()}", odd, month.origin, day=day)


def _days_around(day: date) -> Iterable[date]:
    return (day + timedelta(days=by) for by in range(-_AROUND.days, _AROUND.days + 1) if by)


def _note(
    actor: Actor,
    kind: str,
    mark: str,
    odd: Odd,
    origin: str,
    *,
    head: int | None = None,
    day: date | None = None,
) -> None:
    told = {"size": odd.size, "reasons": list(odd.reasons), "weight": odd.weight}
    first = {"number": new_number("SU"), "kind": kind, "origin": origin, "head_id": head, "day": day}
    Suspicion.objects.update_or_create(
        mark=mark, defaults=told, create_defaults=first | {"found_at": actor.at} | told
    )


@transaction.atomic
def decide_suspicion(actor: Actor, number: str, *, leave_out: bool, why: str) -> int:
    """Keep suspicious texts or leave them out of every figure, with a reason; return how many changed.

    They stay stored and can be read; a later decision the other way brings them back.

    Raises:
        Missing, NotAllowed, Invalid, Overtaken.
    """
    require(actor, "feedback.judge", outlet="*")
    row: Suspicion = Suspicion.objects.pick(actor, number=number)
    told = " ".join(why.split())[:_LONGEST_WHY]
    if not told:
        raise Invalid("Say why, in a few words.", field="why")
    state = LEFT_OUT if leave_out else KEPT
    compare_and_set(
        row,
        seen={"state": row.state},
        changes={"state": state, "decided_by": actor.ref, "decided_at": actor.at, "why": told},
    )
    changed = _set_aside(row, leave_out=leave_out)
    ledger.append(
        row.number,
        "feedback.suspicion_decided",
        actor,
        kind=row.kind,
        decision=state,
        texts=changed,
        why=told,
    )
    return changed


def _set_aside(row: Suspicion, *, leave_out: bool) -> int:
    keys = set(members(row).values_list("pk", flat=True))
    if not leave_out:
        keys -= _still_left_out(row, keys)
    held = lock_rows(Voice.objects.filter(pk__in=keys).only("id", "cluster", "aside", "customer_id"))
    heads = Voice.objects.in_bulk({each.cluster for each in held if each.cluster})
    rows = [
        (each, each.cluster, LEFT_OUT if leave_out else _copy_of(each, heads.get(each.cluster, each)))
        for each in held
        if leave_out != (each.aside == LEFT_OUT)
    ]
    _write(rows)
    return len(rows)


def _still_left_out(row: Suspicion, keys: set[int]) -> set[int]:
    """Return those of the texts that another decision leaves out."""
    others = Suspicion.objects.filter(state=LEFT_OUT, origin=row.origin).exclude(pk=row.pk)
    heads = others.filter(kind=COPIES).values("head_id")
    alone = others.filter(kind__in=(STARS, PROMO)).values("head_id")
    days = others.filter(kind=BURST).values("day")
    rows = Voice.objects.filter(origin=row.origin, pk__in=keys)
    covered = rows.filter(Q(cluster__in=heads) | Q(pk__in=alone) | Q(said_on__in=days))
    return set(covered.values_list("pk", flat=True))
