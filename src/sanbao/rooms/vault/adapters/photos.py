"""Photos made anew: whatever else a file carried is left behind."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from sanbao.rooms.vault.errors import BrokenPhoto, TooManyPixels
from sanbao.rooms.vault.rules import JPEG, MOST_PIXELS, PNG, THUMB_SIDE, WEBP

_FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
_SETTINGS = {JPEG: {"quality": 90}, PNG: {"compress_level": 6}, WEBP: {"quality": 88, "method": 2}}


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo's new content, its small picture, and its size in pixels."""

    content: bytes
    thumb: bytes
    width: int
    height: int


def made_anew(content: bytes, media_type: str) -> Photo:
    """Return the same picture, upright, without EXIF (places!), comments or anything behind its end.

    Raises:
        BrokenPhoto, TooManyPixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=(_FORMATS[media_type],)) as opened:
                _check_size(opened)
                picture = _upright(opened, media_type)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise TooManyPixels(field="file", most=MOST_PIXELS // 1_000_000) from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as broken:
        raise BrokenPhoto(field="file") from broken
    thumb = picture.copy()
    thumb.thumbnail((THUMB_SIDE, THUMB_SIDE))
    return Photo(_bytes(picture, media_type), _bytes(thumb, WEBP), picture.width, picture.height)


def _check_size(opened: Image.Image) -> None:
    if opened.width * opened.height > MOST_PIXELS:
        raise TooManyPixels(field="file", most=MOST_PIXELS // 1_000_000)


def _upright(opened: Image.Image, media_type: str) -> Image.Image:
    opened.load()
    turned = ImageOps.exif_transpose(opened)
    flat = turned.mode in {"L", "RGB"} or media_type == JPEG
    # a fresh picture: converting alone would carry EXIF and text chunks along
    fresh = Image.new("RGB" if flat else "RGBA", turned.size)
    fresh.paste(turned.convert(fresh.mode))
    return fresh


def _bytes(picture: Image.Image, media_type: str) -> bytes:
    target = io.BytesIO()
    shown = picture.convert("RGB") if media_type == JPEG else picture
    shown.save(target, _FORMATS[media_type], **_SETTINGS[media_type])
    return target.getvalue()
