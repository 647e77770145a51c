"""Files of an owner: only to whoever may see them, and never run by a browser."""

from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET

from sanbao.doors.actors import actor_of
from sanbao.rooms.vault import queries as vault


@require_GET
def whole(request: HttpRequest, number: str) -> HttpResponseBase:
    """Hand out a file for saving."""
    card, place = vault.open_file(actor_of(request), number)
    return _handed(place, card.media_type, card.name, attached=True)


@require_GET
def small(request: HttpRequest, number: str) -> HttpResponseBase:
    """Hand out the small picture of a photo, for showing on a page."""
    card, place = vault.open_thumb(actor_of(request), number)
    return _handed(place, "image/webp", f"{card.number}.webp", attached=False)


def _handed(place: Path, media_type: str, name: str, *, attached: bool) -> HttpResponseBase:
    response = FileResponse(place.open("rb"), as_attachment=attached, filename=name, content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response
