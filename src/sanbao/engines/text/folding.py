"""Texts as arrays of folded code points: one width, one case, simplified, every offset unchanged."""

import hashlib
import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text.traditional import SIMPLIFIED

Codes = NDArray[np.uint32]

# Beyond this plane lie emoji and rare Han, which have no case and no width.
_FOLDED = 0x10000
_NEWLINE = 10
# Keys that carry nothing but emoji or punctuation keep it, so that "👍" and "👎" stay different.
_KEY_BYTES = 12


@cache
def fold_table() -> Codes:
    """Map every code point of the basic plane to its folded one."""
    table = np.arange(_FOLDED, dtype=np.uint32)
    for code in range(_FOLDED):
        if 0xD800 <= code < 0xE000 or 0x3400 <= code < 0xA000 or 0xAC00 <= code < 0xD7A4:  # noqa: PLR2004 - Unicode blocks
            continue
        folded = unicodedata.normalize("NFKC", chr(code)).lower()
        if len(folded) == 1 and ord(folded) < _FOLDED:
            table[code] = ord(folded)
        if chr(code).isspace() or unicodedata.category(chr(code)) in {"Cc", "Cf"}:
            table[code] = _NEWLINE if chr(code) in "\r\n\u2028\u2029\x0b\x0c" else 32
    for traditional, simplified in SIMPLIFIED.items():
        table[ord(traditional)] = ord(simplified)
    return table


def to_codes(text: str) -> Codes:
    """Give one folded code point for each character of the text."""
    raw = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return fold_codes(raw)


def fold_codes(raw: Codes) -> Codes:
    """Fold an array of code points; its length does not change."""
    table = fold_table()
    inside = raw < _FOLDED
    if inside.all():
        return table[raw]
    return np.where(inside, table[np.where(inside, raw, 0)], raw)


def join(texts: Sequence[str]) -> tuple[Codes, NDArray[np.int64]]:
    """Put texts one behind the other, a newline after each, and give the position at which each begins."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(lengths + 1, out=starts[1:])
    codes = to_codes("\n".join(texts) + "\n") if texts else np.zeros(0, dtype=np.uint32)
    return codes, starts


def normalise(text: str) -> str:
    """Give the folded text, exactly as long as the original, so that every offset fits both."""
    return to_codes(text).tobytes().decode("utf-32-le", "surrogatepass")


def fingerprint(text: str) -> str:
    """Give a key that is the same for texts that differ only in case, width, script and punctuation."""
    folded = normalise(text)
    key = "".join(char for char in folded if char.isalnum()) or "".join(folded.split())
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES).hexdigest()
