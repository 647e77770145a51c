"""Own clocks over the shipped ones, deadlines kept and read back, and what may hold a clock."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.engines.calendar import (
    CLOCKS,
    PAUSES,
    TERMS,
    PromiseError,
    as_record,
    china_calendar,
    clocks_on,
    counted,
    days,
    deadline,
    explain,
    make_calendar,
    own_clocks,
    pause_reasons,
    read_back,
    same_hours,
    working_days,
)

CHINA = china_calendar()
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(*moment):
    return datetime(*moment, tzinfo=SHANGHAI)


budgets = st.one_of(
    st.integers(0, 60).map(days),
    st.integers(0, 40).map(working_days),
    st.sampled_from([clock.budget for clock in CLOCKS]),
)


@given(st.integers(0, 3 * 366 * 24 * 60), budgets)
def test_a_deadline_that_is_kept_reads_back_as_it_was_told(minutes, budget):
    due = deadline(at(2024, 6, 1) + timedelta(minutes=minutes), budget, CHINA)
    again = read_back(json.loads(json.dumps(as_record(due, clock="x", source="y"))))
    assert (again.due, again.budget, again.steps) == (due.due, due.budget, due.steps)
    assert explain(again, "zh") == explain(due, "zh")


def test_a_record_from_before_rolls_were_kept_is_still_read():
    plain = deadline(at(2026, 3, 2, 9), days(3), CHINA).plain()
    assert read_back(plain).due == at(2026, 3, 5, 23, 59, 59)


def test_a_shorter_promise_replaces_the_shipped_one_and_leaves_the_rest():
    own = own_clocks({"decision": {"amount": 5, "unit": "days", "source": "服务承诺"}}, CHINA)
    mine, shipped = clocks_on(at(2026, 9, 24).date(), own), clocks_on(at(2026, 9, 24).date())
    assert (mine["decision"].budget.amount, mine["decision"].source) == (5, "服务承诺")
    assert {name: clock for name, clock in mine.items() if name != "decision"} == {
        name: clock for name, clock in shipped.items() if name != "decision"
    }


@pytest.mark.parametrize("unit", ["days", "working_days", "working_hours", "minutes"])
def test_no_own_promise_ever_ends_after_the_laws_limit(unit):
    law = clocks_on(at(2026, 1, 1).date())["outer_limit"].budget
    for amount in (1, 5, 9, 15, 60, 400):
        try:
            own = own_clocks({"decision": {"amount": amount, "unit": unit}}, CHINA)
        except PromiseError:
            continue
        budget = next(clock.budget for clock in own if clock.id == "decision")
        for month in range(1, 13):
            start = at(2026, month, 27, 23, 30)
            assert deadline(start, budget, CHINA).due <= deadline(start, law, CHINA).due, (amount, month)


def test_a_promise_that_only_a_long_holiday_makes_too_long_is_refused_with_its_day():
    with pytest.raises(PromiseError, match="from 20"):
        own_clocks({"decision": {"amount": 10, "unit": "working_days"}}, CHINA)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"outer_limit": {"amount": 10, "unit": "days"}}, "set by law"),
        ({"authority_mediation": {"amount": 10, "unit": "days"}}, "set by law"),
        ({"later": {"amount": 1, "unit": "days"}}, "no such clock"),
        ({"decision": {"amount": -1, "unit": "days"}}, "whole amount"),
        ({"decision": {"amount": 1.5, "unit": "days"}}, "whole amount"),
        ({"decision": {"amount": 1, "unit": "weeks"}}, "unit"),
        ({"decision": {}}, "unit"),
    ],
)
def test_an_own_table_that_may_not_be_is_refused_in_words(table, says):
    with pytest.raises(PromiseError, match=says):
        own_clocks(table, CHINA)


def test_own_clocks_need_a_calendar_that_somebody_has_published():
    bare = make_calendar("UTC", same_hours("09:00-18:00"))
    with pytest.raises(PromiseError, match="published"):
        own_clocks({"decision": {"amount": 1, "unit": "days"}}, bare)


def test_a_new_date_after_a_missed_one_is_not_measured_by_the_first_limit():
    own = own_clocks({"late_decision": {"amount": 20, "unit": "days"}}, CHINA)
    assert next(clock.budget.amount for clock in own if clock.id == "late_decision") == 20


def test_the_laws_outer_limit_knows_no_pause_and_every_reason_holds_something():
    held = {clock.id: {reason.code for reason in pause_reasons(clock)} for clock in CLOCKS}
    assert held["outer_limit"] == held["authority_acceptance"] == held["first_answer"] == set()
    assert set().union(*held.values()) == {reason.code for reason in PAUSES}
    assert held["authority_mediation"] == {"expert_test"}


def test_every_term_is_counted_with_its_source():
    for name, term in TERMS.items():
        record = counted(name, at(2026, 3, 2, 9), CHINA)
        assert (record["clock"], record["source"]) == (name, term.source)
    with pytest.raises(KeyError):
        counted("x", at(2026, 3, 2), CHINA)


def test_pauses_are_told_in_words_and_long_times_in_days():
    quote = read_back(counted("quote", at(2026, 3, 2, 9), CHINA))
    assert explain(quote, "zh")[0] == "期限：14天。"
    assert explain(quote, "en")[0] == "Time allowed: 14 d."
