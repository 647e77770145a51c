"""Versions of the model: labels go out for training, weights come in, are measured, chosen and taken back."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.db import IntegrityError, transaction

from sanbao.base.actor import Actor, require
from sanbao.base.db import compare_and_set, lock_rows
from sanbao.base.errors import Overtaken
from sanbao.rooms.feedback.adapters.reader import model_card
from sanbao.rooms.feedback.adapters.versions import Unfit, examine, fetch, keep, shipped_version
from sanbao.rooms.feedback.errors import NoEarlierModel, TooFewLabels, UnfitModel
from sanbao.rooms.feedback.models import Lesson, Model, Objection
from sanbao.rooms.feedback.queries.measuring import difference, measure, said_by
from sanbao.rooms.feedback.queries.sample import Said, judged
from sanbao.rooms.feedback.queries.versions import active_version
from sanbao.rooms.feedback.rules import redacted
from sanbao.rooms.feedback.states import SETTLED
from sanbao.rooms.ledger import services as ledger

FEWEST: Final = 10
"""Below this a figure would say nothing at all; its interval tells how little it says above."""
_MOST: Final = 5_000
_LONGEST_NOTE: Final = 200


@dataclass(frozen=True, slots=True)
class Exported:
    """How many labelled texts were written, and how many stay here for measuring."""

    written: int
    held_out: int
    sha256: str


@transaction.atomic
def export_labels(actor: Actor, path: Path) -> Exported:
    """Write the labelled texts that may be learnt from as JSON Lines, personal data covered, with one fact.

    Texts of the part that is kept for measuring are never written, nor erased ones.

    Raises:
        NotAllowed.
        TooFewLabels: there are none.
    """
    require(actor, "feedback.judge", outlet="*")
    rows = Lesson.objects.visible_to(actor).filter(state=SETTLED, voice__erased_at__isnull=True)
    lessons = list(rows.select_related("voice").order_by("id"))
    lines = [json.dumps(_line(row), ensure_ascii=False) for row in lessons if not row.held_out]
    if not lines:
        raise TooFewLabels(n=0, most=1)
    content = ("\n".join(lines) + "\n").encode()
    draft = path.with_name(f"{path.name}.part")
    draft.write_bytes(content)
    draft.replace(path)
    digest = hashlib.sha256(content).hexdigest()
    ledger.append("labels", "feedback.labels_exported", actor, texts=len(lines), sha256=digest)
    return Exported(len(lines), len(lessons) - len(lines), digest)


def _line(row: Lesson) -> dict[str, Any]:
    text = redacted(row.voice.text)
    return {
        "id": row.voice.number,
        "text": text,
        "aspects": [[code, sign, text[start:end]] for code, sign, start, end in row.aspects],
        "demands": row.demands,
        "flags": row.flags,
        "overall": row.overall,
        "drawn": row.drawn,
    }


@transaction.atomic
def install_model(actor: Actor, folder: Path, *, note: str = "") -> str:
    """Keep the weights of a folder beside the data; return their version, the same one each time.

    They do not read yet: measure them, then activate them.

    Raises:
        NotAllowed.
        UnfitModel: the folder does not hold weights that a text can be read with.
    """
    require(actor, "feedback.judge", outlet="*")
    try:
        version, card = examine(folder)
        keep(folder, version)
    except (Unfit, OSError) as fault:
        raise UnfitModel(field="folder", why=str(fault)[:100]) from fault
    _row, fresh = Model.objects.get_or_create(
        version=version,
        defaults={
            "note": note.strip()[:_LONGEST_NOTE],
            "card": card,
            "installed_by": actor.ref,
            "installed_at": actor.at,
        },
    )
    if fresh:
        ledger.append(version, "model.installed", actor, note=note.strip()[:_LONGEST_NOTE])
    return version


def measure_model(actor: Actor, version: str) -> dict[str, Any]:
    """Measure a version on this installation's own random subset, beside the one that reads now.

    Nothing of the subset was ever learnt from. Both read the same texts; the figures are kept with them.

    Raises:
        NotAllowed, Missing, UnfitModel.
        TooFewLabels: fewer than ten texts of the subset have labels that stand.
    """
    require(actor, "feedback.judge", outlet="*")
    row = _row(actor, version)
    texts, truths = _held_out(actor)
    if len(texts) < FEWEST:
        raise TooFewLabels(n=len(texts), most=FEWEST)
    current = active_version()
    figures, counts = measure(truths, _read(version, texts))
    if version != current:
        rival, theirs = measure(truths, _read(current, texts))
        figures |= {"against": current, "before": rival, "gain": difference(theirs, counts)}
    figures["objections"] = _objections(actor, version)
    _keep_figures(actor, row, figures)
    return figures


@transaction.atomic
def _keep_figures(actor: Actor, row: Model, figures: dict[str, Any]) -> None:
    Model.objects.filter(pk=row.pk).update(measured=figures, measured_at=actor.at)
    gain = figures.get("gain", {})
    ledger.append(
        row.version,
        "model.measured",
        actor,
        texts=figures["texts"],
        f1=f"{figures['pairs']['value']:.4f}",
        gain=f"{gain['value']:.4f}" if gain else None,
    )


def _held_out(actor: Actor) -> tuple[list[str], list[tuple[Said, int]]]:
    rows = Lesson.objects.visible_to(actor).filter(
        state=SETTLED, frame__isnull=False, held_out=True, voice__erased_at__isnull=True, voice__counts=True
    )
    lessons = list(rows.select_related("voice").order_by("id")[:_MOST])
    return [row.voice.text for row in lessons], [(judged(row.aspects), row.overall or 0) for row in lessons]


def _objections(actor: Actor, version: str) -> dict[str, int]:
    """Count readings that people called wrong and that this version does not repeat."""
    rows = Objection.objects.visible_to(actor).filter(voice__erased_at__isnull=True)
    found = list(rows.select_related("voice").order_by("id")[:_MOST])
    readings = _read(version, [row.voice.text for row in found])
    repeated = [
        (row.aspect, row.polarity) in said_by(reading) for row, reading in zip(found, readings, strict=True)
    ]
    return {"n": len(found), "repeated": sum(repeated)}


def _read(version: str, texts: list[str]) -> list[Any]:
    try:
        return fetch(version).read_many(texts, reasons=False)
    except (Unfit, OSError) as fault:
        raise UnfitModel(field="version", why=str(fault)[:100]) from fault


@transaction.atomic
def activate_model(actor: Actor, version: str) -> str:
    """Let a version read from now on; what others have read is read again in the background.

    One that is active already stays so. Returns the version.

    Raises:
        NotAllowed, Missing, Overtaken.
        UnfitModel: its files are gone or changed.
    """
    require(actor, "feedback.judge", outlet="*")
    row = _row(actor, version)
    lock_rows(Model.objects.all())
    before = active_version()
    if before == version:
        return version
    _read(version, [])
    Model.objects.filter(active=True).update(active=False)
    row.refresh_from_db()
    try:
        changes = {"active": True, "activated_by": actor.ref, "activated_at": actor.at, "before": before}
        compare_and_set(row, seen={"active": False}, changes=changes)
    except IntegrityError as other:
        raise Overtaken from other
    ledger.append(version, "model.activated", actor, before=before)
    return version


def roll_back(actor: Actor) -> str:
    """Let the version read again that was active before the present one; return it.

    Raises:
        NotAllowed, Overtaken.
        NoEarlierModel: there was none.
    """
    require(actor, "feedback.judge", outlet="*")
    present: Model | None = Model.objects.filter(active=True).order_by("id").first()
    if present is None or not present.before:
        raise NoEarlierModel(field="version")
    return activate_model(actor, present.before)


def _row(actor: Actor, version: str) -> Model:
    """Return the row of a version; the shipped one gets its row when it is first asked for."""
    if version == shipped_version():
        told = {
            "shipped": True,
            "card": model_card(),
            "installed_by": actor.ref,
            "installed_at": actor.at,
        }
        Model.objects.get_or_create(version=version, defaults=told)
    row: Model = Model.objects.pick(actor, version=version)
    return row
