"""Lists that an installation starts from: what each column may hold, and the verb each row is given to."""

import csv
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sanbao.base.actor import Actor
from sanbao.base.errors import Invalid, Refusal
from sanbao.base.money import cents_of
from sanbao.doors.ui.refusals import said
from sanbao.rooms.feedback.adapters.rejects import harmless
from sanbao.rooms.feedback.adapters.tables import Cells
from sanbao.rooms.feedback.rules import Fault, day_of, printable
from sanbao.rooms.outlets import services as outlets
from sanbao.rooms.parts import services as parts
from sanbao.rooms.registry import services as registry

_YES: Final = frozenset({"yes", "y", "true", "1", "是", "有"})
_NO: Final = frozenset({"no", "n", "false", "0", "否", "无"})
_WEEK: Final = 7
_WEEKDAYS: Final = 5
Reader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Spec:
    """One kind of list: its needed and further columns with how their cells are read, and the verb."""

    needed: Mapping[str, Reader]
    further: Mapping[str, Reader]
    put: Callable[[Actor, dict[str, Any]], None]
    known: frozenset[str] = field(default_factory=lambda: frozenset({"already_there"}))

    def describe(self) -> str:
        """Name the columns for the help text."""
        return f"Columns: {', '.join(self.needed)}; if wanted {', '.join(self.further)}."


def bring_in(
    actor: Actor, spec: Spec, columns: Sequence[str], rows: Iterable[Cells], *, dry_run: bool
) -> tuple[dict[str, int], list[Fault]]:
    """Give each row to its verb, which is a transaction of its own; return the books and the refused rows.

    Raises:
        Invalid: a needed column is missing.
    """
    missing = [name for name in spec.needed if name not in columns]
    if missing:
        raise Invalid("The file has no column “%(name)s”.", field="file", name=missing[0])
    books = {"read": 0, "stored": 0, "rejected": 0, "duplicates": 0}
    faults: list[Fault] = []
    for row in rows:
        books["read"] += 1
        fault = row if isinstance(row, Fault) else _put(actor, spec, columns, row, dry_run=dry_run)
        if fault is None:
            books["stored"] += 1
        elif fault.code in spec.known:
            books["duplicates"] += 1
        else:
            books["rejected"] += 1
            faults.append(fault)
    return books, faults


def _put(
    actor: Actor, spec: Spec, columns: Sequence[str], row: tuple[int, list[str]], *, dry_run: bool
) -> Fault | None:
    number, cells = row
    typed = {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
    try:
        values = _values(spec, typed)
        if not dry_run:
            spec.put(actor, values)
    except Refusal as refusal:
        value = printable(typed.get(refusal.field, ""))
        return Fault(number, refusal.field, refusal.code, value, said(refusal))
    return None


def _values(spec: Spec, typed: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, read in {**spec.needed, **spec.further}.items():
        cell = typed.get(name, "")
        if "\x00" in cell:
            raise Invalid("There is a NUL byte in it.", field=name)
        if cell:
            values[name] = _read(name, read, cell)
        elif name in spec.needed:
            raise Invalid("This must not be empty.", field=name)
    return values


def _read(name: str, read: Reader, cell: str) -> Any:
    try:
        return read(cell)
    except (ValueError, ArithmeticError) as fault:
        raise Invalid("“%(typed)s” cannot be read.", field=name, typed=printable(cell)) from fault
    except Invalid as refusal:
        raise Invalid(refusal.text, field=name, remedy=refusal.remedy, **refusal.facts) from refusal


def _day(cell: str) -> Any:
    day = day_of(cell)
    if day is None:
        raise ValueError(cell)
    return day


def _flag(cell: str) -> bool:
    if cell.lower() in _YES:
        return True
    if cell.lower() in _NO:
        return False
    raise ValueError(cell)


def _words(cell: str) -> list[str]:
    return [
        word
        for word in cell.replace("；", ";").replace(",", ";").replace("，", ";").split(";")
        if word.strip()
    ]


def _day_hours(cell: str) -> list[list[str]]:
    """Return the pairs of one day: ``10:00-12:00 13:00-18:00``."""
    pairs = [pair.replace("–", "-").replace("—", "-").split("-") for pair in cell.split()]
    if any(len(pair) != 2 for pair in pairs):  # noqa: PLR2004 - from and to
        raise ValueError(cell)
    return pairs


def _put_outlet(actor: Actor, values: dict[str, Any]) -> None:
    hours, weekend = values.pop("hours", None), values.pop("weekend_hours", None)
    if hours is not None:
        values["hours"] = [hours] * _WEEKDAYS + [weekend if weekend is not None else hours] * (
            _WEEK - _WEEKDAYS
        )
    outlets.put_outlet(actor, **values)


def _put_product(actor: Actor, values: dict[str, Any]) -> None:
    tacs = values.pop("tacs", [])
    code = registry.put_product(actor, price_cents=values.pop("price", 0), **values)
    for tac in tacs:
        registry.put_tac(actor, tac=tac.strip(), product=code)


def _put_item(actor: Actor, values: dict[str, Any]) -> None:
    parts.put_item(actor, **values)


def _set_price(actor: Actor, values: dict[str, Any]) -> None:
    parts.set_price(actor, item=values["item"], valid_from=values["valid_from"], cents=values["price"])


OUTLETS: Final = Spec(
    needed={
        "code": str, "kind": str, "name_zh": str, "province": str, "city": str, "address_zh": str,
        "latitude": float, "longitude": float,
    },
    further={
        "name_en": str, "district": str, "address_en": str, "phone": str, "time_zone": str,
        "hours": _day_hours, "weekend_hours": _day_hours, "skills": _words, "seats": int,
        "slot_minutes": int, "walk_in_share": int,
        "takes_mail": _flag, "open_since": _day, "closed_on": _day,
    },
    put=_put_outlet,
)  # fmt: skip
PRODUCTS: Final = Spec(
    needed={"code": str, "name_zh": str, "name_en": str, "product_class": str},
    further={"released_on": _day, "retired_on": _day, "price": cents_of, "tacs": _words},
    put=_put_product,
)
PARTS: Final = Spec(
    needed={"code": str, "kind": str, "name_zh": str},
    further={
        "name_en": str, "policy_part": str, "product": str, "minutes": int,
        "faults": lambda cell: tuple(_words(cell)),
    },
    put=_put_item,
)  # fmt: skip
PRICES: Final = Spec(needed={"item": str, "valid_from": _day, "price": cents_of}, further={}, put=_set_price)


def staff_spec(links: list[tuple[str, str]] | None) -> Spec:
    """Return the list of staff; with ``links`` everybody is invited and the secret of the link put there."""

    def put(actor: Actor, values: dict[str, Any]) -> None:
        if links is None:
            registry.enlist(actor, **values)
        else:
            links.append((values["email"], registry.invite(actor, **values)))

    return Spec(
        needed={"name": str, "email": str, "role": str, "outlet": str}, further={"language": str}, put=put
    )


def write_links(path: Path, links: Sequence[tuple[str, str]]) -> None:
    """Write invitation links to a file that only its owner may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["email", "token"])
        writer.writerows((harmless(email), token) for email, token in links)
