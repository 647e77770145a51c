"""The Jinja2 environment of both webs."""

import json
import uuid
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django_htmx.jinja import htmx_script
from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from sanbao.doors.ui import charts, formats, strips
from sanbao.doors.ui.context import LANGUAGES, Frame
from sanbao.doors.ui.icons import icon
from sanbao.doors.ui.refusals import remedy, said

HTMX_MANNERS: Final = {
    "includeIndicatorStyles": False,
    "allowEval": False,
    "selfRequestsOnly": True,
    "historyCacheSize": 0,
    # a refusal is shown where notices stand, not lost
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {
            "code": "[45]..",
            "swap": True,
            "error": True,
            "target": "[data-toasts]",
            "swapOverride": "innerHTML",
        },
    ],
}


def url(name: str, *args: object, **kwargs: object) -> str:
    """Return the address of a named page.

    Raises:
        NoReverseMatch: there is no such page; a test of the house renders every template.
    """
    return reverse(name, args=args or None, kwargs=kwargs or None)


def url_or_none(name: str) -> str | None:
    """Return the address of a page that another door may or may not have mounted."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


@pass_context
def home(context: Context) -> str:
    """Return the start of the web the reader is in: the workbench's for staff pages, else the portal's."""
    request, work = context.get("request"), url_or_none("workbench:home")
    inside = request is not None and work is not None and request.path.startswith(work)
    return str(work) if inside else url_or_none("portal:home") or "/"


@pass_context
def trouble_frame(context: Context, fragment: bool | None = None) -> str:  # noqa: FBT001 -- a template passes what its view knew
    """Return the frame of a page for trouble: none around the words when htmx asked for a piece of a page."""
    request = context.get("request")
    bare = fragment if request is None else "HX-Request" in request.headers
    return "ui/_trouble.html" if bare else "ui/plain.html"


def once() -> Markup:
    """Return a hidden field with a fresh key, so that the same form sent twice is done once."""
    return Markup('<input type="hidden" name="once" value="{}">').format(uuid.uuid4())


@pass_context
def csrf(context: Context) -> Markup:
    """Return the hidden field that proves the form came from this site; nothing without a request."""
    field: str = context.get("csrf_input", "")
    return escape(field)


def htmx() -> Markup:
    """Return the script tag of htmx 2, told to run no inline code and to show refusals among the notices."""
    manners = Markup('<meta name="htmx-config" content="{}">').format(json.dumps(HTMX_MANNERS))
    return manners + Markup(htmx_script(version=2))  # noqa: S704 -- django-htmx's own tag


@pass_context
def deadline_url(context: Context, subject: str, clock: str) -> str:
    """Return the address of a due time's working in the web the reader is in; '' where there is none."""
    request, work = context.get("request"), url_or_none("workbench:home")
    inside = request is not None and work is not None and request.path.startswith(work)
    try:
        return reverse(f"{'workbench' if inside else 'portal'}:deadline", args=(subject, clock))
    except NoReverseMatch:
        return ""


@pass_context
def today_in(context: Context, zone: str) -> date:
    """Return the day it is for the reader of this page, in a zone."""
    at: datetime = context.get("now") or timezone.now()
    return at.astimezone(ZoneInfo(zone)).date()


@pass_context
def here(context: Context, **changes: object) -> str:
    """Return the present address with some query values changed; None or '' removes one."""
    request = context["request"]
    query = {key: request.GET.getlist(key) for key in request.GET}
    for key, value in changes.items():
        query.pop(key, None)
        if value not in {None, ""}:
            query[key] = [str(value)]
    return f"{request.path}?{urlencode(query, doseq=True)}" if query else request.path


@pass_context
def page_links(context: Context, following: object = None, previous: object = None) -> dict[str, str]:
    """Return the addresses of the next and the previous page of a cursor list, '' where there is none."""
    return {
        "next": here(context, after=following, before=None) if following else "",
        "previous": here(context, before=previous, after=None) if previous else "",
    }


def tag(language: str) -> str:
    """Return the language as the ``lang`` attribute wants it: ``zh-Hans``."""
    return next((html for code, _, html in LANGUAGES if code == language.lower()), language)


def live(words: Callable[..., str]) -> Callable[..., str]:
    """Return a filter that is asked anew on every page: Jinja settles plain filters of constants when it
    compiles, in whatever language the first reader had.
    """

    @pass_context
    @wraps(words)
    def asked(_context: Context, *args: object, **kwargs: object) -> str:
        return words(*args, **kwargs)

    return asked


def environment(**options: Any) -> Environment:
    """Return the environment that Django's Jinja2 backend renders every page with."""
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
    env = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], **options)  # noqa: S701 -- autoescape is in options
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    plain: dict[str, Callable[..., str]] = {
        "money": formats.money,
        "number": formats.number,
        "percent": formats.percent,
        "day": formats.day,
        "moment": formats.moment,
        "clock": formats.clock,
        "weekday": formats.weekday,
        "machine": formats.machine,
        "since": formats.since,
        "span": formats.span,
        "masked_phone": formats.masked_phone,
        "said": said,
        "remedy": remedy,
    }
    env.filters.update({name: live(words) for name, words in plain.items()})
    env.globals.update(
        plain,
        url=url,
        url_or_none=url_or_none,
        static=static,
        icon=icon,
        once=once,
        home=home,
        trouble_frame=trouble_frame,
        csrf=csrf,
        htmx=htmx,
        here=here,
        deadline_url=deadline_url,
        today_in=today_in,
        page_links=page_links,
        lang_tag=tag,
        languages=LANGUAGES,
        chinese=formats.chinese,
        charts=charts,
        clock_strip=strips.clock_strip,
        bare_frame=Frame(),
    )
    return env
