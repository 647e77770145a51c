"""Rule packs: what a law or a brand grants, as dated values read from data."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

FAMILIES = frozenset({"counting", "statutory", "brand", "plan"})
REMEDIES = ("repair", "exchange", "refund", "price-cut")
MARKS = frozenset({"V", "S", "M"})

# What each family may say. A brand or a plan may only add, so nothing here can take a right away.
KINDS: Mapping[str, frozenset[str]] = {
    "counting": frozenset({"note"}),
    "statutory": frozenset(
        {
            "period",
            "window",
            "repeat",
            "delay",
            "exclusion",
            "no-proof",
            "quality",
            "no-stock",
            "depreciation",
            "loaner",
            "repair-guarantee",
            "return",
            "clock",
            "extension",
            "answer",
            "fraud",
            "note",
        }
    ),
    "brand": frozenset({"period", "window", "repeat", "return", "loaner", "note"}),
    "plan": frozenset({"cover", "plan-period", "note"}),
}


class PackError(ValueError):
    """A pack that cannot be read as rules; the message names the pack and the rule."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One dated rule. What a kind does not need stays at its default; empty sets mean *any*.

    Days are calendar days, months end on the corresponding date. ``inferred`` says that the article's number
    was worked out and not read, so it is never printed to an owner. ``quiet`` rules are cited, not read out.
    ``source`` is a key of the pack's sources. ``replaces`` names a rule of wider law
    that this one sets aside.
    """

    id: str
    kind: str
    valid_from: date
    mark: str
    source: str
    zh: str
    en: str
    article: str = ""
    inferred: bool = False
    law_zh: str = ""
    law_en: str = ""
    classes: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    faults: frozenset[str] = frozenset({"listed-fault"})
    channels: frozenset[str] = frozenset()
    gives: tuple[str, ...] = ()
    chooser: str = "consumer"
    payer: str = "seller"
    days: int = 0
    months: int = 0
    times: int = 0
    more_than: int = 0
    per_day: Decimal = Decimal(0)
    extended: bool = False
    rolls: bool = False
    beginning: bool = False
    stops: bool = False
    counts: str = "same"
    cause: str = ""
    when: str = ""
    contract_from: date | None = None
    claims: int = 0
    damages: frozenset[str] = frozenset()
    minimum_cents: int = 0
    quiet: bool = False
    replaces: str = ""
    plans: frozenset[str] = frozenset()
    pack: str = ""
    family: str = ""

    def cite(self, language: str) -> str:
        """Return the clause as an owner may read it: no number that nobody has read."""
        law = self.law_zh if language == "zh" else self.law_en
        if not self.article or self.inferred or self.mark == "M":
            return law
        if language == "zh":
            own = law.startswith("《")
            return f"{law}第{chinese_number(self.article) if own else bare_number(self.article)}条"
        return f"{law}, Art. {self.article}" if self.article[0].isdigit() else f"{law}, {self.article}"


DIGITS = "零一二三四五六七八九"


def bare_number(article: str) -> str:
    """Return the number without the English word before it."""
    return article.removeprefix("s. ").removeprefix("reg. ")


def chinese_number(article: str) -> str:
    """Return an article's number as Chinese laws print it; one with letters or brackets stays as it is."""
    bare = bare_number(article)
    if not bare.isdecimal():
        return bare
    tens, ones = divmod(int(bare), 10)
    if tens >= len(DIGITS):
        return bare
    head = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones or not tens else "")


@dataclass(frozen=True, slots=True)
class Reading:
    """One admissible answer to a disputed or conventional question."""

    name: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Switch:
    """A named question of counting or reading, its default and the other readings.

    ``point`` is the number of the disputed point; ``shown`` is false for mere conventions of counting.
    """

    name: str
    point: str
    default: str
    zh: str
    en: str
    readings: tuple[Reading, ...]
    shown: bool = True

    @property
    def others(self) -> tuple[str, ...]:
        return tuple(reading.name for reading in self.readings if reading.name != self.default)

    def reading(self, name: str) -> Reading:
        """Return one reading by name; the pack was checked, so it is there."""
        return next(reading for reading in self.readings if reading.name == name)


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of a fault table; ``open_ended`` needs a look into the manual of the model."""

    code: str
    part: str
    zh: str
    en: str
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as a value; ``hash`` is the SHA-256 of its content in canonical JSON."""

    name: str
    title_zh: str
    title_en: str
    jurisdiction: str
    family: str
    version: str
    hash: str
    rules: tuple[Rule, ...] = field(hash=False)
    switches: tuple[Switch, ...] = field(default=(), hash=False)
    faults: tuple[Fault, ...] = field(default=(), hash=False)
    parts: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    sample: bool = False
    sources: Mapping[str, str] = field(default_factory=dict, hash=False)

    @staticmethod
    def from_dict(table: Mapping[str, Any]) -> "Pack":
        """Return the pack that a parsed TOML file describes.

        Raises:
            PackError: something in it is unknown, missing or not allowed for this family.
        """
        head = _head(table)
        faults = tuple(_made(Fault, row, f"{head['name']} fault") for row in table.get("fault", ()))
        return Pack(
            name=head["name"],
            title_zh=head["title_zh"],
            title_en=head["title_en"],
            jurisdiction=head["jurisdiction"],
            family=head["family"],
            version=str(head["version"]),
            hash=content_hash(table),
            rules=tuple(_rule(head, row) for row in table.get("rule", ())),
            switches=tuple(_switch(head["name"], row) for row in table.get("switch", ())),
            faults=faults,
            parts=frozenset(head.get("parts", ())),
            classes=frozenset(head.get("classes", ())),
            sample=bool(head.get("sample", False)),
            sources=dict(table.get("sources", {})),
        )


def content_hash(table: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a pack's content, whatever its spacing, order of keys and comments."""
    text = json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


HEAD = frozenset(
    {"name", "title_zh", "title_en", "jurisdiction", "family", "version", "classes", "parts", "sample"}
)
NEEDED = frozenset({"name", "title_zh", "title_en", "jurisdiction", "family", "version"})
TABLES = frozenset({"pack", "rule", "switch", "fault", "sources"})
SETS = frozenset({"classes", "parts", "faults", "channels", "damages", "plans"})


def _head(table: Mapping[str, Any]) -> Mapping[str, Any]:
    unknown = set(table) - TABLES
    if unknown:
        raise PackError(f"unknown tables {sorted(unknown)}")
    head: Mapping[str, Any] = table.get("pack", {})
    if not NEEDED <= set(head) <= HEAD:
        raise PackError(f"[pack] needs {sorted(NEEDED)} and may hold {sorted(HEAD)}")
    if head["family"] not in FAMILIES:
        raise PackError(f"{head['name']}: unknown family {head['family']!r}")
    return head


def _rule(head: Mapping[str, Any], row: Mapping[str, Any]) -> Rule:
    where = f"{head['name']} {row.get('id', '(no id)')}"
    values = {key: frozenset(value) if key in SETS else value for key, value in row.items()}
    values.setdefault("law_zh", head["title_zh"])
    values.setdefault("law_en", head["title_en"])
    values.setdefault("classes", frozenset(head.get("classes", ())))
    values["gives"] = tuple(row.get("gives", ()))
    values["per_day"] = Decimal(str(row.get("per_day", 0)))
    values["pack"], values["family"] = head["name"], head["family"]
    rule = _made(Rule, values, where)
    if rule.kind not in KINDS[rule.family]:
        raise PackError(f"{where}: a {rule.family} pack may not hold a rule of kind {rule.kind!r}")
    if rule.replaces and rule.family != "statutory":
        raise PackError(f"{where}: only a law sets another rule aside, not a {rule.family} pack")
    if rule.mark not in MARKS:
        raise PackError(f"{where}: mark must be one of {sorted(MARKS)}")
    if not set(rule.gives) <= set(REMEDIES):
        raise PackError(f"{where}: unknown remedy in {list(rule.gives)}")
    return rule


def _switch(pack: str, row: Mapping[str, Any]) -> Switch:
    where = f"{pack} switch {row.get('name', '(no name)')}"
    values = dict(row)
    readings: Sequence[Mapping[str, Any]] = values.pop("reading", ())
    values["readings"] = tuple(_made(Reading, reading, where) for reading in readings)
    switch = _made(Switch, values, where)
    if switch.default not in {reading.name for reading in switch.readings}:
        raise PackError(f"{where}: the default {switch.default!r} is none of its readings")
    return switch


Row = TypeVar("Row", Rule, Reading, Switch, Fault)


def _made(kind: type[Row], values: Mapping[str, Any], where: str) -> Row:
    known = {each.name for each in fields(kind)}
    needed = {each.name for each in fields(kind) if each.default is MISSING}
    if unknown := set(values) - known:
        raise PackError(f"{where}: unknown {sorted(unknown)}")
    if missing := needed - set(values):
        raise PackError(f"{where}: missing {sorted(missing)}")
    return kind(**values)
