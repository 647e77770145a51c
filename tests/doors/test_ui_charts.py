"""Charts start at zero, name themselves, escape their labels and carry their table."""

import re

import pytest
from django.utils import translation

from sanbao.doors.ui import charts
from sanbao.doors.ui.charts import Bar, Share

EVIL = '<a onload="x">&'
ROWS = [Bar(EVIL, 10, 8, 12, 400, '/x?a="1"'), Bar("b", 20, 18, 24, 12), Bar("c", 0)]
SHARES = [Share(EVIL, ((EVIL, 0.5), ("b", 0.3), ("c", 0.2)), 90)]


def all_charts(rows, shares, heat):
    return {
        "hbars": charts.hbars(EVIL, rows, about=EVIL),
        "bars": charts.bars(EVIL, rows, about=EVIL),
        "line": charts.line(EVIL, rows, about=EVIL),
        "heat": charts.heat(EVIL, [EVIL, "b"], heat, about=EVIL),
        "shares": charts.shares(EVIL, shares, about=EVIL),
    }


@pytest.mark.parametrize("kind", ["hbars", "bars", "line", "heat", "shares"])
def test_a_chart_escapes_names_itself_and_carries_its_table(kind):
    drawn = str(all_charts(ROWS, SHARES, [(EVIL, (1, 2)), ("d", (3, 0))])[kind])
    assert "<a onload" not in drawn
    assert 'a="1"' not in drawn
    mark = re.search(r'aria-labelledby="(\w+)"', drawn)[1]
    assert f'<title id="{mark}">&lt;a onload' in drawn
    assert f'aria-describedby="d{mark[1:]}"' in drawn
    assert "<details" in drawn
    assert "<script" not in drawn
    assert "style=" not in drawn


@pytest.mark.parametrize("kind", ["hbars", "bars", "line", "heat", "shares"])
def test_a_chart_of_nothing_is_still_a_chart(kind):
    assert "<svg" in all_charts([], [], [])[kind]


def test_bars_start_at_zero_and_stand_in_proportion():
    widths = [
        float(w)
        for w in re.findall(r'class="fill \w*" x="0" y="\d+" width="([\d.]+)%"', charts.hbars("t", ROWS))
    ]
    assert widths == [pytest.approx(10 / 24 * 100, abs=0.01), pytest.approx(20 / 24 * 100, abs=0.01), 0]


def test_a_bar_with_few_cases_is_grey_and_one_with_enough_is_not():
    few, enough = charts.hbars("t", [Bar("b", 1, n=29)]), charts.hbars("t", [Bar("b", 1, n=30)])
    assert 'class="fill muted"' in few
    assert 'class="fill muted"' not in enough


def test_whiskers_show_the_interval():
    drawn = charts.hbars("t", [Bar("b", 50, 40, 100, 99)])
    assert 'x1="40.00%" x2="100.00%"' in drawn


def test_a_chart_with_links_is_a_group_and_one_without_is_a_picture():
    assert 'role="group"' in charts.hbars("t", [Bar("b", 1, href="/x")])
    assert 'role="img"' in charts.hbars("t", [Bar("b", 1)])


def test_many_bars_thin_out_their_words():
    drawn = charts.bars("t", [Bar(str(n), n) for n in range(36)])
    assert drawn.count('class="fill') == 36
    assert drawn.count('class="value"') == 12


def test_shares_hold_at_most_five_parts():
    with pytest.raises(ValueError, match="five"):
        charts.shares("t", [Share("a", tuple((str(n), 1 / 6) for n in range(6)))])


def test_a_small_share_has_no_word_in_its_bar_but_stands_in_the_table():
    drawn = charts.shares("t", [Share("a", (("big", 0.95), ("small", 0.05)))])
    assert drawn.count("on-share") == 1
    assert "<td>5%</td>" in drawn


def test_a_long_name_is_cut_in_the_picture_and_whole_in_its_title_and_table():
    name = "上海静安大悦城授权服务中心北座地下二层电梯口旁边第三家"
    for drawn in (
        charts.hbars("t", [Bar(name, 1)]),
        charts.heat("t", ["a"], [(name, (1,))]),
        charts.shares("t", [Share(name, (("a", 1.0),))]),
        charts.bars("t", [Bar(name, 1), *(Bar(str(n), 1) for n in range(5))]),
    ):
        assert f"…<title>{name}</title>" in drawn
        assert f"<td>{name}</td>" in drawn
    assert ">RO-1<" in charts.hbars("t", [Bar("RO-1", 1)])


def test_two_charts_on_one_page_do_not_share_an_id():
    first, second = charts.bars("t", ROWS), charts.bars("t", ROWS[:2])
    assert re.search(r'<title id="(\w+)"', first)[1] != re.search(r'<title id="(\w+)"', second)[1]


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "看表格"), ("en", "Show as table")])
def test_the_table_is_named_in_the_reader_s_language(language, word):
    with translation.override(language):
        assert word in charts.bars("t", ROWS)


@pytest.mark.parametrize("values", [[], [3], [0, 0], [1, 5, 2]])
def test_a_sparkline_is_spoken_with_its_first_and_last_value(values):
    drawn = charts.sparkline(values, label="n")
    assert "<svg" in drawn
    if values:
        assert f'aria-label="n: {values[0]} → {values[-1]}"' in drawn
