"""What is reckoned with where an installation has no figures of its own: data with its sources."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

_FILE: Final = "claim-priors.toml"
_ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure comes from, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Prior:
    """A rate a year that counts like ``weight`` device-years; ``mark`` S read somewhere, M assumed."""

    per_year: float
    weight: float
    mark: str
    source: Source


@dataclass(frozen=True, slots=True)
class Priors:
    """All of them. ``use`` says how many times as often accidents happen to which kind of owner."""

    enough_device_years: float
    rates: Mapping[str, Prior]
    use: Mapping[str, float]
    accepted: Prior
    used: Source

    def rate(self, fault: str) -> Prior:
        """Return the rate of a fault, or the one for all that have none of their own."""
        return self.rates.get(fault) or self.rates[_ANY]


@lru_cache(maxsize=1)
def priors() -> Priors:
    """Return what the shipped file says."""
    table = tomllib.loads((files(__package__) / _FILE).read_text(encoding="utf-8"))
    use, accepted, told = table["use"], table["accepted"], table["sources"]

    def source(name: str) -> Source:
        return Source(told[f"{name}_zh"], told[f"{name}_en"])

    return Priors(
        enough_device_years=table["enough_device_years"],
        rates={
            row["fault"]: Prior(row["per_year"], row["weight"], row["mark"], source(row["source"]))
            for row in table["rate"]
        },
        use={name: factor for name, factor in use.items() if name != "source"},
        accepted=Prior(accepted["share"], accepted["weight"], "M", source(accepted["source"])),
        used=source(use["source"]),
    )
