"""Icons as inline SVG, out of the ``lucide`` package."""

from functools import lru_cache

import lucide.jinja
from django.utils.html import conditional_escape
from markupsafe import Markup


@lru_cache(maxsize=512)
def _drawing(name: str, size: int) -> str:
    drawn = str(lucide.jinja.lucide(name, size=size))
    return " ".join(drawn.split()).replace("<svg", '<svg class="icon" focusable="false"', 1)


def icon(name: str, size: int = 20, label: str = "") -> Markup:
    """Return the icon as inline SVG: silent for screen readers, or spoken as ``label``.

    Raises:
        lucide.IconDoesNotExist: there is no icon of this name.
    """
    said = f'role="img" aria-label="{conditional_escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(_drawing(name, size).replace("<svg", f"<svg {said}", 1))  # noqa: S704 -- the label is escaped above
