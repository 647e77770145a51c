"""The labelling guide: what each aspect is, how close ones are told apart, examples of our own, cue words."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parent / "guide.json"


@dataclass(frozen=True, slots=True)
class Page:
    """What the guide says about one aspect, in one language."""

    code: str
    about: str
    decide: str
    blame: tuple[str, ...]
    praise: tuple[str, ...]


@cache
def pages(language: str) -> tuple[Page, ...]:
    """Return the guide in Chinese (``zh``) or English (``en``), in the order of the aspects."""
    return tuple(
        Page(
            row["code"],
            row[language]["about"],
            row[language]["decide"],
            tuple(row[language]["blame"]),
            tuple(row[language]["praise"]),
        )
        for row in json.loads(_FILE.read_text("utf-8"))["aspects"]
    )


@cache
def manners(language: str) -> tuple[str, ...]:
    """Return the rules that hold for every aspect."""
    return tuple(json.loads(_FILE.read_text("utf-8"))["rules"][language])


@cache
def cues() -> dict[str, tuple[str, ...]]:
    """Return words that often go with an aspect: a lexicon to hold against what the model found."""
    rows = json.loads(_FILE.read_text("utf-8"))["aspects"]
    return {row["code"]: tuple(row["cues"]) for row in rows}
