"""Texts of customers brought in as a file: looked at first, then carried on by the worker."""

import tempfile
from pathlib import Path
from typing import IO, Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from sanbao.base.actor import Actor, require
from sanbao.doors.ui.context import tell
from sanbao.doors.workbench import words
from sanbao.doors.workbench.asking import page, sent, staff_only, tried
from sanbao.rooms.feedback import queries as feedback
from sanbao.rooms.feedback import services as importing
from sanbao.rooms.feedback.adapters import rejects

_SHOWN = 100
_PIECE = 1 << 20


class UploadForm(forms.Form):
    """A file of texts."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV, JSON Lines, Parquet or Excel; at most 200 MB."),
    )
    text = forms.CharField(
        label=gettext_lazy("Column of the texts"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Empty: found by its name."),
    )
    origin = forms.ChoiceField(label=gettext_lazy("Kind of texts"), initial="review")
    source = forms.CharField(label=gettext_lazy("Where they come from"), max_length=80, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["origin"].choices = list(words.ORIGINS.items())  # type: ignore[attr-defined]

    def columns(self) -> dict[str, str]:
        """Return which column was named for what."""
        named: str = self.cleaned_data["text"]
        return {"text": named} if named else {}


@require_http_methods(["GET", "POST"])
@staff_only
def imports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List imports; take a new file, or only look at it."""
    require(actor, "feedback.import", outlet="*")
    form = UploadForm(request.POST or None, request.FILES or None)
    alike = {"map": "text", "columns": "text"}
    looked: list[importing.Outcome] = []
    if "look" in request.POST:
        tried(form, lambda: _look(actor, form, looked), alike=alike)
    else:
        number = sent(request, form, lambda: _keep(actor, form), alike=alike)
        if number:
            tell(request, _("Kept. The worker reads it; this page shows how far it is."))
            return redirect("workbench:import", number=number)
    facts = {
        "form": form,
        "looked": looked[0] if looked else None,
        "reason": rejects.reason,
        "list": feedback.batches(actor, request.GET.get("after", "")[:20], most=20),
    }
    return page(request, "workbench/imports.html", facts)


def _keep(actor: Actor, form: UploadForm) -> str:
    told = form.cleaned_data
    return importing.keep_upload(
        actor,
        told["file"].file,
        name=told["file"].name[:120],
        columns=form.columns(),
        origin=told["origin"],
        source=told["source"],
    )


def _look(actor: Actor, form: UploadForm, looked: list[importing.Outcome]) -> str:
    told = form.cleaned_data
    with tempfile.NamedTemporaryFile(suffix=Path(told["file"].name).suffix[:12]) as draft:
        _copy(told["file"].file, draft)
        looked.append(
            importing.import_file(
                actor,
                Path(draft.name),
                name=told["file"].name[:120],
                columns=form.columns(),
                origin=told["origin"],
                source=told["source"],
                dry_run=True,
            )
        )
    return "looked"


def _copy(upload: IO[bytes], draft: Any) -> None:
    while piece := upload.read(_PIECE):
        draft.write(piece)
    draft.flush()


@require_GET
@staff_only
def batch(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show the books of an import and its refused rows."""
    require(actor, "feedback.import", outlet="*")
    facts = {
        "batch": feedback.batch(actor, number),
        "faults": list(feedback.rejects(actor, number, most=_SHOWN)),
        "reason": rejects.reason,
    }
    return page(request, "workbench/import.html", facts)


@require_GET
@staff_only
def errors(_request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Hand out the refused rows as CSV."""
    require(actor, "feedback.import", outlet="*")
    card = feedback.batch(actor, number)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{card.number}-errors.csv"'
    answer.write("\ufeff")
    rejects.write_to(answer, feedback.rejects(actor, number))  # type: ignore[arg-type]
    return answer
