"""From a finding to an action, and whether it helped: beside outlets like it, and never from a handful."""

from datetime import date, timedelta

import pytest

from sanbao.base.errors import IllegalMove, Invalid, Missing, NotAllowed
from sanbao.engines.counting import difference, wilson
from sanbao.rooms.feedback import queries, services
from sanbao.rooms.feedback.models import Action
from sanbao.rooms.feedback.queries.effects import effect_of
from sanbao.rooms.feedback.rules import Row
from sanbao.rooms.feedback.tests.factories import BAD, GOOD, HOUSE, READER
from sanbao.rooms.ledger.models import Entry
from sanbao.rooms.outlets.tests.factories import outlet
from sanbao.rooms.registry.tests.factories import bearer, nobody, staff

TODAY = date(2026, 3, 2)
DUE = TODAY + timedelta(days=14)
LATE = HOUSE.then(HOUSE.at + timedelta(days=60))


def said(place: str, blame: int, praise: int, on: date) -> None:
    rows = [Row(f"{BAD}{place}{on}{i}", outlet=place, said_on=on) for i in range(blame)]
    rows += [Row(f"{GOOD}{place}{on}{i}", outlet=place, said_on=on) for i in range(praise)]
    services.add_texts(LATE, rows=rows, name=f"{place}{on}")
    while services.read_unread(LATE, READER):
        pass


def made(**changes) -> str:
    given = {
        "aspect": "AT",
        "what": "早会练习怎么接待",
        "person": staff(name="周师傅").number,
        "due_on": DUE,
        "today": TODAY,
        "outlet": "BJ01",
    }
    return services.undertake(HOUSE, **given | changes)


@pytest.mark.django_db
def test_an_action_keeps_the_finding_it_answers():
    outlet("BJ01")
    outlet("BJ02")
    said("BJ01", 6, 4, TODAY - timedelta(days=1))
    said("BJ01", 9, 0, TODAY - timedelta(days=57))
    said("BJ01", 9, 0, TODAY)
    said("BJ02", 1, 19, TODAY - timedelta(days=56))
    here, everywhere = made(), made(outlet="")
    assert [(a.count, a.texts) for a in Action.objects.order_by("id")] == [(6, 10), (7, 30)]
    card = queries.action(bearer("feedback.see", "feedback.act"), here, today=TODAY)
    assert (card.person_name, card.state, card.moves) == (
        "周师傅",
        "undertaken",
        ("finish", "drop", "hand_on"),
    )
    assert not card.late(DUE)
    assert card.late(DUE + timedelta(days=1))
    facts = Entry.objects.get(subject=everywhere).facts
    assert (facts["count"], facts["texts"], facts.get("outlet")) == (7, 30, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"aspect": "XX"}, "aspect"),
        ({"what": " "}, "what"),
        ({"what": "a\x00"}, "what"),
        ({"what": "长" * 401}, "what"),
        ({"due_on": TODAY - timedelta(days=1)}, "due_on"),
        ({"due_on": TODAY + timedelta(days=367)}, "due_on"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_kept(change, field):
    outlet("BJ01")
    with pytest.raises(Invalid) as refusal:
        made(**change)
    assert refusal.value.field == field
    assert not Action.objects.exists()
    assert not Entry.objects.filter(event__startswith="action.").exists()


@pytest.mark.django_db
def test_it_is_done_handed_on_or_given_up_once():
    outlet("BJ01")
    number = made()
    other = staff(name="李师傅").number
    services.hand_on_action(HOUSE, number, person=other, due_on=DUE, today=TODAY)
    assert queries.action(HOUSE, number, today=TODAY).person_name == "李师傅"
    for wrong in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(Invalid):
            services.finish_action(HOUSE, number, done_on=wrong, today=TODAY)
    services.finish_action(HOUSE, number, done_on=TODAY, today=TODAY, words="练了三次")
    with pytest.raises(IllegalMove):
        services.drop_action(HOUSE, number, words="算了")
    card = queries.action(HOUSE, number, today=TODAY)
    assert (card.state, card.done_on, card.closing_words, card.moves) == ("done", TODAY, "练了三次", ())
    events = Entry.objects.filter(subject=number).order_by("id").values_list("event", flat=True)
    assert list(events) == ["action.undertaken", "action.handed_on", "action.done"]


@pytest.mark.django_db
def test_who_may_not_act_there_cannot_and_sees_only_their_outlet():
    outlet("BJ01")
    outlet("BJ02")
    number = made()
    there = bearer("feedback.see", "feedback.act", "registry.staff", outlet="BJ02")
    assert queries.actions(there, today=TODAY).rows == ()
    with pytest.raises(Missing):
        services.drop_action(there, number, words="算了")
    with pytest.raises(NotAllowed):
        services.undertake(there, aspect="AT", what="x", person="ST", due_on=DUE, today=TODAY, outlet="BJ01")
    with pytest.raises(NotAllowed):
        queries.actions(nobody(), today=TODAY)
    assert Action.objects.get().state == "undertaken"


@pytest.mark.django_db
def test_after_it_is_done_blame_is_compared_with_outlets_of_the_same_kind():
    for code in ("BJ01", "BJ02", "BJ03"):
        outlet(code)
    for code, before, since in (("BJ01", 30, 6), ("BJ02", 20, 20), ("BJ03", 20, 20)):
        said(code, before, 50 - before, TODAY - timedelta(days=3))
        said(code, since, 50 - since, TODAY + timedelta(days=3))
    number = made()
    busy = made(outlet="BJ03")
    services.finish_action(HOUSE, number, done_on=TODAY, today=TODAY)
    assert queries.action(HOUSE, number, today=TODAY).effect is None
    effect = queries.action(HOUSE, number, today=TODAY + timedelta(days=30)).effect
    assert (effect.before.value, effect.since.value, effect.peers, effect.verdict) == (0.6, 0.12, 1, "better")
    assert effect.net.value == pytest.approx(-0.48)
    assert effect.net.low < effect.change.low < -0.48 < effect.change.high < effect.net.high < 0
    assert queries.action(HOUSE, busy, today=TODAY).effect is None


def test_what_falls_everywhere_is_not_the_actions_doing():
    before = {"A": (30, 100), "B": (60, 200)}
    since = {"A": (10, 100), "B": (20, 200)}
    effect = effect_of(before, since, "A", ("A", "B"), TODAY)
    assert effect.change.sure_sign == -1
    assert effect.net.value == pytest.approx(0)
    assert effect.verdict == "unclear"
    alone = effect_of(before, since, "", (), TODAY)
    assert (alone.net, alone.change) == (None, difference(wilson(30, 300), wilson(90, 300)))
    assert alone.verdict == "better"


def test_a_handful_says_nothing():
    effect = effect_of({"A": (29, 29)}, {"A": (0, 500)}, "A", (), TODAY)
    assert (effect.verdict, effect.few) == ("few", True)
