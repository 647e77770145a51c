"""Files as they come: every kind, every encoding, and what is wrong with a row costs that row alone."""

import codecs
import json

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sanbao.rooms.feedback.adapters import tables
from sanbao.rooms.feedback.adapters.columns import choose
from sanbao.rooms.feedback.adapters.rejects import harmless, write_rejects
from sanbao.rooms.feedback.errors import FileTooLarge, NoSuchColumn, NoTextColumn, UnknownFormat
from sanbao.rooms.feedback.rules import Fault
from sanbao.rooms.feedback.tests.factories import as_csv, file

HEAD = ["评论", "评分"]
LINES = [HEAD, ["修得很快", "5"], ["镕𠮷😀也在", "1"], ["等了,三天\n还没好", "2"]]


@pytest.mark.parametrize(
    ("encoding", "mark", "found"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", codecs.BOM_UTF8, "utf-8-sig"),
        ("gb18030", b"", "gb18030"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16"),
    ],
)
def test_the_encoding_is_found_and_every_character_survives(tmp_path, encoding, mark, found):
    table = tables.open_table(file(tmp_path, mark + as_csv(LINES, encoding)))
    assert (table.kind, table.encoding, table.columns) == ("csv", found, ("评论", "评分"))
    assert [cells for _number, cells in table.rows()] == LINES[1:]


def test_a_stray_byte_in_utf_8_does_not_turn_the_file_into_gbk(tmp_path):
    content = as_csv([HEAD, *[["修得很快", "5"]] * 20]) + b"caf\xe9,5\r\n"
    table = tables.open_table(file(tmp_path, content))
    assert table.encoding == "utf-8"
    assert "\udce9" in list(table.rows())[-1][1][0]


def test_a_stray_byte_in_gbk_costs_one_line(tmp_path):
    content = as_csv([HEAD, *[["修得很快", "5"]] * 20], "gbk") + b"\xff\xff,5\r\n"
    table = tables.open_table(file(tmp_path, content))
    assert table.encoding == "gb18030"
    assert [cells[0] for _number, cells in table.rows()][:20] == ["修得很快"] * 20


def test_ragged_rows_and_broken_quotes_cost_their_own_line(tmp_path):
    content = 'text,stars\n一,1\n二\n三,3,多\n"四,4\n五,5\n"六"x,6\n七,7\n'.encode()
    read = list(tables.open_table(file(tmp_path, content)).rows())
    assert [row.code if isinstance(row, Fault) else row[1][0] for row in read] == [
        "一",
        "ragged",
        "ragged",
        "quotes",
        "五",
        "quotes",
        "七",
    ]
    assert [row.row if isinstance(row, Fault) else row[0] for row in read] == [2, 3, 4, 5, 6, 7, 8]


def test_an_open_quote_does_not_swallow_a_long_file(tmp_path):
    content = ("text,stars\n" + '"open,1\n' + "一,1\n" * 1500).encode()
    read = list(tables.open_table(file(tmp_path, content)).rows())
    assert len(read) == 1501
    assert [row.code for row in read if isinstance(row, Fault)] == ["quotes"]


def test_json_lines_keep_what_fits_and_name_what_does_not(tmp_path):
    content = "\n".join(
        [json.dumps({"text": "好", "stars": 5}), "{broken", "", '["list"]', '{"text": null}']
    ).encode()
    table = tables.open_table(file(tmp_path, content, "a.txt"))
    assert (table.kind, table.columns) == ("jsonl", ("text", "stars"))
    read = list(table.rows())
    assert read[0] == (1, ["好", "5"])
    assert [(row.row, row.code) for row in read if isinstance(row, Fault)] == [(2, "json"), (4, "json")]
    assert read[-1] == (5, ["", ""])


def test_parquet_cells_become_the_words_a_person_would_see(tmp_path):
    path = tmp_path / "a.bin"
    pq.write_table(pa.table({"text": ["好", None], "stars": [5.0, None]}), path)
    table = tables.open_table(path)
    assert table.kind == "parquet"
    assert [cells for _number, cells in table.rows()] == [["好", "5"], ["", ""]]


def test_formulas_of_a_workbook_stay_text(tmp_path):
    book = openpyxl.Workbook()
    for line in (["text", "stars"], ["=1+1", 5], ["好", 4.0], ["长", 1, "多"]):
        book.active.append(line)
    path = tmp_path / "a.xlsx"
    book.save(path)
    table = tables.open_table(path)
    read = list(table.rows())
    assert (table.kind, table.columns) == ("excel", ("text", "stars"))
    assert [row[1] for row in read[:2]] == [["=1+1", "5"], ["好", "4"]]
    assert (read[2].row, read[2].code) == (4, "ragged")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  \n",
        b"\x89PNG\r\n\x1a\n....",
        b"PAR1 and nothing else",
        b"PK\x03\x04 broken",
        b"[1, 2]",
        b"\xff\xff\xff\n" * 9,
    ],
)
def test_what_is_no_table_is_refused_by_content(tmp_path, content):
    with pytest.raises(UnknownFormat) as refused:
        tables.open_table(file(tmp_path, content))
    assert refused.value.field == "file"
    assert refused.value.remedy


def test_the_limit_is_named_in_the_refusal(tmp_path):
    path = tmp_path / "big.csv"
    with path.open("wb") as out:
        out.truncate(201 * 1024 * 1024)
    with pytest.raises(FileTooLarge) as refused:
        tables.open_table(path)
    assert "200" in str(refused.value)


def test_columns_are_guessed_by_name_and_dropped_where_the_values_do_not_fit(tmp_path):
    lines = [["评论", "score", "日期"], *[["好", "5?", "2026-03-01"]] * 3, ["坏", "1", "2026/3/2"]]
    choice = choose(tables.open_table(file(tmp_path, as_csv(lines))), {})
    assert choice.columns == {"text": "评论", "said_on": "日期"}
    assert choice.left_out == {"stars": "score"}
    assert choice.rows == 4
    given = choose(tables.open_table(file(tmp_path, as_csv(lines))), {"stars": "score"})
    assert given.columns["stars"] == "score"


def test_a_mapping_that_names_nothing_is_refused_with_the_columns_there_are(tmp_path):
    table = tables.open_table(file(tmp_path, as_csv([["a", "b"], ["1", "2"]])))
    with pytest.raises(NoTextColumn):
        choose(table, {})
    with pytest.raises(NoSuchColumn) as refused:
        choose(table, {"text": "c"})
    assert "a, b" in str(refused.value)


def test_refused_rows_are_written_so_that_no_spreadsheet_runs_them(tmp_path):
    path = tmp_path / "errors.csv"
    assert write_rejects(path, [Fault(7, "stars", "stars", "=cmd()")]) == 1
    assert "'=cmd()" in path.read_text("utf-8-sig")
    assert harmless("@x") == "'@x"
    assert harmless("x") == "x"
