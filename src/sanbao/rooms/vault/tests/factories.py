"""Photos and documents for the tests of every room, made in memory."""

import io
from datetime import UTC, datetime

from PIL import Image

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"


def photo(kind: str = "JPEG", size: tuple[int, int] = (40, 20), color: str = "teal", **settings) -> bytes:
    """A picture of one colour in a format that Pillow knows."""
    target = io.BytesIO()
    Image.new("RGB", size, color).save(target, kind, **settings)
    return target.getvalue()
