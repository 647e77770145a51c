"""What the vault takes, and what a file is by its first bytes. Names and declared types are not believed."""

import re
import unicodedata
from typing import Final

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
MEDIA_TYPES: Final = frozenset({JPEG, PNG, WEBP, PDF})
PHOTOS: Final = frozenset({JPEG, PNG, WEBP})
ENDINGS: Final = {JPEG: ".jpg", PNG: ".png", WEBP: ".webp", PDF: ".pdf"}

MOST_MEGABYTES: Final = 20
MOST_BYTES: Final = MOST_MEGABYTES * 1024 * 1024
MOST_PIXELS: Final = 64_000_000
"""More than any phone's camera makes at once in one piece; a bomb says it has billions."""

THUMB_SIDE: Final = 320
LONGEST_NAME: Final = 120

_PDF_TRAPS: Final = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA|OpenAction|AA)\b")


def media_type_of(content: bytes) -> str | None:
    """Return what the content is by its own first bytes, or None for what the vault does not take."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return WEBP
    return PDF if content.startswith(b"%PDF-") else None


def is_plain_pdf(content: bytes) -> bool:
    """Tell whether a PDF is whole and carries no script, no attachment and nothing that starts itself."""
    return b"%%EOF" in content[-1024:] and not _PDF_TRAPS.search(content)


def tidy_file_name(typed: str, media_type: str) -> str:
    """Return a name that is safe to show and to offer for saving.

    Only the last part of a path is kept, without control and direction signs, and it ends as its content
    says.
    """
    last = re.split(r"[/\\]", typed)[-1]
    seen = "".join(s for s in last if unicodedata.category(s)[0] != "C" and s not in '<>:"|?*')
    stem = seen.rsplit(".", 1)[0].strip(" .") or "file"
    ending = ENDINGS[media_type]
    return stem[: LONGEST_NAME - len(ending)] + ending
