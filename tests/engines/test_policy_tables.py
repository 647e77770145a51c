"""Tables of cases: read, answered, written; a bad row is reported and stops nothing."""

import csv
from datetime import date

import pyarrow as pa
import pytest
from click.testing import CliRunner
from pyarrow import parquet

from sanbao.doors.cli.rights import rights
from sanbao.rooms.repairs.adapters.cases import ANSWERS, judge
from sanbao.rooms.repairs.adapters.tables import NotATable, answer_table

HEADINGS = [
    "id",
    "jurisdiction",
    "packs",
    "product_class",
    "part",
    "purchased_on",
    "delivered_on",
    "fault_on",
]
GOOD = ["A1", "CN", "statutory", "phone", "main", "2025-06-10", "2025-06-10", "2025-06-17"]
LATE = ["A2", "CN", "statutory+brand", "phone", "battery", "2025-06-10", "2025-06-10", "2026-02-25"]
BROKEN = ["A3", "CN", "statutory", "phone", "main", "10/06/2025", "2025-06-10", "2025-06-17"]
ABSURD = ["A4", "CN", "statutory", "phone", "main", "2025-06-10", "2025-06-10", "2025-06-01"]
ELSEWHERE = ["A5", "JP", "statutory", "phone", "main", "2025-06-10", "2025-06-10", "2025-06-17"]
STACKED = ["A6", "CN", "statutory+wishes", "phone", "main", "2025-06-10", "2025-06-10", "2025-06-17"]
SHORT = ["A7", "CN"]


def write(path, *rows, headings=HEADINGS):
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        csv.writer(lines).writerows([headings, *rows])
    return path


def read(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def run(source, target, *more):
    return CliRunner().invoke(rights, [str(source), "--out", str(target), "--today", "2026-11-22", *more])


def test_answers_come_after_the_columns_of_the_file_and_rows_keep_their_order(tmp_path):
    headings = [*HEADINGS, "shelf"]
    source = write(tmp_path / "in.csv", [*LATE, "B"], [*GOOD, "A"], headings=headings)
    assert run(source, tmp_path / "out.csv").exit_code == 0
    rows = read(tmp_path / "out.csv")
    assert list(rows[0]) == [*headings, *ANSWERS]
    assert [row["id"] + row["shelf"] for row in rows] == ["A2B", "A1A"]
    assert (rows[0]["remedies"], rows[0]["days_left"]) == ("exchange", "105")
    assert (rows[1]["remedies"], rows[1]["refund_share"], rows[1]["disputed"]) == (
        "repair;exchange;refund",
        "1.00",
        "yes",
    )


def test_bad_rows_are_reported_and_do_not_stop_the_file(tmp_path):
    source = write(tmp_path / "in.csv", BROKEN, ABSURD, ELSEWHERE, STACKED, SHORT, GOOD)
    result = run(source, tmp_path / "out.csv")
    assert result.exit_code == 0
    rows = read(tmp_path / "out.csv")
    assert [row["remedies"] for row in rows] == ["", "", "", "", "", "repair;exchange;refund"]
    for number, said in enumerate(
        ["purchased_on", "before the purchase", "no pack", "packs", "2 cells"], start=1
    ):
        assert f"row {number}: " in result.stderr
        assert said in result.stderr.splitlines()[number - 1]
        assert f"A{number + 2}: " in result.stderr.splitlines()[number - 1]
    assert rows[1]["explanation_zh"].endswith("故障日期早于购买日期。")


def test_strict_ends_with_status_3_after_writing_everything(tmp_path):
    source = write(tmp_path / "in.csv", ABSURD, GOOD)
    assert run(source, tmp_path / "out.csv", "--strict").exit_code == 3
    assert len(read(tmp_path / "out.csv")) == 2


def test_a_purchase_after_today_is_refused(tmp_path):
    source = write(tmp_path / "in.csv", [*GOOD[:5], "2027-01-05", "2027-01-05", "2027-01-09"])
    assert "lies in the future" in run(source, tmp_path / "out.csv").stderr


def test_a_second_run_replaces_the_answers_of_the_first(tmp_path):
    source = write(tmp_path / "in.csv", GOOD)
    run(source, tmp_path / "once.csv")
    run(tmp_path / "once.csv", tmp_path / "twice.csv")
    assert (tmp_path / "once.csv").read_text() == (tmp_path / "twice.csv").read_text()


def test_typed_parquet_keeps_its_types_and_gives_the_same_answers(tmp_path):
    source = write(tmp_path / "in.csv", GOOD, LATE)
    run(source, tmp_path / "out.csv")
    columns = {name: [row[place] for row in (GOOD, LATE)] for place, name in enumerate(HEADINGS)}
    for name in ("purchased_on", "delivered_on", "fault_on"):
        columns[name] = pa.array([date.fromisoformat(day) for day in columns[name]], pa.date32())
    columns["in_repair"] = pa.array([False, None])
    columns["failed_repairs"] = pa.array([0, 0], pa.int16())
    parquet.write_table(pa.table(columns), tmp_path / "in.parquet")
    assert run(tmp_path / "in.parquet", tmp_path / "out.parquet").exit_code == 0
    table = parquet.read_table(tmp_path / "out.parquet")
    assert table.schema.field("purchased_on").type == pa.date32()
    assert table.column_names[-len(ANSWERS) :] == list(ANSWERS)
    expected = read(tmp_path / "out.csv")
    for name in ANSWERS:
        assert table.column(name).to_pylist() == [row[name] for row in expected]


def test_a_file_as_chinese_spreadsheets_save_it_is_read(tmp_path):
    text = ",".join([*HEADINGS, "备注"]) + "\n" + ",".join([*GOOD, "朝阳店"]) + "\n"
    (tmp_path / "in.csv").write_bytes(text.encode("gb18030"))
    assert run(tmp_path / "in.csv", tmp_path / "out.csv").exit_code == 0
    assert read(tmp_path / "out.csv")[0]["备注"] == "朝阳店"


def test_csv_to_arrow_and_back(tmp_path):
    source = write(tmp_path / "in.csv", GOOD, ABSURD)
    run(source, tmp_path / "a.arrow")
    run(tmp_path / "a.arrow", tmp_path / "b.csv")
    run(source, tmp_path / "c.csv")
    assert (tmp_path / "b.csv").read_text() == (tmp_path / "c.csv").read_text()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"id,part\n1,main\n", "no column fault_on"),
        (b"fault_on,a,a\n", "two columns"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_what_is_no_table_is_refused_and_nothing_is_written(tmp_path, content, said):
    (tmp_path / "in.csv").write_bytes(content)
    with pytest.raises(NotATable, match=said):
        answer_table(tmp_path / "in.csv", tmp_path / "out.csv", judge)
    assert run(tmp_path / "in.csv", tmp_path / "out.csv").exit_code == 1
    assert not (tmp_path / "out.csv").exists()


def test_a_broken_parquet_file_is_refused(tmp_path):
    (tmp_path / "in.parquet").write_bytes(b"no parquet")
    result = run(tmp_path / "in.parquet", tmp_path / "out.csv")
    assert (result.exit_code, "cannot be read" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("cell", "name"), [("perhaps", "in_repair"), ("1.5", "repair_days"), ("many", "failed_repairs")]
)
def test_a_cell_that_cannot_be_read_is_named(cell, name):
    row = {**dict(zip(HEADINGS, GOOD, strict=True)), name: cell}
    assert f"{name} = {cell!r}" in judge(row).error


def test_chinese_yes_and_no_are_understood():
    row = {**dict(zip(HEADINGS, GOOD, strict=True)), "documents_match_device": "否"}
    assert judge(row).columns["remedies"] == "none"


OWN = """
[pack]
name = "brand-xiaomi-cn"
title_zh = "自家承诺"
title_en = "Own promise"
jurisdiction = "CN"
family = "brand"
version = "2"

[[rule]]
id = "OWN-BATTERY"
kind = "period"
valid_from = 2020-01-01
mark = "V"
source = "own"
parts = ["battery"]
months = 24
gives = ["exchange"]
payer = "brand"
zh = "电池两年。"
en = "Two years for the battery."
"""


def test_own_packs_replace_the_shipped_ones(tmp_path):
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "own.toml").write_text(OWN, encoding="utf-8")
    source = write(tmp_path / "in.csv", LATE)
    assert run(source, tmp_path / "out.csv", "--packs", str(tmp_path / "packs")).exit_code == 0
    row = read(tmp_path / "out.csv")[0]
    assert (row["days_left"], "OWN-BATTERY" in row["rules"], "示例" in row["explanation_zh"]) == (
        "470",
        True,
        False,
    )


def test_a_pack_with_a_slip_in_it_stops_the_command_before_anything_is_written(tmp_path):
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "own.toml").write_text(OWN.replace("months", "weeks"), encoding="utf-8")
    source = write(tmp_path / "in.csv", LATE)
    result = run(source, tmp_path / "out.csv", "--packs", str(tmp_path / "packs"))
    assert (result.exit_code, "own.toml" in result.stderr) == (1, True)
    assert not (tmp_path / "out.csv").exists()


def test_a_place_that_cannot_be_written_is_said_plainly(tmp_path):
    source = write(tmp_path / "in.csv", GOOD)
    result = run(source, tmp_path / "nowhere" / "out.csv")
    assert (result.exit_code, "Traceback" in result.output) == (1, False)
