"""Maps, small multiples and single bars: escaped, on one scale, with their table."""

import re

from sanbao.doors.ui import maps

EVIL = '<a onload="x">&'


def heat(rows=2, columns=3):
    cells = tuple(maps.HeatCell(10 * at if at else None, EVIL, f'/x?a="{at}"') for at in range(columns))
    return str(
        maps.heat_map(
            EVIL, [EVIL] * columns, [maps.HeatRow(EVIL, "/r", cells) for _ in range(rows)], about=EVIL
        )
    )


def test_a_map_escapes_what_it_is_given():
    drawn = heat()
    assert "<a onload" not in drawn
    assert 'a="1"' not in drawn
    assert "style=" not in drawn
    assert "<details" in drawn


def test_one_cell_of_a_row_is_a_stop_and_all_have_a_place():
    drawn = heat(rows=3, columns=4)
    cells = re.findall(r'data-cell="(\d),(\d)"( tabindex="-1")?', drawn)
    assert len(cells) == 12
    assert [(row, column) for row, column, skipped in cells if not skipped] == [
        ("0", "0"),
        ("1", "0"),
        ("2", "0"),
    ]


def test_a_cell_with_too_little_shows_a_dot_and_no_depth():
    drawn = heat(rows=1)
    assert 'class="heat none"' in drawn
    assert ">·<" in drawn
    assert 'class="heat h4"' in drawn


def test_a_map_of_nothing_is_still_a_map():
    assert "<svg" in maps.heat_map("t", [], [])


def small(high):
    return maps.Small(
        EVIL, "1%", (maps.Point(0.1, 0.05, high, 9), maps.Point(0, 0, 1, 0)), EVIL, "/x", "bad", (1,)
    )


def test_small_lines_share_one_scale_and_leave_gaps():
    drawn = str(maps.small_multiples(EVIL, [small(0.2), small(0.4)]))
    assert "<a onload" not in drawn
    tops = re.findall(r'class="band" points="0.00,([\d.]+)', drawn)
    assert float(tops[0]) - float(tops[1]) == 48.0
    assert 'class="turn" x1="100.00%"' in drawn
    assert len(re.findall(r'class="line" points="0.00,[\d.]+"', drawn)) == 2


def test_a_single_bar_starts_at_zero_and_ends_within_its_row():
    drawn = str(maps.single_bar(0.2, 0.1, 0.9, 0.4, "good"))
    assert 'class="fill good" width="50.00%"' in drawn
    assert 'x1="25.00%" x2="100.00%"' in drawn
    assert "0.00%" in maps.single_bar(0, 0, 0, 0, "muted")
