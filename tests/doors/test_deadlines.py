"""Every due time of all that an owner can have opens its working: portal, desk and API."""

import re

import pytest
from django.test import Client
from tests.doors.api_client import Machine
from tests.doors.owner_world import LATER, build

from sanbao.base.errors import Missing
from sanbao.doors.ui.dues import due, dues
from sanbao.rooms.complaints import services as complaints
from sanbao.rooms.complaints.models import Case
from sanbao.rooms.complaints.tests.factories import desk
from sanbao.rooms.conversations.models import Thread
from sanbao.rooms.feedback import queries as feedback
from sanbao.rooms.outlets.tests.factories import house
from sanbao.rooms.registry.tests.factories import customer, owner_actor, staff
from sanbao.rooms.repairs import queries as repairs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)


@pytest.fixture
def world(db):
    return build()


def browser(account, language="zh-hans"):
    made = Client(headers={"accept-language": language})
    made.force_login(account)
    return made


def at_work():
    member = staff(("handler", "*"))
    made = browser(member.account)
    session = made.session
    session["seen_at"] = int(LATER.timestamp())
    session.save()
    return made


def text(response):
    return response.content.decode()


def subjects(world):
    return [
        world.case,
        world.answered,
        world.quoted,
        world.working,
        world.returned,
        world.thread,
        world.survey,
    ]


def test_what_is_worked_out_again_is_what_was_stored(world):
    boss = house(LATER)
    assert due(boss, world.quoted, "quote").due_at == repairs.order(boss, world.quoted).quote.valid_until
    assert due(boss, world.working, "promise").due_at == repairs.order(boss, world.working).row.promised_at
    assert due(boss, world.survey, "survey").due_at == feedback.survey(boss, world.survey).closes_at
    owed = Thread.objects.get(number=world.thread).answer_due_at
    assert [each.due_at for each in dues(boss, world.thread)] == ([owed] if owed else [])
    page = {each.clock: each.due_at for each in dues(boss, world.case)}
    assert page["outer_limit"] == Case.objects.get(number=world.case).outer_due_at


def test_every_due_time_has_words_in_both_languages_and_says_who_set_it(world):
    found = [each for subject in subjects(world) for each in dues(house(LATER), subject)]
    assert {"decision", "outer_limit", "next_step", "promise", "quote", "repair_guarantee", "survey"} <= {
        each.clock for each in found
    }
    for each in found:
        assert each.words_zh, each.clock
        assert each.words_en, each.clock
        assert each.title != each.clock
        assert each.said_by, each.clock
        if each.clock != "next_step":  # it names the person
            assert not re.search(r"[\u4e00-\u9fff]", "".join(each.words_en)), each.words_en


def test_an_owner_opens_the_working_of_each_of_their_dates(world):
    client = browser(world.owner.account)
    for subject in subjects(world):
        for each in dues(owner_actor(world.owner, LATER), subject):
            page = client.get(f"/deadlines/{subject}/{each.clock}")
            assert page.status_code == 200, (subject, each.clock)
            assert each.words_zh[0].split("：")[0] in text(page)


def test_a_stranger_and_an_unknown_clock_find_nothing(world):
    stranger = customer()
    for subject in subjects(world):
        with pytest.raises(Missing):
            dues(owner_actor(stranger, LATER), subject)
        assert browser(stranger.account).get(f"/deadlines/{subject}/decision").status_code == 404
    for subject, clock in ((world.case, "holiday"), ("XX-1", "decision"), ("\x00", "x"), ("CP-\x00", "x")):
        assert browser(world.owner.account).get(f"/deadlines/{subject}/{clock}").status_code == 404


def test_the_desk_reads_the_same_working(world):
    page = at_work().get(f"/desk/deadlines/{world.case}/outer_limit")
    assert page.status_code == 200
    assert "超过15天就算故意拖延" in text(page)
    assert "截止：" in text(page)


def test_the_api_hands_out_steps_as_codes_and_words_in_both_languages(world):
    machine = Machine(("handler", "*"))
    items = machine.get(f"/deadlines/{world.case}").json()["items"]
    assert {"acknowledge", "first_answer", "decision", "outer_limit"} <= {each["clock"] for each in items}
    one = machine.get(f"/deadlines/{world.case}/outer_limit").json()
    assert [step["code"] for step in one["steps"]] == ["start", "first_day_out", "counted", "due"]
    assert (one["binding"], one["state"]) == (True, "running")
    assert one["words_en"][-1].startswith("Due: ")
    assert Machine().get(f"/deadlines/{world.case}").status_code == 404


def test_a_paused_case_says_so_wherever_it_is_read(world):
    hand = desk(at=LATER)
    complaints.take(hand, world.case)
    complaints.pause(hand, world.case, reason="owner_evidence", note="请补一张发票")
    owner = text(browser(world.owner.account).get(f"/complaints/{world.case}"))
    assert "暂停计时中" in owner
    assert "请补一张发票" in owner
    queue = text(at_work().get("/desk/cases"))
    assert "等客户补充材料" in queue
    machine = Machine(("handler", "*"))
    assert machine.get(f"/deadlines/{world.case}/decision").json()["state"] == "held"
