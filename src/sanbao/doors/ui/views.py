"""Pages that belong to no door: choices of language and theme, failing states, the gallery."""

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template import engines
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from sanbao.doors.ui import gallery as samples
from sanbao.doors.ui.colour import brand_sheet
from sanbao.doors.ui.context import THEME_COOKIE, THEMES, house

log = logging.getLogger(__name__)
SHEETS = ("tokens", "base", "controls", "pieces", "portal", "print")
FRAMES = {
    "workbench": "ui/gallery_workbench.html",
    "a4": "ui/gallery_print.html",
    "slip": "ui/gallery_print.html",
}
YEAR = 365 * 24 * 3600
LAST_WORDS = (
    "<!doctype html><html lang=zh-Hans><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<title>500</title><h1>出错了 · Something broke</h1>"
    "<p>已经提交成功的内容都还在，请稍后再试。</p>"
    "<p lang=en>What was sent before is kept. Please try again in a moment.</p>"
)


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every piece in every state, with sample content."""
    frame = request.GET.get("frame", "portal")
    context = {"sample": samples.sample(), "paper": frame, "nav": samples.navigation(), "timeout_seconds": 0}
    return render(request, FRAMES.get(frame, "ui/gallery.html"), context)


@require_POST
def shown(request: HttpRequest) -> HttpResponse:
    """Answer the gallery's masked number with the whole one, as a door would after logging the view."""
    del request
    return HttpResponse('<span class="num">13800005678</span>')


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the reader's language for a year and go back to where they were."""
    chosen = request.POST.get("language", "")
    response = HttpResponseRedirect(_back(request))
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        _keep(request, response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep light, dark or the device's own choice for a year and go back to where the reader was."""
    chosen = request.POST.get("theme", "")
    response = HttpResponseRedirect(_back(request))
    if chosen in THEMES:
        _keep(request, response, THEME_COOKIE, chosen)
    return response


@require_GET
@cache_control(max_age=3600, public=True)
def brand(request: HttpRequest) -> HttpResponse:
    """Answer with the style sheet of the installation's brand colour; empty for the sample colour."""
    del request
    colour = house("brand_color", "")
    return HttpResponse(brand_sheet(colour) if colour else "", content_type="text/css; charset=utf-8")


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """Answer with the page that the service worker keeps for a failing network."""
    return render(request, "ui/offline.html")


@require_GET
@cache_control(max_age=0)
def worker(request: HttpRequest) -> HttpResponse:
    """Answer with the portal's service worker: it keeps one page for a failing network."""
    sheets = [static(f"ui/{name}.css") for name in SHEETS]
    page = reverse("ui:offline")
    script = render(request, "ui/worker.js", {"kept": [page, *sheets], "page": page})
    response = HttpResponse(script.content, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    return response


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came from another place or too late."""
    del reason
    return render(request, "ui/stale.html", status=403)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer somebody who is known but may not see this."""
    del exception
    return render(request, "ui/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for an address that does not exist, or not for this reader: the two look the same."""
    del exception
    return render(request, "ui/404.html", status=404)


def too_many(request: HttpRequest, retry_after: int = 60) -> HttpResponse:
    """Answer somebody who used up a limit; ``retry_after`` is in seconds."""
    response = render(request, "ui/429.html", {"minutes": -(-retry_after // 60)}, status=429)
    response["Retry-After"] = str(retry_after)
    return response


def failed(request: HttpRequest | None) -> HttpResponse:
    """Answer after a fault of ours, without database, session or context processors.

    The page itself may be what is broken (a missing static file), so plain words come last.
    """
    fragment = request is not None and "HX-Request" in request.headers
    try:
        page = engines["jinja2"].get_template("ui/500.html").render({"fragment": fragment})
    except Exception:  # the fault may be in rendering itself
        log.exception("the error page could not be drawn")
        page = LAST_WORDS
    return HttpResponse(page, status=500)


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"


def _keep(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
