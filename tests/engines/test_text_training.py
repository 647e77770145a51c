"""What cannot be learnt from is refused before anything is written."""

import json

import pytest
from click.testing import CliRunner

from sanbao.doors.cli.train import train

pytest.importorskip("sklearn")


def _row(number, **changes):
    row = {"id": f"t{number}", "text": "修得很慢", "aspects": [["TT", -1, "修得很慢"]]}
    return row | {"demands": [], "flags": [], "overall": -1} | changes


def _refusal(path, rows, capfd, *verb):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    out = path.parent / "weights"
    result = CliRunner().invoke(train, [*verb, "--labels", str(path), "--out", str(out)])
    assert result.exit_code != 0
    assert not out.exists()
    return capfd.readouterr().err


def test_five_texts_are_too_few_and_the_refusal_says_how_many_are_needed(tmp_path, capfd):
    said = _refusal(tmp_path / "few.jsonl", [_row(number) for number in range(5)], capfd, "fit")
    assert "at least 200" in said
    assert "holds 5" in said


def test_unknown_codes_and_broken_rows_are_named_by_row_number(tmp_path, capfd):
    rows = [_row(1), _row(2, aspects=[["ZZ", -1, "修"]]), _row(3, demands=["money"]), {"id": "t4"}]
    said = _refusal(tmp_path / "odd.jsonl", rows, capfd, "fit")
    assert all(part in said for part in ("row 2", "ZZ", "row 3", "money", "row 4"))
    assert "row 1" not in said
