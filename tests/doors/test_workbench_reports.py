"""Reports as files and editions, and the actions they lead to, as staff use them."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.doors.test_workbench_voice import reader, signed_in

from sanbao.rooms.feedback import queries
from sanbao.rooms.feedback.models import Action, Edition
from sanbao.rooms.feedback.tests.factories import HOUSE, stored
from sanbao.rooms.outlets.tests.factories import outlet
from sanbao.rooms.registry.models import Staff

pytestmark = pytest.mark.django_db


def leader(at: str = "*", language: str = "en"):
    return signed_in("feedback.see", "feedback.report", "feedback.act", at=at, language=language)


@pytest.mark.parametrize(("kind", "start"), [("html", b"<!doctype html>"), ("pdf", b"%PDF-"), ("json", b"{")])
def test_the_report_of_now_comes_in_three_kinds(kind, start):
    stored(40)
    answer = reader().get(reverse("workbench:report_file"), {"as": kind})
    assert answer.status_code == 200
    assert answer.content.lstrip().startswith(start)
    assert answer.headers["Content-Disposition"].endswith(f'.{kind}"')


def test_an_unknown_kind_is_not_there():
    assert reader().get(reverse("workbench:report_file"), {"as": "exe"}).status_code == 404


def test_an_edition_gives_the_same_bytes_each_time_while_the_figures_move_on():
    stored(40)
    client = reader()
    form = {"since": "", "until": ""}
    kept = client.post(reverse("workbench:report_keep"), form)
    edition = Edition.objects.get()
    assert kept.headers["Location"] == reverse("workbench:edition", args=(edition.number,))
    assert client.get(kept.headers["Location"]).status_code == 200
    address = {
        kind: reverse("workbench:edition_file", args=(edition.number, kind))
        for kind in ("html", "pdf", "json")
    }
    before = {kind: client.get(at).content for kind, at in address.items()}
    stored(48)
    assert {kind: client.get(at).content for kind, at in address.items()} == before
    assert queries.from_record(json.loads(before["json"])) == queries.edition(HOUSE, edition.number).report
    assert edition.number in client.get(reverse("workbench:editions")).content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_finding_becomes_an_action_that_is_done_and_looked_at(language):
    outlet("BJ01")
    stored(8, outlet="BJ01")
    client = leader(language=language)
    new = reverse("workbench:action_new")
    page = client.get(new, {"aspect": "AT", "outlet": "BJ01"}).content.decode()
    assert 'value="AT" selected' in page
    assert 'value="BJ01" selected' in page
    me = Staff.objects.get().number
    due = timezone.localdate() + timedelta(days=7)
    form = {"aspect": "AT", "outlet": "BJ01", "what": "早会练习", "person": me, "due_on": due.isoformat()}
    wrong = client.post(new, form | {"due_on": "2020-01-01"})
    assert (wrong.status_code, Action.objects.count()) == (422, 0)
    made = client.post(new, form)
    number = Action.objects.get().number
    assert made.headers["Location"] == reverse("workbench:action", args=(number,))
    assert client.get(made.headers["Location"]).status_code == 200
    step = reverse("workbench:action_step", args=(number, "finish"))
    assert client.post(step, {"done_on": "2020-01-01", "words": ""}).status_code == 422
    today = timezone.localdate().isoformat()
    assert client.post(step, {"done_on": today, "words": "练了"}).status_code == 302
    assert Action.objects.get().state == "done"
    assert number in client.get(reverse("workbench:actions")).content.decode()
    assert client.post(reverse("workbench:action_step", args=(number, "fly"))).status_code == 404


def test_who_may_only_look_cannot_undertake():
    client = reader()
    assert client.get(reverse("workbench:actions")).status_code == 200
    assert client.get(reverse("workbench:action_new")).status_code == 403
