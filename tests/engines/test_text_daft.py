"""A cluster gives the lines that this machine alone gives, in their order."""

import importlib.util
import json

import pytest
from click.testing import CliRunner

from sanbao.doors.cli.analyse import analyse

_TEXTS = ["客服态度恶劣，电话没人接！", "", "👍", "送修半个月了还没修好，我要求退款", "Nobody called me back"]


@pytest.fixture
def reviews(tmp_path):
    path = tmp_path / "reviews.jsonl"
    rows = [{"id": number, "text": _TEXTS[number % len(_TEXTS)]} for number in range(23)]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def _run(reviews, out, engine):
    names = [str(reviews), "--text-column", "text", "--out", str(out), "--engine", engine, "--plain"]
    return CliRunner().invoke(analyse, names)


def test_without_daft_it_is_said_how_to_get_it(reviews, tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    result = _run(reviews, tmp_path / "out.jsonl", "daft")
    assert result.exit_code == 1
    assert "sanbao[daft]" in result.output
    assert not (tmp_path / "out.jsonl").exists()


def test_a_cluster_gives_the_same_lines(reviews, tmp_path):
    pytest.importorskip("daft")
    assert _run(reviews, tmp_path / "daft.jsonl", "daft").exit_code == 0
    assert _run(reviews, tmp_path / "own.jsonl", "own").exit_code == 0
    assert (tmp_path / "daft.jsonl").read_bytes() == (tmp_path / "own.jsonl").read_bytes()
