"""Rule packs: which count, which are proposed, and the text behind a hash that a decision names."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router

from sanbao.doors.actors import actor_of
from sanbao.doors.api.schemas import Out
from sanbao.rooms.registry import queries

router = Router()


class PublicationOut(Out):
    """One publication of a pack; decisions name its hash."""

    number: str
    pack: str
    family: str
    jurisdiction: str
    version: str
    hash: str
    state: str
    origin: str
    note: str
    valid_from: date
    proposed_at: datetime
    approved_at: datetime | None
    withdrawn_at: datetime | None


class PackTextOut(Out):
    """The text of a pack, kept for ever."""

    hash: str
    text: str


@router.get("/policy/publications", response=list[PublicationOut], operation_id="list_publications")
def list_publications(request: HttpRequest, pack: str = "") -> Any:
    """Publications, newest first; of one pack where it is named. For those who publish or audit."""
    return queries.publications(actor_of(request), pack=pack[:60])


@router.get("/policy/packs/{digest}", response=PackTextOut, operation_id="read_pack")
def read_pack(request: HttpRequest, digest: str) -> Any:
    """The text behind a hash: what a decision was made by, however long ago."""
    return {"hash": digest, "text": queries.pack_text(actor_of(request), digest)}
