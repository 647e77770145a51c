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
from sanbao.engines.text.english import EnglishReader
from sanbao.engines.text.folding import fingerprint, normalise
from sanbao.engines.text.language import language_of
from sanbao.engines.text.network import Network, NetworkWeights
from sanbao.engines.text.personal import KINDS, Personal, Redacted, covered, personal, redact
from sanbao.engines.text.reader import Mention, Reader, Reading
from sanbao.engines.text.scoring import Weights
from sanbao.engines.text.skimming import Skim, Skimmer, SkimWeights
from sanbao.engines.text.themes import Said, Theme, themes

__all__ = [
    "ASPECTS",
    "CODES",
    "DEMANDS",
    "FLAGS",
    "KINDS",
    "SCENARIOS",
    "SERVICE_CODES",
    "Aspect",
    "EnglishReader",
    "Mention",
    "Network",
    "NetworkWeights",
    "Personal",
    "Reader",
    "Reading",
    "Redacted",
    "Said",
    "Skim",
    "SkimWeights",
    "Skimmer",
    "Span",
    "Theme",
    "Weights",
    "aspect_of",
    "clauses",
    "clusters",
    "covered",
    "fingerprint",
    "language_of",
    "normalise",
    "personal",
    "redact",
    "themes",
]
