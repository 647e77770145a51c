"""Money, days and counts are said as each language says them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import engines
from django.utils import translation

from sanbao.doors.ui import formats

SUNDAY = date(2026, 11, 22)
LATE = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # already Monday in the outlets


@pytest.mark.parametrize(
    ("cents", "currency", "said"),
    [
        (155000, "CNY", "¥1,550.00"),
        (0, "CNY", "¥0.00"),
        (5, "CNY", "¥0.05"),
        (-1500, "CNY", "−¥15.00"),
        (123, "EUR", "€1.23"),
        (1500, "JPY", "JPY 1,500"),
        (100, "CHF", "CHF 1.00"),
    ],
)
def test_money_is_said_with_its_sign_and_two_digits(cents, currency, said):
    assert formats.money(cents, currency) == said


@pytest.mark.parametrize(
    ("language", "day", "short", "moment", "brief"),
    [
        (
            "zh-hans",
            "2026年11月22日（周日）",
            "11月22日（周日）",
            "2026年11月23日（周一）00:30",
            "11月23日 00:30",
        ),
        ("en", "Sun 22 Nov 2026", "Sun 22 Nov", "Mon 23 Nov 2026, 00:30", "23 Nov 00:30"),
    ],
)
def test_days_and_moments_are_said_in_outlet_time(language, day, short, moment, brief):
    with translation.override(language):
        assert formats.day(SUNDAY) == day
        assert formats.day(SUNDAY, short=True) == short
        assert formats.moment(LATE) == moment
        assert formats.moment(LATE, short=True) == brief
        assert formats.day(LATE) == moment[: len(formats.day(LATE))]


def test_a_moment_can_be_said_in_another_zone_and_a_naive_one_is_utc():
    with translation.override("en"):
        assert formats.moment(LATE, zone="Asia/Kolkata", short=True) == "22 Nov 22:00"
        assert formats.clock(LATE.replace(tzinfo=None)) == "00:30"
    assert formats.machine(LATE) == "2026-11-23T00:30+08:00"
    assert formats.machine(SUNDAY) == "2026-11-22"


@pytest.mark.parametrize(
    ("gap", "zh", "en"),
    [
        (timedelta(seconds=20), "刚刚", "just now"),
        (timedelta(minutes=1), "1 分钟前", "1 minute ago"),
        (timedelta(hours=3, minutes=50), "3 小时前", "3 hours ago"),
        (timedelta(hours=47), "47 小时前", "47 hours ago"),
        (timedelta(days=2), "2 天前", "2 days ago"),
        (-timedelta(minutes=5), "5 分钟后", "in 5 minutes"),
    ],
)
def test_how_long_ago_is_said_in_its_largest_unit(gap, zh, en):
    for language, said in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            assert formats.since(LATE - gap, LATE) == said


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13800005678", "138****5678"),
        ("+86 138 0000 5678", "+86 138****5678"),
        ("8613800005678", "861****5678"),
        ("02112", "*****"),
        ("", "****"),
    ],
)
def test_the_middle_of_a_phone_number_is_hidden(phone, shown):
    assert formats.masked_phone(phone) == shown


def test_shares_and_numbers_use_a_true_minus_and_set_thousands_apart():
    assert formats.percent(0.873) == "87%"
    assert formats.percent(-0.0125, 1) == "−1.2%"
    assert formats.number(1234567.891, 1) == "1,234,567.9"


def test_a_filter_of_a_constant_follows_the_reader_and_not_the_first_reader():
    page = engines["jinja2"].from_string("{{ 172800|span }}")
    said = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said.append(page.render())
    assert said == ["2 天", "2 days"]
