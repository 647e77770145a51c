"""What every frame knows without being told by its page."""

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from sanbao.base.actor import ANONYMOUS

THEME_COOKIE: Final = "sanbao_theme"
THEMES: Final = ("auto", "light", "dark")
LANGUAGES: Final = (("zh-hans", "中文", "zh-Hans"), ("en", "English", "en"))


@dataclass(frozen=True, slots=True)
class Frame:
    """Brand, reader's choices and state of the house, as frames show them.

    ``actor`` is whoever the door put on ``request.actor``, false when nobody is signed in; it and
    ``worker_silent`` are asked only by frames that show them.
    """

    brand: str = "Sanbao"
    brand_css: str = ""
    demo: bool = False
    language: str = "zh-hans"
    theme: str = "auto"
    actor: Any = None
    outlet: str = ""
    worker_silent: Any = False
    notes: Any = ()


def house(key: str, default: Any) -> Any:
    """Return one value of the ``SANBAO`` settings, or the default when it is missing or empty."""
    return getattr(settings, "SANBAO", {}).get(key) or default


def theme_of(request: HttpRequest) -> str:
    """Return the theme this browser chose, ``auto`` when it chose none or nonsense."""
    chosen = request.COOKIES.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


def ui(request: HttpRequest) -> dict[str, Any]:
    """Context processor: puts ``ui``, a Frame, into every page."""
    return {
        "ui": Frame(
            brand=house("brand", "Sanbao"),
            brand_css=house("brand_color", ""),
            demo=bool(house("demo", default=False)),
            language=(get_language() or "zh-hans").lower(),
            theme=theme_of(request),
            actor=SimpleLazyObject(lambda: _known(request)),
            outlet=str(getattr(request, "outlet_name", "")),
            worker_silent=SimpleLazyObject(_worker_silent),
            notes=SimpleLazyObject(lambda: _told(request)),
        )
    }


def _known(request: HttpRequest) -> Any:
    """Return whoever the door put on ``request.actor``, or None for somebody who has not signed in."""
    actor = getattr(request, "actor", None)
    return None if actor is None or actor.kind == ANONYMOUS else actor


def tell(request: HttpRequest, text: str, tone: str = "good") -> None:
    """Keep a sentence for the next page this reader sees; ``tone`` is good, warn, bad or info."""
    request.session["notes"] = [*request.session.get("notes", []), {"text": text, "tone": tone}]


def _told(request: HttpRequest) -> list[dict[str, str]]:
    """Take the kept sentences out of the session, once, when a frame shows them."""
    session = getattr(request, "session", None)
    return [] if session is None else session.pop("notes", [])


def _worker_silent() -> bool:
    """Ask the callable named by ``SANBAO["worker_silent"]``; without one the worker counts as well."""
    path = house("worker_silent", "")
    if not path:
        return False
    return bool(import_string(path)())
