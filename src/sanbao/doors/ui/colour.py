"""The installation's own brand colour, made readable on both grounds."""

import re
from typing import Final

HEX: Final = re.compile(r"#[0-9a-fA-F]{6}")
WHITE, INK, LIGHT_PAPER, DARK_CARD = "#ffffff", "#141517", "#f7f6f3", "#1d1f22"
READABLE: Final = 4.5


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``. Source: WCAG 2.2, definition of relative luminance."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)  # noqa: PLR2004 -- WCAG
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21. Source: WCAG 2.2, contrast ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(colour: str, ground: str) -> str:
    """Return the colour, moved towards black or white until it can be read on the ground."""
    target = 0 if luminance(ground) > luminance(INK) * 8 else 255
    channels = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    for step in range(21):
        mixed = "#" + "".join(f"{round(c + (target - c) * step / 20):02x}" for c in channels)
        if contrast(mixed, ground) >= READABLE:
            return mixed
    return INK if target == 0 else WHITE


def brand_sheet(colour: str) -> str:
    """Return the style sheet that puts the brand colour in place in both themes.

    Raises:
        ValueError: not a colour such as ``#C2410C``.
    """
    if not HEX.fullmatch(colour):
        msg = "A brand colour is written like #C2410C."
        raise ValueError(msg)
    light, night = readable(colour.lower(), LIGHT_PAPER), _pair(readable(colour.lower(), DARK_CARD))
    rules = [
        f":root {{ {_pair(light)} }}",
        f'@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {night} }} }}',
        f'@media screen {{ :root[data-theme="dark"] {{ {night} }} }}',
    ]
    return "\n".join(rules)


def _pair(colour: str) -> str:
    on = WHITE if contrast(colour, WHITE) >= READABLE else INK
    return f"--brand: {colour}; --on-brand: {on};"
