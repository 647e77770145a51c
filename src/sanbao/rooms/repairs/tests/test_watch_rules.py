"""The days of a repair run towards its lines as somebody with a calendar and a pencil would count them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.engines.policy.lines import Line, Offer
from sanbao.rooms.repairs.rules import watch

ZONE = "Asia/Shanghai"
MONDAY = date(2026, 3, 2)
LOANER = Line("loaner", "MOB-LOANER", "cn-phone", 7, (Offer("loaner", "MOB-LOANER", "repairer"),))
OWN = Line("repairer", "MOB-30", "cn-phone", 30, (Offer("exchange", "MOB-30", "repairer"),))
PARTS = Line("parts", "MOB-60", "cn-phone", 60, (Offer("exchange", "MOB-60", "seller"),))
TWICE = Line("repeat", "MOB-2X", "cn-phone", 0, (Offer("exchange", "MOB-2X", "seller"),))
ALL = (LOANER, OWN, PARTS)


def begun(*lines):
    return watch.begun(lines or ALL, {"cn-phone": "a1"}, on=MONDAY, zone=ZONE)


def crossed(seen):
    return {line["rule"]: moment.date() for moment, line in watch.crossings(seen)}


def after(days):
    return MONDAY + timedelta(days=days)


def test_nothing_happens_and_the_lines_come_after_their_days():
    assert crossed(begun()) == {"MOB-LOANER": after(8), "MOB-30": after(31)}


def test_a_line_is_crossed_with_the_first_moment_of_its_day_at_the_outlet():
    moment, rule = watch.next_line(begun())
    assert (moment, rule) == (datetime(2026, 3, 10, tzinfo=ZoneInfo(ZONE)), "MOB-LOANER")


def test_waiting_for_a_part_stops_the_repairer_and_starts_the_other_line():
    waiting = watch.moved(begun(), "waiting_part", after(5))
    assert crossed(waiting) == {"MOB-LOANER": after(8), "MOB-60": after(61)}
    resumed = watch.moved(waiting, "approved", after(25))
    assert crossed(resumed) == {"MOB-LOANER": after(8), "MOB-30": after(51), "MOB-60": after(61)}


def test_a_wait_that_begins_late_crosses_the_line_for_parts_the_day_after():
    assert crossed(watch.moved(begun(), "waiting_part", after(70)))["MOB-60"] == after(71)
    assert "MOB-60" not in crossed(watch.moved(begun(), "waiting_part", after(3)) | {"spans": []})


def test_a_wait_of_no_day_is_no_wait():
    same_day = watch.moved(watch.moved(begun(), "waiting_part", after(2)), "approved", after(2))
    assert "MOB-60" not in crossed(same_day)


def test_the_owners_time_to_answer_a_price_is_not_the_repairers():
    quoted = watch.moved(begun(), "quoted", after(2))
    assert "MOB-30" not in crossed(quoted)
    assert crossed(watch.moved(quoted, "approved", after(12)))["MOB-30"] == after(41)


def test_a_new_price_in_between_is_the_same_wait():
    twice = watch.moved(watch.moved(begun(), "quoted", after(2)), "quoted", after(4))
    assert crossed(watch.moved(twice, "approved", after(6)))["MOB-30"] == after(35)


@pytest.mark.parametrize("state", ["ready", "declined", "shipped", "returned"])
def test_a_finished_repair_crosses_nothing_more_but_what_it_crossed(state):
    assert crossed(watch.moved(begun(), state, after(7))) == {}
    assert crossed(watch.moved(begun(), state, after(8))) == {"MOB-LOANER": after(8)}
    assert watch.next_line(watch.moved(begun(), state, after(7))) == (None, "")


def test_work_that_begins_again_brings_the_lines_back():
    again = watch.moved(watch.moved(begun(), "declined", after(3)), "accepted", after(9))
    assert crossed(again)["MOB-LOANER"] == after(8)


def test_a_line_of_the_past_is_crossed_with_the_hand_in():
    assert watch.next_line(begun(TWICE, LOANER))[1] == "MOB-2X"
    assert crossed(begun(TWICE))["MOB-2X"] == MONDAY


def test_without_lines_there_is_nothing_to_watch():
    assert begun()["lines"]
    assert watch.begun((), {}, on=MONDAY, zone=ZONE) == {}
    assert watch.moved({}, "ready", MONDAY) == {}
    assert watch.kept({}) == {"watch": {}, "watch_at": None, "watch_rule": ""}


def test_the_day_of_a_move_is_the_day_on_the_outlets_wall():
    late = datetime(2026, 3, 4, 17, tzinfo=UTC)
    assert watch.stepped(begun(), "waiting_part", late)["watch"]["spans"] == [["parts", "2026-03-05", None]]


STATES = ("approved", "waiting_part", "quoted", "accepted")
MOVES = st.lists(st.tuples(st.integers(0, 12), st.sampled_from(STATES)), max_size=8)


def whose_day(moves, day):
    """In whose hands a day ended: the state that was come into last before its end."""
    state = "accepted"
    for on, name in moves:
        if on < day:
            state = name
    return state


@given(MOVES)
def test_days_are_counted_as_with_a_pencil(steps):
    moves, day = [], 0
    for gap, state in steps:
        day += gap
        moves.append((day, state))
    seen = watch.replayed(begun(), [(state, after(on)) for on, state in moves])
    for last in range(120):
        states = [whose_day(moves, each) for each in range(1, last + 1)]
        waited, asked = states.count("waiting_part"), states.count("quoted")
        counted = watch.counted(seen, after(last))
        assert (counted["days"], counted["parts_days"], counted["owner_days"]) == (last, waited, asked)
        over = {rule for rule, on in crossed(seen).items() if on <= after(last)}
        own = last - waited - asked
        assert over == (
            ({"MOB-LOANER"} if last > 7 else set())
            | ({"MOB-30"} if own > 30 else set())
            | ({"MOB-60"} if last > 60 and waited else set())
        )


@given(MOVES, st.integers(1, 30))
def test_more_waiting_never_brings_the_repairers_line_nearer(steps, more):
    def line(extra):
        day, moves = 0, []
        for gap, state in steps:
            moves.append((state, after(day)))
            day += gap + (extra if state == "waiting_part" else 0)
        return crossed(watch.replayed(begun(OWN), [*moves, ("approved", after(day))]))["MOB-30"]

    assert line(more) >= line(0)
