"""Which language a text is written in, as far as its script tells."""

import re
from collections.abc import Sequence

import numpy as np

from sanbao.engines.text.scoring import Pieces

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z]+", re.IGNORECASE)
_KANA_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7a3]")
_LETTER = re.compile(r"[^\W\d_]")
_ENGLISH = frozenset(
    {
        "the",
        "and",
        "is",
        "was",
        "it",
        "to",
        "of",
        "in",
        "i",
        "my",
        "a",
        "for",
        "not",
        "very",
        "with",
        "that",
        "this",
        "they",
        "have",
        "had",
        "has",
        "be",
        "are",
        "on",
        "but",
        "you",
        "so",
        "no",
        "good",
        "bad",
        "great",
        "phone",
        "service",
        "repair",
        "screen",
        "battery",
        "after",
        "me",
        "at",
        "we",
        "he",
        "she",
        "from",
        "as",
        "do",
        "did",
    }
)
# One common word in eight: below it lie German, French and Spanish.
_SHARE = 0.12
_SOME = 0.3


def language_of(text: str) -> str:
    """Give "zh", "en", "other" for a text in another language, or "none" where nothing can be read."""
    letters = len(_LETTER.findall(text))
    if not letters:
        return "none"
    if len(_KANA_HANGUL.findall(text)) > letters * 0.2:
        return "other"
    if len(_HAN.findall(text)) >= letters * _SOME:
        return "zh"
    words = [word.lower() for word in _LATIN.findall(text)]
    latin = sum(map(len, words))
    if latin < letters * 0.8:
        return "zh" if _HAN.search(text) else "other"
    if len(words) <= 2 and not _HAN.search(text):  # noqa: PLR2004 - too short to tell
        return "en" if words and all(word in _ENGLISH for word in words) else "other"
    common = sum(word in _ENGLISH for word in words)
    return "en" if common >= len(words) * _SHARE else "other"


def languages_of(texts: Sequence[str], pieces: Pieces) -> list[str]:
    """Give the language of each text of a batch; plainly Chinese ones are told from the characters."""
    han = np.zeros(len(pieces.codes) + 1, dtype=np.int64)
    np.cumsum((pieces.codes >= 0x3400) & (pieces.codes <= 0x9FFF), out=han[1:])  # noqa: PLR2004 - the Han block
    share = np.diff(han[pieces.begins]) * 2 > np.diff(pieces.begins)
    return ["zh" if plain else language_of(text) for plain, text in zip(share.tolist(), texts, strict=True)]
