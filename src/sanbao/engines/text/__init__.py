"""Reading what customers write: clauses, sixteen aspects with evidence, demands, flags, sentiment."""

from sanbao.engines.text.aspects import (
    ASPECTS,
    CODES,
    DEMANDS,
    FLAGS,
    SCENARIOS,
    SERVICE_CODES,
    Aspect,
    aspect_of,
)
from sanbao.engines.text.cutting import Span, clauses
from sanbao.engines.text.duplicates import clusters
from sanbao.engines.text.folding import fingerprint, normalise
from sanbao.engines.text.language import language_of
from sanbao.engines.text.reader import Mention, Reader, Reading
from sanbao.engines.text.scoring import Weights
from sanbao.engines.text.skimming import Skim, Skimmer, SkimWeights

__all__ = [
    "ASPECTS",
    "CODES",
    "DEMANDS",
    "FLAGS",
    "SCENARIOS",
    "SERVICE_CODES",
    "Aspect",
    "Mention",
    "Reader",
    "Reading",
    "Skim",
    "SkimWeights",
    "Skimmer",
    "Span",
    "Weights",
    "aspect_of",
    "clauses",
    "clusters",
    "fingerprint",
    "language_of",
    "normalise",
]
