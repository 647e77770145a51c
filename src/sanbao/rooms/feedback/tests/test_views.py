"""Saved views, alerts with their reasons, mutes, themes."""

from datetime import date, timedelta

import pytest

from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.rooms.complaints.tests.factories import outlet
from sanbao.rooms.feedback import queries, services
from sanbao.rooms.feedback.adapters import cube
from sanbao.rooms.feedback.errors import TooManyViews, ViewExists
from sanbao.rooms.feedback.models import Alert, Cell, Mute, Theme, View
from sanbao.rooms.feedback.models.cells import ALL
from sanbao.rooms.feedback.rules import Row
from sanbao.rooms.feedback.tests.factories import HOUSE, READER, reader_of_feedback
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry.tests.factories import AT, nobody

pytestmark = pytest.mark.django_db
LAST = cube.week_start(AT.date()) - timedelta(weeks=1)


def somebody(name, *at):
    who = reader_of_feedback(*at)
    return type(who)(f"staff:{name}", who.kind, who.at, who.id, name, who.grants)


def weeks_of(place, counts, read=200, tally="at_m"):
    """Cells as though so many of ``read`` texts a week had said so, the newest last."""
    for at, count in enumerate(reversed(counts)):
        day = (LAST - timedelta(weeks=at)).toordinal()
        Cell.objects.create(
            outlet=place, product=ALL, day=day, origin="review", **{"read": read, tally: count}
        )


def test_a_view_is_kept_found_again_and_forgotten_with_its_facts():
    who = somebody("a")
    number = services.save_view(who, title="  北京  一店 ", facets={"outlet": "BJ01", "x": "y", "since": ""})
    (card,) = queries.views(who)
    assert (card.title, dict(card.facets), card.own) == ("北京 一店", {"outlet": "BJ01"}, True)
    services.remove_view(who, number)
    assert queries.views(who) == ()
    assert [fact.event for fact in ledger.timeline(number)] == ["voice.view_saved", "voice.view_removed"]


def test_a_view_is_seen_by_others_only_when_shared_and_removed_only_by_its_owner():
    mine, yours = somebody("a"), somebody("b")
    number = services.save_view(mine, title="own", facets={})
    shared = services.save_view(mine, title="all", facets={}, shared=True)
    assert [(card.number, card.own) for card in queries.views(yours)] == [(shared, False)]
    with pytest.raises(Missing):
        queries.view(yours, number)
    with pytest.raises(Missing):
        services.remove_view(yours, shared)
    assert View.objects.count() == 2
    assert queries.views(nobody()) == ()


@pytest.mark.parametrize("title", ["", "   ", "长" * 61])
def test_a_view_without_a_name_or_with_a_long_one_is_refused(title):
    with pytest.raises(Invalid):
        services.save_view(somebody("a"), title=title, facets={})
    assert not View.objects.exists()


def test_the_same_name_twice_and_too_many_views_are_refused():
    who = somebody("a")
    services.save_view(who, title="x", facets={})
    with pytest.raises(ViewExists):
        services.save_view(who, title=" x", facets={})
    services.save_view(somebody("b"), title="x", facets={})
    for turn in range(49):
        services.save_view(who, title=f"v{turn}", facets={})
    with pytest.raises(TooManyViews):
        services.save_view(who, title="one more", facets={})
    assert View.objects.filter(owner=who.ref).count() == 50


def test_views_and_alerts_need_the_grant():
    with pytest.raises(NotAllowed):
        services.save_view(nobody(), title="x", facets={})
    with pytest.raises(NotAllowed):
        services.watch_voices(nobody())
    with pytest.raises(NotAllowed):
        services.find_themes(nobody())
    assert not View.objects.exists()


def test_a_week_that_stands_out_is_noted_once_with_its_numbers_and_its_fact():
    weeks_of(ALL, [20] * 25 + [60])
    assert services.watch_voices(HOUSE) == 1
    (card,) = queries.alerts(somebody("a"))
    assert (card.name, card.polarity, card.kind, card.week, card.outlet) == ("AT", -1, "week", LAST, "")
    assert (card.before.value, card.after.value, card.after.n) == (0.1, 0.3, 200)
    assert card.change.low > 0.1
    assert card.q < 0.05
    (fact,) = ledger.timeline(card.number)
    assert (fact.event, fact.facts["tally"]) == ("voice.alerted", "at_m")
    for hours in (1, 30, 24 * 14):
        assert services.watch_voices(HOUSE.then(AT + timedelta(hours=hours))) == 0
    assert Alert.objects.count() == 1


def test_a_level_that_turned_is_noted_from_the_week_it_turned():
    weeks_of(ALL, [20] * 22 + [34, 35, 33, 36])
    assert services.watch_voices(HOUSE) == 1
    (card,) = queries.alerts(somebody("a"))
    assert (card.kind, card.week) == ("turn", LAST - timedelta(weeks=3))


@pytest.mark.parametrize("counts", [[20] * 26, [20, 24, 17, 22] * 6 + [19, 28], [0] * 26, [2] * 25 + [4]])
def test_what_chance_can_do_is_not_noted(counts):
    weeks_of(ALL, counts)
    assert services.watch_voices(HOUSE) == 0
    assert not Alert.objects.exists()


def test_few_texts_make_no_alert():
    weeks_of(ALL, [1] * 25 + [20], read=29)
    assert services.watch_voices(HOUSE) == 0


def test_staff_of_one_outlet_hear_of_their_outlet_only():
    outlet("BJ01"), outlet("SH01")
    weeks_of(ALL, [20] * 26)
    weeks_of("BJ01", [20] * 25 + [80])
    weeks_of("SH01", [20] * 25 + [80], tally="tt_m")
    assert services.watch_voices(HOUSE) == 2
    assert [card.outlet for card in queries.alerts(somebody("a", "BJ01"))] == ["BJ01"]
    assert len(queries.alerts(somebody("b"))) == 2
    hidden = Alert.objects.get(outlet="SH01").number
    with pytest.raises(Missing):
        services.mute_alert(somebody("a", "BJ01"), hidden, days=7)
    assert not Mute.objects.exists()


def test_a_mute_holds_for_one_person_one_thing_and_its_days():
    weeks_of(ALL, [20] * 25 + [60])
    services.watch_voices(HOUSE)
    mine, yours = somebody("a"), somebody("b")
    number = queries.alerts(mine)[0].number
    assert services.mute_alert(mine, number, days=7) == AT.date() + timedelta(days=7)
    assert queries.alerts(mine) == ()
    assert len(queries.alerts(yours)) == 1
    assert queries.alerts(mine, muted=True)[0].muted_until == AT.date() + timedelta(days=7)
    assert len(queries.alerts(mine.then(AT + timedelta(days=8)))) == 1
    services.unmute_alert(mine, number)
    services.unmute_alert(mine, number)
    assert len(queries.alerts(mine)) == 1
    assert [f.event for f in ledger.timeline(number)] == ["voice.alerted", "voice.muted", "voice.unmuted"]


def test_a_length_that_is_not_offered_is_refused():
    weeks_of(ALL, [20] * 25 + [60])
    services.watch_voices(HOUSE)
    number = queries.alerts(HOUSE)[0].number
    with pytest.raises(Invalid):
        services.mute_alert(somebody("a"), number, days=3_650)
    assert not Mute.objects.exists()


def test_themes_are_found_once_a_day_from_five_texts_on_and_only_for_those_who_see_all():
    today = AT.date()
    lines = [
        Row(f"修了半个月还没修好，第{turn}次了", said_on=today - timedelta(days=turn)) for turn in range(9)
    ]
    lines += [Row("前台态度恶劣", said_on=today), Row("质量太差", said_on=today)]
    services.add_texts(HOUSE, rows=lines, name="x")
    services.read_unread(HOUSE, READER)
    assert services.find_themes(HOUSE) >= 1
    (theme, *_rest) = queries.themes(somebody("a"), ["TT"], [-1], most=5)
    assert theme.count == 9
    assert theme.quote.span == "半个月还没修好"
    assert theme.change is None
    assert queries.themes(somebody("b", "BJ01"), ["TT"], [-1], most=5) == ()
    assert not Theme.objects.filter(aspect="AT").exists()
    before = Theme.objects.get(aspect="TT").pk
    assert services.find_themes(HOUSE.then(AT + timedelta(hours=2))) == 0
    assert services.find_themes(HOUSE.then(AT + timedelta(hours=21))) >= 1
    assert Theme.objects.get(aspect="TT").pk != before


def test_outlets_are_compared_by_their_mix_and_small_ones_are_hidden():
    for code in ("BJ01", "SH01", "GZ01"):
        outlet(code)
    day = date(2026, 1, 5)
    for code, n in (("BJ01", 40), ("SH01", 32), ("GZ01", 3)):
        rows = [Row(f"客服态度恶劣{code}{turn}", said_on=day, outlet=code) for turn in range(n)]
        services.add_texts(HOUSE, rows=rows, name=code)
    services.read_unread(HOUSE, READER)
    found = queries.comparison(HOUSE, queries.Scope())
    assert [row.key for row in found.rows] == ["BJ01"]
    assert found.suppressed == 2
    assert queries.comparison(HOUSE, queries.Scope(until=date(2025, 12, 31))).rows == ()
    assert queries.comparison(somebody("a", "SH01"), queries.Scope()).rows[0].key == "SH01"
