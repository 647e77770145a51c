"""Icons as inline SVG, out of the ``lucide`` package."""

from functools import lru_cache

import lucide.jinja
from django.utils.html import conditional_escape
from markupsafe import Markup


@lru_cache(maxsize=512)
def _drawing(name: str, size: int) -> str:
    drawn = str(lucide.jinja.lucide(name, size=size))
    return " ".join(drawn.split()).replace("<svg", '<svg class="icon" focusable="false"', 1)


@lru_cache(maxsize=512)
def _silent(name: str, size: int) -> Markup:
    return Markup(_drawing(name, size).replace("<svg", '<svg aria-hidden="true"', 1))  # noqa: S704 -- lucide's own drawing


def icon(name: str, size: int = 20, label: str = "") -> Markup:
    """Return the icon as inline SVG: silent for screen readers, or spoken as ``label``.

    Raises:
        lucide.IconDoesNotExist: there is no icon of this name.
    """
    if not label:
        return _silent(name, size)
    spoken = f'<svg role="img" aria-label="{conditional_escape(label)}"'
    return Markup(_drawing(name, size).replace("<svg", spoken, 1))  # noqa: S704 -- the label is escaped
