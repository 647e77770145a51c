"""``sanbao analyse`` gives one line for every text, whatever happens in between."""

import json
from itertools import islice

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from sanbao.doors.cli import analyse as module
from sanbao.doors.cli import train as training
from sanbao.doors.cli.analyse import analyse

_TEXTS = [
    "客服态度恶劣，电话没人接！",
    "",
    "👍",
    "送修半个月了还没修好，我要求退款",
    "Nobody called me back",
    "師傅很有耐心",
]


def _run(*arguments):
    return CliRunner().invoke(analyse, [str(argument) for argument in arguments])


def _lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def reviews(tmp_path):
    path = tmp_path / "reviews.jsonl"
    rows = [{"id": f"r{number}", "评论": text} for number, text in enumerate(_TEXTS)]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def test_every_text_has_its_line_in_the_order_of_the_input(reviews, tmp_path):
    out = tmp_path / "out.jsonl"
    assert _run(reviews, "--text-column", "评论", "--out", out, "--processes", 1).exit_code == 0
    found = _lines(out)
    assert [row["id"] for row in found] == [f"r{number}" for number in range(len(_TEXTS))]
    assert set(found[0]) == {"id", "sentiment", "overall", "aspects", "demands", "flags", "cluster"}
    for row, text in zip(found, _TEXTS, strict=True):
        assert all(span in text and span for _, _, span, _ in row["aspects"])
    assert {"AT", "CO"} <= {code for code, *_ in found[0]["aspects"]}
    assert "refund" in found[3]["demands"]
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_whole_numbers_stay_whole_numbers_and_a_file_without_ids_gets_none(tmp_path):
    numbered, bare, out = tmp_path / "n.jsonl", tmp_path / "b.csv", tmp_path / "out.jsonl"
    numbered.write_text('{"id": 7, "text": "很好"}\n{"id": 8, "text": "很差"}\n', "utf-8")
    bare.write_text("text\n很好\n很差\n", "utf-8")
    _run(numbered, "--text-column", "text", "--out", out)
    assert [row["id"] for row in _lines(out)] == [7, 8]
    _run(bare, "--text-column", "text", "--out", out)
    assert all("id" not in row for row in _lines(out))


def test_an_interrupted_run_goes_on_where_it_stopped_and_ends_the_same(reviews, tmp_path, monkeypatch):
    whole, broken = tmp_path / "whole.jsonl", tmp_path / "broken.jsonl"
    options = ("--text-column", "评论", "--processes", 1)
    _run(reviews, *options, "--out", whole)
    real = module._lines

    def stops(*arguments, **named):
        yield from islice(real(*arguments, **named), 2)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_lines", stops)
    assert _run(reviews, *options, "--out", broken).exit_code != 0
    assert not broken.exists()
    draft = broken.with_name("broken.jsonl.part")
    with draft.open("a", encoding="utf-8") as file:
        file.write('{"half a li')
    begun = []

    def watched(rows, copies, done, *arguments, **named):
        begun.append(done)
        return real(rows, copies, done, *arguments, **named)

    monkeypatch.setattr(module, "_lines", watched)
    assert _run(reviews, *options, "--out", broken).exit_code == 0
    assert begun == [2]
    assert broken.read_bytes() == whole.read_bytes()


def test_a_draft_of_another_file_is_not_continued(reviews, tmp_path):
    out = tmp_path / "out.jsonl"
    out.with_name("out.jsonl.part").write_text('{"id": "old"}\n', "utf-8")
    out.with_name("out.jsonl.part.json").write_text("{}", "utf-8")
    _run(reviews, "--text-column", "评论", "--out", out)
    assert len(_lines(out)) == len(_TEXTS)
    assert _lines(out)[0]["id"] == "r0"


def test_several_processes_give_the_same_bytes_as_one(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_CHUNK", 20)
    path, one, two = tmp_path / "t.csv", tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    path.write_text(
        "text\n" + "".join(f"第{number}次报修，客服电话没人接\n" for number in range(50)), "utf-8"
    )
    assert _run(path, "--text-column", "text", "--out", one, "--processes", 1).exit_code == 0
    assert _run(path, "--text-column", "text", "--out", two, "--processes", 2).exit_code == 0
    assert one.read_bytes() == two.read_bytes()


def test_parquet_comes_out_with_the_same_content(reviews, tmp_path):
    lines, table = tmp_path / "out.jsonl", tmp_path / "out.parquet"
    _run(reviews, "--text-column", "评论", "--out", lines)
    assert _run(reviews, "--text-column", "评论", "--out", table).exit_code == 0
    for row, line in zip(pq.read_table(table).to_pylist(), _lines(lines), strict=True):
        assert [[a["code"], a["polarity"], a["span"], a["score"]] for a in row["aspects"]] == line["aspects"]
        assert row["cluster"] == line["cluster"]


def test_an_unknown_column_is_refused_with_those_that_exist_and_nothing_is_written(reviews, tmp_path):
    result = _run(reviews, "--text-column", "text", "--out", tmp_path / "out.jsonl")
    assert result.exit_code != 0
    assert "评论" in result.output
    assert not list(tmp_path.glob("out*"))


def test_rows_that_cannot_be_read_are_named_by_number(tmp_path):
    path, out = tmp_path / "r.jsonl", tmp_path / "out.jsonl"
    path.write_text('{"id": "a", "text": "很好"}\nnot json\n{"id": "b", "text": "很差"}\n', "utf-8")
    result = _run(path, "--text-column", "text", "--out", out)
    assert [row["id"] for row in _lines(out)] == ["a", "b"]
    assert "row 2" in result.output


def test_reasons_are_words_of_the_quoted_clause(reviews, tmp_path):
    out = tmp_path / "out.jsonl"
    _run(reviews, "--text-column", "评论", "--out", out, "--reasons")
    for _, _, span, _, reasons in _lines(out)[0]["aspects"]:
        assert reasons
        assert all(word in span for word in reasons)


def test_training_without_a_checkout_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(training, "_ROOT", tmp_path)
    result = CliRunner().invoke(training.train, ["evaluate", "--json"])
    assert result.exit_code != 0
    assert "source checkout" in result.output


def test_training_without_scikit_learn_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(training.importlib.util, "find_spec", lambda _name: None)
    result = CliRunner().invoke(training.train, ["evaluate"])
    assert result.exit_code != 0
    assert "scikit-learn" in result.output


def test_the_fast_way_gives_the_same_fields_without_quotes(reviews, tmp_path):
    out = tmp_path / "out.jsonl"
    assert _run(reviews, "--text-column", "评论", "--out", out, "--fast").exit_code == 0
    found = _lines(out)
    assert set(found[0]) == {"id", "sentiment", "overall", "aspects", "demands", "flags", "cluster"}
    assert "AT" in {code for code, *_ in found[0]["aspects"]}
    assert all(span == "" for row in found for _, _, span, _ in row["aspects"])
