"""Which encoding a text file is in, decided by all of its lines and not by luck."""

import codecs
from pathlib import Path
from typing import Final

from sanbao.rooms.feedback.errors import UnknownFormat

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(path: Path) -> str:
    """Return ``utf-8-sig``, ``gb18030`` or the encoding its mark names.

    A mark decides. Otherwise every line that is not plain ASCII is tried: where most of them are sound
    UTF-8 the file is UTF-8, because Chinese text in GBK almost never is, while UTF-8 read as GB18030
    often passes as nonsense; only then GB18030 (which holds GBK and GB2312) is tried. Lines that do not
    fit are refused later, one by one.

    Raises:
        UnknownFormat: most lines are neither.
    """
    with path.open("rb") as file:
        head = file.read(4)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name
        file.seek(0)
        seen = utf8 = gb = 0
        for line in file:
            if line.isascii():
                continue
            seen += 1
            if _sound(line, "utf-8"):
                utf8 += 1
            elif _sound(line, "gb18030"):
                gb += 1
    if utf8 * 2 >= seen:
        return "utf-8"
    if (utf8 + gb) * 2 > seen:
        return "gb18030"
    raise UnknownFormat("The text is neither UTF-8 nor GB18030.", field="file")


def _sound(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
