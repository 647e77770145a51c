"""Calendars, opening hours, clocks and words: what they hold, and what they refuse."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sanbao.engines.calendar import (
    CLOCKS,
    Budget,
    CalendarError,
    Confidence,
    DayKind,
    DayRow,
    NeverOpen,
    Pause,
    Roll,
    Span,
    Step,
    StepCode,
    Unit,
    add_working_days,
    china_calendar,
    chinese_calendar_rows,
    clocks_on,
    closes_at,
    days,
    days_left,
    deadline,
    explain,
    is_open,
    is_rest_day,
    make_calendar,
    minutes,
    months,
    next_opening,
    open_intervals,
    roll_forward,
    rows_from_table,
    same_hours,
    sentence,
    shop_calendar,
    span,
    spans_of,
    weekly_hours,
    working_days,
    working_days_between,
    working_hours,
    working_minutes,
    working_minutes_between,
)
from sanbao.engines.calendar.china import fixed_rows
from sanbao.engines.calendar.words import NAMES

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = china_calendar()
EMPTY = make_calendar("Asia/Shanghai", same_hours(""), working_weekdays=())


def at(*parts):
    return datetime(*parts, tzinfo=SHANGHAI)


# --- Building ---


def test_hours_that_touch_or_overlap_become_one_span():
    assert spans_of("13:00-18:00, 09:00-12:00; 12:00-13:30") == (Span(540, 1080),)
    assert weekly_hours([(0, "09:00", "12:00"), (0, "13:00", "24:00")])[0] == (
        Span(540, 720),
        Span(780, 1440),
    )
    assert span(datetime(2026, 1, 1, 9, 30, tzinfo=UTC).time(), "10:00") == Span(570, 600)
    assert str(Span(540, 1440)) == "09:00-24:00"


@pytest.mark.parametrize(
    "text", ["18:00-09:00", "09:00-09:00", "9-18", "09:00", "09:60-10:00", "09:00-24:01", "x:00-10:00"]
)
def test_hours_that_cannot_be_are_refused(text):
    with pytest.raises(CalendarError):
        spans_of(text)


def test_a_weekday_that_is_none_is_refused():
    with pytest.raises(CalendarError, match="weekday 7"):
        weekly_hours([(7, "09:00", "18:00")])


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_an_unknown_zone_is_refused(zone):
    with pytest.raises(CalendarError, match="zone"):
        make_calendar(zone, same_hours("09:00-18:00"))


def test_rows_that_contradict_each_other_are_refused_and_rows_that_agree_are_kept_once():
    day = date(2027, 2, 6)
    off, again = DayRow(day, DayKind.OFF, "spring_festival", "a"), DayRow(day, DayKind.OFF, "春节", "b")
    assert china_calendar(extra=[off, again]).legal[day] == off
    with pytest.raises(CalendarError, match="2027-02-06"):
        china_calendar(extra=[off, DayRow(day, DayKind.WORK)])


def test_equal_calendars_are_equal_whatever_was_asked_of_them_before():
    one, other = china_calendar(), china_calendar()
    deadline(at(2026, 3, 2, 9), working_hours(3), one)
    assert one == other
    assert hash(one) == hash(other)
    assert one != china_calendar(same_hours("09:00-17:00"))


def test_a_table_of_days_can_be_imported_and_publishes_its_year():
    table = [
        {"date": "2027-01-01", "kind": "off", "name": "元旦", "source": "notice"},
        {"date": " 2027-01-03 ", "kind": "WORK", "name": "", "source": ""},
        {"date": "2027-01-05", "kind": "hours", "hours": "10:00-12:00"},
    ]
    rows = rows_from_table(table, source="import")
    assert rows == (
        DayRow(date(2027, 1, 1), DayKind.OFF, "元旦", "notice"),
        DayRow(date(2027, 1, 3), DayKind.WORK, "", "import"),
        DayRow(date(2027, 1, 5), DayKind.HOURS, "", "import", (Span(600, 720),)),
    )
    published = china_calendar(extra=rows, published=[2027])
    due = deadline(at(2026, 12, 31, 9), working_days(1), published)
    assert (due.last_day, due.provisional) == (date(2027, 1, 3), False)
    assert published.is_working_day(date(2027, 5, 3))
    assert not china_calendar().is_working_day(date(2027, 5, 1))


def test_an_imported_year_replaces_what_the_package_says_about_it():
    own = china_calendar(extra=[DayRow(date(2026, 3, 4), DayKind.OFF)], published=[2026])
    assert [own.is_working_day(date(2026, *day)) for day in ((2, 14), (2, 17), (3, 4))] == [
        False,
        True,
        False,
    ]
    assert own.is_working_day(date(2025, 1, 26))


@pytest.mark.parametrize(
    "line",
    [
        {"date": "2027-13-01", "kind": "off"},
        {"date": "2027-01-01", "kind": "holiday"},
        {"kind": "off"},
        {"date": "2027-01-01", "kind": "hours", "hours": "late"},
        {"date": "2027-01-01", "kind": "work", "hours": "09:00-12:00"},
    ],
)
def test_a_line_that_cannot_be_read_is_named(line):
    with pytest.raises(CalendarError, match="line 2"):
        rows_from_table([{"date": "2027-01-02", "kind": "off"}, line])


def test_the_package_covers_2004_to_2026_and_the_law_the_years_after():
    assert {row.day.year for row in chinese_calendar_rows()} == set(range(2004, 2027))
    assert chinese_calendar_rows([2003, 2027]) == ()
    assert [row.day for row in fixed_rows([2027])][:2] == [date(2027, 1, 1), date(2027, 5, 1)]
    assert CHINA.published == frozenset(range(2004, 2027))
    assert {row.name for row in CHINA.rows} <= set(NAMES)


# --- Doors ---


def test_a_make_up_saturday_opens_an_office_and_a_holiday_shuts_it():
    assert is_open(at(2026, 2, 14, 10), CHINA)
    assert not is_open(at(2026, 3, 7, 10), CHINA)
    assert not is_open(at(2026, 2, 17, 10), CHINA)


def test_a_shop_keeps_its_own_hours_and_the_laws_working_days():
    eve = DayRow(date(2026, 2, 16), DayKind.HOURS, "spring_festival", "outlet", spans_of("10:00-16:00"))
    new_year = DayRow(date(2026, 2, 17), DayKind.HOURS, "spring_festival", "outlet")
    shop = shop_calendar("Asia/Shanghai", same_hours("10:00-21:00", range(7)), [eve, new_year], CHINA)
    assert [is_open(at(2026, 2, day, 20), shop) for day in (15, 16, 17, 18)] == [True, False, False, True]
    assert deadline(at(2026, 2, 13, 9), working_days(2), shop).last_day == date(2026, 2, 24)
    assert shop.is_provisional(2027)
    due = deadline(at(2026, 12, 31, 20), working_hours(2), shop)
    assert (due.due, due.provisional) == (at(2027, 1, 1, 11), False)
    told = deadline(at(2026, 2, 16, 15), working_hours(2), shop).steps
    assert [(s.code, s.name) for s in told if s.code is StepCode.REST] == [(StepCode.REST, "spring_festival")]


def test_at_the_closing_time_the_door_is_shut_and_next_opens_in_the_morning():
    monday = at(2026, 3, 9, 18)
    assert is_open(monday - timedelta(seconds=1), CHINA)
    assert not is_open(monday, CHINA)
    assert next_opening(monday, CHINA) == at(2026, 3, 10, 9)
    assert next_opening(at(2026, 3, 9, 12), CHINA) == at(2026, 3, 9, 12)
    assert next_opening(at(2026, 12, 31, 18), CHINA) == at(2027, 1, 4, 9)
    assert closes_at(at(2026, 3, 9, 12), CHINA) == monday
    assert closes_at(monday, CHINA) is None
    assert [(i.begin, i.end) for i in open_intervals(date(2026, 3, 9), CHINA)] == [
        (at(2026, 3, 9, 9), monday)
    ]
    assert open_intervals(date(2026, 3, 8), CHINA) == ()


def test_a_door_open_past_midnight_closes_once_and_one_that_never_closes_is_told_for_a_week():
    night = make_calendar("Asia/Shanghai", weekly_hours([(4, "18:00", "24:00"), (5, "00:00", "02:00")]))
    assert closes_at(at(2026, 3, 6, 20), night) == at(2026, 3, 7, 2)
    always = make_calendar("Asia/Shanghai", same_hours("00:00-24:00", range(7)))
    assert closes_at(at(2026, 3, 9, 20), always) == at(2026, 3, 17)
    assert not is_open(at(2026, 1, 1, 0), make_calendar("Asia/Shanghai", same_hours("09:00-18:00")))


def test_minutes_between_leave_out_nights_pauses_and_nothing_backwards():
    friday, monday = at(2026, 3, 6, 17), at(2026, 3, 9, 10)
    assert working_minutes_between(friday, monday, CHINA) == 120
    assert working_minutes_between(monday, friday, CHINA) == 0
    pause = Pause(at(2026, 3, 6, 17, 30), None, "waiting_customer")
    assert working_minutes_between(friday, monday, CHINA, [pause], as_of=at(2026, 3, 9, 9, 15)) == 75
    after = Pause(at(2026, 3, 9, 12), at(2026, 3, 9, 13))
    assert working_minutes_between(friday, monday, CHINA, [after]) == 120
    assert working_minutes_between(at(2025, 12, 31, 17), at(2026, 1, 4, 10), CHINA) == 120


# --- Dates ---


def test_rest_days_roll_as_far_as_the_rule_says():
    saturday, holiday, made_up = date(2026, 3, 7), date(2026, 2, 17), date(2026, 2, 14)
    assert roll_forward(saturday, CHINA) == date(2026, 3, 9)
    assert roll_forward(saturday, CHINA, Roll.HOLIDAYS) == saturday
    assert roll_forward(holiday, CHINA, Roll.HOLIDAYS) == date(2026, 2, 24)
    assert roll_forward(holiday, CHINA, Roll.NONE) == holiday
    assert roll_forward(made_up, CHINA) == made_up
    assert is_rest_day(saturday, CHINA)
    assert not is_rest_day(made_up, CHINA)


def test_working_days_are_added_after_the_day_itself():
    assert add_working_days(date(2026, 2, 13), 2, CHINA) == date(2026, 2, 24)
    assert add_working_days(date(2026, 2, 15), 0, CHINA) == date(2026, 2, 15)
    assert add_working_days(date(2024, 12, 31), 500, CHINA) == add_working_days(
        add_working_days(date(2024, 12, 31), 250, CHINA), 250, CHINA
    )
    assert working_days_between(date(2024, 12, 31), date(2026, 12, 31), CHINA) == 496


@pytest.mark.parametrize("budget", [working_days(1), working_days(0), working_minutes(1), days(1)], ids=str)
def test_a_calendar_with_nothing_to_give_says_so(budget):
    with pytest.raises(NeverOpen):
        deadline(at(2026, 3, 9, 9), budget, EMPTY)


def test_a_calendar_without_any_hours_never_opens_but_one_special_day_is_found():
    assert next_opening(at(2026, 3, 9, 9), EMPTY) is None
    with pytest.raises(NeverOpen):
        roll_forward(date(2026, 3, 9), EMPTY)
    once = make_calendar(
        "Asia/Shanghai",
        same_hours(""),
        [DayRow(date(2029, 5, 5), DayKind.HOURS, hours=spans_of("10:00-11:00"))],
    )
    assert next_opening(at(2026, 3, 9, 9), once) == at(2029, 5, 5, 10)
    told = deadline(at(2029, 5, 3, 9), working_minutes(30), once).steps
    assert [(s.name, s.amount) for s in told if s.code is StepCode.REST] == [("closed", 2)]


# --- Budgets, pauses, results ---


def test_impossible_budgets_and_pauses_are_refused():
    for wrong in (
        lambda: days(-1),
        lambda: Budget(0, Unit.DAYS, counts_first_day=True),
        lambda: Budget(1, Unit.MINUTES, counts_first_day=True),
        lambda: Pause(at(2026, 3, 2, 9), at(2026, 3, 1, 9)),
        lambda: Pause(datetime(2026, 3, 2, 9), None),  # noqa: DTZ001 - the point of the test
        lambda: deadline(datetime(2026, 3, 2, 9), days(1), CHINA),  # noqa: DTZ001 - the point of the test
        lambda: deadline(at(2026, 3, 2, 9), days(1), CHINA, [Pause(at(2026, 3, 2, 9), None)]),
    ):
        with pytest.raises(CalendarError):
            wrong()


def test_a_standing_pause_moves_the_end_with_every_day_and_says_that_it_stands():
    start, pause = at(2026, 3, 2, 9), Pause(at(2026, 3, 4, 9), None, "waiting_customer", "E-7")
    sooner = deadline(start, days(7), CHINA, [pause], as_of=at(2026, 3, 5, 9))
    later = deadline(start, days(7), CHINA, [pause], as_of=at(2026, 3, 6, 9))
    assert (sooner.last_day, later.last_day) == (date(2026, 3, 10), date(2026, 3, 11))
    assert sooner.standing
    assert StepCode.STANDING in [step.code for step in sooner.steps]
    before = deadline(start, days(7), CHINA, [pause], as_of=at(2026, 3, 3, 9))
    assert before.last_day == date(2026, 3, 9)
    missed = deadline(start, days(1), CHINA, [pause], as_of=at(2026, 3, 6, 9))
    assert (missed.last_day, missed.standing) == (date(2026, 3, 3), False)


def test_overlapping_pauses_count_once_and_keep_their_reasons():
    start = at(2026, 3, 2, 9)
    first = Pause(at(2026, 3, 3, 9), at(2026, 3, 6, 9), "waiting_customer", "E-1")
    second = Pause(at(2026, 3, 5, 9), at(2026, 3, 8, 9), "testing", "E-2")
    due = deadline(start, days(7, Roll.NONE), CHINA, [second, first])
    told = [(s.name, s.who, s.amount) for s in due.steps if s.code is StepCode.PAUSED]
    assert told == [("waiting_customer", "E-1", 3), ("testing", "E-2", 2)]
    assert due.last_day == date(2026, 3, 14)


def test_the_last_second_is_in_time_and_the_next_is_late():
    due = deadline(at(2026, 3, 2, 9), days(7), CHINA)
    assert due.due == at(2026, 3, 9, 23, 59, 59)
    assert not due.missed(at(2026, 3, 9, 23, 59, 59, 999_999))
    assert due.missed(at(2026, 3, 10))
    assert [days_left(due, at(2026, 3, day, 12), CHINA) for day in (2, 9, 10)] == [7, 0, -1]


def test_a_deadline_travels_as_json_with_its_working():
    due = deadline(at(2026, 12, 30, 9), working_days(3), CHINA)
    told = json.loads(json.dumps(due.plain()))
    assert (told["due"], told["unit"], told["provisional"]) == (
        "2027-01-05T23:59:59+08:00",
        "working_days",
        True,
    )
    assert [step["code"] for step in told["steps"]] == [step.code for step in due.steps]
    assert told["steps"][0]["begin"] == "2026-12-30T09:00:00+08:00"


# --- Reply clocks ---


def test_every_clock_has_a_source_and_a_mark_and_no_law_is_only_remembered():
    for clock in CLOCKS:
        assert clock.source
        assert not clock.binding or clock.confidence in {Confidence.VERIFIED, Confidence.SECONDARY}


def test_the_reply_clocks_of_one_complaint():
    received, clocks = at(2026, 9, 24, 16), clocks_on(date(2026, 9, 24))
    due = {name: deadline(received, clock.budget, CHINA).due for name, clock in clocks.items()}
    assert due == {
        "acknowledge": received,
        "first_answer": at(2026, 9, 28, 18),
        "decision": at(2026, 10, 1, 23, 59, 59),
        "outer_limit": at(2026, 10, 9, 23, 59, 59),
        "authority_acceptance": at(2026, 10, 12, 23, 59, 59),
        "authority_mediation": at(2026, 11, 23, 23, 59, 59),
        "late_first_answer": at(2026, 9, 28, 18),
        "late_decision": at(2026, 9, 29, 18),
    }


def test_mediation_is_counted_by_the_order_in_force_when_the_complaint_came():
    old, new = clocks_on(date(2026, 4, 14)), clocks_on(date(2026, 4, 15))
    assert old["authority_mediation"].budget == working_days(45)
    assert new["authority_mediation"].budget == days(60, Roll.NONE)
    assert "authority_mediation" not in clocks_on(date(2019, 12, 31))


# --- Words ---


def test_a_deadline_explains_itself_in_chinese_and_english():
    labels = {"waiting_customer": "等客户补材料"}
    pause = Pause(at(2026, 2, 12, 9), at(2026, 2, 13, 9), "waiting_customer", "E-1")
    due = deadline(at(2026, 2, 11, 10), days(7), CHINA, [pause])
    assert explain(due, "zh-hans", labels) == [
        "期限：7天。",
        "2026年2月11日（周三）10:00开始计时。",
        "2026年2月11日（周三）当天不算，从第二天算起。",
        "2026年2月12日（周四）：暂停计时，1天不算（等客户补材料，E-1）。",
        "2026年2月13日（周五）至2026年2月19日（周四）：计7天。",
        "最后一天2026年2月19日（周四）赶上春节，顺延到2026年2月24日（周二）。",
        "截止：2026年2月24日（周二）24:00。",
    ]
    assert explain(due, "en")[-4:] == [
        "Thu 12 Feb 2026: clock stopped, 1 day left out (waiting_customer, E-1).",
        "Fri 13 Feb 2026 to Thu 19 Feb 2026: 7 days counted.",
        "Thu 19 Feb 2026 is a rest day (Spring Festival): the end moves to Tue 24 Feb 2026.",
        "Due: Tue 24 Feb 2026, 24:00.",
    ]


@pytest.mark.parametrize(
    ("budget", "chinese", "english"),
    [
        (minutes(0), "期限：立即。", "Time allowed: at once."),
        (minutes(90), "期限：1小时30分钟。", "Time allowed: 1 h 30 min."),
        (working_hours(2), "期限：营业时间2小时。", "Time allowed: 2 h of opening time."),
        (working_days(1), "期限：1个工作日。", "Time allowed: 1 working day."),
        (months(12), "期限：12个月。", "Time allowed: 12 months."),
    ],
)
def test_a_budget_is_told_in_its_own_unit(budget, chinese, english):
    due = deadline(at(2026, 3, 9, 10), budget, CHINA)
    assert (explain(due, "zh")[0], explain(due, "en")[0]) == (chinese, english)


def test_a_name_nobody_translated_is_told_as_it_was_imported():
    step = Step(StepCode.REST, date(2027, 3, 1), date(2027, 3, 2), 2, "店庆")
    assert sentence(step, "zh") == "2027年3月1日（周一）至2027年3月2日（周二）：店庆放假，2天不算。"
    assert sentence(step, "en") == "Mon 1 Mar 2027 to Tue 2 Mar 2027: 店庆, not counted."
    empty = Step(
        StepCode.OPEN, date(2027, 3, 1), date(2027, 3, 1), 0, begin=at(2027, 3, 1), end=at(2027, 3, 1)
    )
    assert sentence(empty, "zh") == "2027年3月1日（周一）00:00至00:00：营业，计0分钟。"
    assert sentence(empty, "en") == "Mon 1 Mar 2027 00:00 to 00:00: open, 0 min counted."
    with pytest.raises(ValueError, match="moments"):
        sentence(Step(StepCode.DUE, date(2027, 3, 1), date(2027, 3, 1)), "zh")


def test_every_code_has_words_in_both_languages():
    moment = at(2026, 3, 9, 10)
    for code in StepCode:
        step = Step(code, moment.date(), moment.date(), 1, begin=moment, end=moment + timedelta(days=1))
        assert sentence(step, "zh") != sentence(step, "en")
