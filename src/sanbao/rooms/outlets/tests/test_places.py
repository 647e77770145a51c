"""Places: found by distance, city and word; what their hours mean."""

from datetime import date, timedelta

import pytest

from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.outlets import queries, rules, services
from sanbao.rooms.outlets.models import Outlet
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, facts, house, outlet
from sanbao.rooms.registry.tests.factories import AT, bearer, nobody

pytestmark = pytest.mark.django_db
SHANGHAI = {"city": "上海", "province": "上海", "latitude": 31.2304, "longitude": 121.4737}
NEW = {
    "kind": "authorised",
    "name_zh": "新店",
    "province": "广东",
    "city": "深圳",
    "address_zh": "深南大道1号",
    "latitude": 22.5431,
    "longitude": 114.0579,
}


def test_outlets_come_nearest_first_with_true_distances():
    outlet()
    outlet("SH01", **SHANGHAI)
    rows = queries.near(AT, latitude=31.2304, longitude=121.4737)
    assert [row.place.code for row in rows] == ["SH01", "BJ01"]
    assert rows[0].distance_km == 0.0
    # Source: great-circle distance between the two points by the haversine formula, about 1067 km
    assert rows[1].distance_km == pytest.approx(1067, abs=5)


@pytest.mark.parametrize(
    "filters", [{"city": "上海"}, {"text": "浦东"}, {"text": "sanbao pu"}, {"skill": "phone"}, {"mail": True}]
)
def test_filters_leave_what_fits(filters):
    outlet()
    outlet("SH01", name_zh="浦东店", name_en="Sanbao Pudong", skills=["phone"], takes_mail=True, **SHANGHAI)
    assert [row.place.code for row in queries.near(AT, **filters)] == ["SH01"]


def test_a_row_says_until_when_it_is_open_who_waits_and_what_is_free():
    outlet(seats=2)
    for _ in range(5):
        services.take_ticket(house(), outlet="BJ01")
    (row,) = queries.near(AT)
    assert row.open_till is not None
    assert row.open_till.hour == 19
    assert (row.opens_at, row.waiting, row.wait_minutes) == (None, 5, 60)
    assert row.next_free == AT + timedelta(minutes=30)
    night = queries.outlet("BJ01", AT + timedelta(hours=5))
    assert (night.open_till, night.next_free) == (None, TOMORROW_10)
    assert night.opens_at == TOMORROW_10


def test_a_change_of_one_outlet_is_seen_at_once():
    outlet()
    assert queries.outlet("BJ01", AT).place.seats == 4
    services.put_outlet(house(), code="BJ01", seats=7)
    assert queries.place("BJ01").seats == 7
    services.set_special_day(house(), outlet="BJ01", day=AT.date(), hours=[])
    assert not queries.is_open("BJ01", AT)


def test_cities_are_counted():
    outlet()
    outlet("BJ02")
    outlet("SH01", **SHANGHAI)
    assert {c.city: c.outlets for c in queries.cities()} == {"上海": 1, "北京": 2}


def test_an_outlet_that_closed_for_good_is_not_offered():
    outlet(closed_on=AT.date() - timedelta(days=1))
    assert queries.near(AT) == ()
    assert queries.free_slots("BJ01", TOMORROW_10.date(), AT) == ()


def test_a_new_outlet_is_put_down_with_one_fact():
    assert services.put_outlet(house(), code="SZ01", **NEW) == "SZ01"
    row = Outlet.objects.get(code="SZ01")
    assert (row.name_en, row.seats, len(row.hours)) == ("新店", 2, 7)
    assert [f.event for f in ledger.timeline("SZ01")] == ["outlet.opened"]
    services.put_outlet(house(), code="SZ01", seats=3)
    assert [f.event for f in ledger.timeline("SZ01")] == ["outlet.opened", "outlet.changed"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "kiosk"),
        ("latitude", 91.0),
        ("longitude", -181.0),
        ("seats", 0),
        ("slot_minutes", 1),
        ("walk_in_share", 101),
        ("hours", [[["19:00", "10:00"]]] * 7),
        ("hours", [["10:00"]] * 7),
        ("hours", []),
        ("hours", "10:00-19:00"),
        ("time_zone", "Mars/Olympus"),
        ("city", ""),
        ("city", "x" * 21),
        ("name_zh", "a\x00b"),
        ("latitude", float("nan")),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_field(field, value):
    with pytest.raises(Invalid) as refusal:
        services.put_outlet(house(), code="SZ01", **(NEW | {field: value}))
    assert refusal.value.field == field
    assert (Outlet.objects.count(), facts()) == (0, 0)


@pytest.mark.parametrize("code", ["", "x", "bj 01", "B" * 13, "BJ01\n"])
def test_a_code_is_short_and_plain(code):
    with pytest.raises(Invalid):
        services.put_outlet(house(), code=code, **NEW)


def test_only_those_who_may_edit_change_an_outlet():
    outlet()
    for actor in (nobody(), bearer("outlets.edit", outlet="SH01")):
        with pytest.raises(NotAllowed):
            services.put_outlet(actor, code="BJ01", seats=9)
        with pytest.raises(NotAllowed):
            services.set_special_day(actor, outlet="BJ01", day=AT.date(), hours=[])
    assert (queries.place("BJ01").seats, facts()) == (4, 0)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_special_day_lies_in_this_world(day):
    outlet()
    with pytest.raises(Invalid) as refusal:
        services.set_special_day(house(), outlet="BJ01", day=day, hours=[])
    assert (refusal.value.field, facts()) == ("day", 0)


def test_an_unknown_outlet_is_missing():
    with pytest.raises(Missing):
        queries.place("XX99")


def test_a_day_without_hours_is_closed_and_a_rest_too_short_is_left_out():
    calendar = rules.calendar_of(
        "Asia/Shanghai", [[["10:00", "11:10"], ["13:00", "13:20"]], *[[]] * 6], {date(2026, 3, 3): []}
    )
    monday = list(rules.slot_times(date(2026, 3, 2), calendar, 30))
    assert [time.starts_at.hour for time in monday] == [2, 2]
    assert list(rules.slot_times(date(2026, 3, 3), calendar, 30)) == []


@pytest.mark.parametrize(("ahead", "seats", "wait"), [(0, 4, 0), (3, 4, 0), (4, 4, 30), (9, 4, 60)])
def test_the_wait_is_full_rounds_of_seats(ahead, seats, wait):
    assert rules.wait_minutes(ahead, seats=seats, minutes=30) == wait
