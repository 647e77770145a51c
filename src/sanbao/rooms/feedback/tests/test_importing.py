"""Imports: the books balance, nothing is stored twice, a stopped run goes on."""

import json

import pytest

from sanbao.base.errors import NotAllowed, Overtaken
from sanbao.rooms.complaints.tests.factories import outlet
from sanbao.rooms.feedback import handlers, queries, services
from sanbao.rooms.feedback.errors import MappingChanged, UnknownFormat
from sanbao.rooms.feedback.models import Batch, Reject, Voice
from sanbao.rooms.feedback.rules import Identity, Row
from sanbao.rooms.feedback.services import importing
from sanbao.rooms.feedback.tests.factories import AT, HOUSE, as_csv, file, importer
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry.tests.factories import nobody, product

HEAD = ["id", "评论", "评分", "日期", "网点", "型号"]


def dirty() -> bytes:
    lines = [HEAD]
    lines += [[str(turn), f"修得很快{turn}", "5", "2026-01-05", "BJ01", "P1"] for turn in range(40)]
    lines += [
        ["100", "", "5", "2026-01-05", "BJ01", ""],
        ["101", "长" * 20_001, "5", "2026-01-05", "BJ01", ""],
        ["102", "有\x00字节", "5", "2026-01-05", "BJ01", ""],
        ["103", "星太多", "9", "2026-01-05", "BJ01", ""],
        ["104", "没有这天", "5", "2026-02-30", "BJ01", ""],
        ["105", "还没到", "5", "2030-01-01", "BJ01", ""],
        ["106", "没这家店", "5", "2026-01-05", "ZZ99", ""],
        ["107", "少一格", "5", "2026-01-05", "BJ01"],
        ["108", "多一格", "5", "2026-01-05", "BJ01", "", "x"],
        ["0", "修得很快0", "5", "2026-01-05", "BJ01", "P1"],
        ["109", "=HYPERLINK(1)", "", "", "", ""],
        ["110", "表情😀和𠮷", "", "", "", ""],
    ]
    broken = '111,"没有收尾,5,2026-01-05,BJ01,\n'.encode()
    bad_bytes = b"112,caf\xe9,5,2026-01-05,BJ01,\n"
    return as_csv(lines) + bad_bytes + broken


DIRTY_BOOKS = {"read": 54, "stored": 42, "rejected": 11, "duplicates": 1}


def books(outcome) -> dict[str, int]:
    return {name: getattr(outcome, name) for name in DIRTY_BOOKS}


@pytest.mark.django_db
def test_a_dirty_file_is_taken_row_by_row_and_the_books_balance(tmp_path):
    outlet("BJ01")
    product("P1")
    path = file(tmp_path, dirty())
    outcome = services.import_file(HOUSE, path)
    assert books(outcome) == DIRTY_BOOKS
    codes = [fault.code for fault in queries.rejects(HOUSE, outcome.number)]
    assert sorted(codes) == sorted(
        ["empty", "long", "nul", "stars", "date", "future", "outlet", "ragged", "ragged", "bytes", "quotes"]
    )
    kept = set(Voice.objects.values_list("text", flat=True))
    assert {"=HYPERLINK(1)", "表情😀和𠮷"} <= kept
    first = Voice.objects.get(external_id="0")
    assert (first.stars, first.outlet_id, first.product_id, str(first.said_on)) == (
        5,
        "BJ01",
        "P1",
        "2026-01-05",
    )
    again = services.import_file(HOUSE, path)
    assert books(again) == {"read": 54, "stored": 0, "rejected": 11, "duplicates": 43}
    assert Voice.objects.count() == 42


@pytest.mark.django_db
def test_a_dry_run_counts_the_same_and_stores_nothing(tmp_path):
    outlet("BJ01")
    outcome = services.import_file(HOUSE, file(tmp_path, dirty()), dry_run=True)
    assert books(outcome) == DIRTY_BOOKS
    assert len(outcome.faults) == 11
    assert not Voice.objects.exists()
    assert not Batch.objects.exists()
    assert ledger.health(AT).unplaced == 0


@pytest.mark.django_db
def test_one_import_leaves_one_fact_with_its_books(tmp_path):
    outcome = services.import_file(HOUSE, file(tmp_path, as_csv([["text"], ["好"], ["好"], ["坏"]])))
    facts = ledger.timeline(outcome.number)
    assert [fact.event for fact in facts] == ["feedback.batch_finished"]
    assert facts[0].facts["stored"] == 3
    assert ledger.health(AT).unplaced == 1


@pytest.mark.django_db
def test_a_longer_file_adds_only_what_is_new(tmp_path):
    services.import_file(HOUSE, file(tmp_path, as_csv([["text"], ["好"], ["好"], ["坏"]])))
    longer = file(tmp_path, as_csv([["text"], ["新"], ["坏"], ["好"], ["好"], ["好"]]))
    assert books(services.import_file(HOUSE, longer)) == {
        "read": 5,
        "stored": 2,
        "rejected": 0,
        "duplicates": 3,
    }


@pytest.mark.django_db
def test_a_run_that_stopped_goes_on_and_equal_rows_keep_their_count(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 10)
    path = file(tmp_path, as_csv([["text"], *[[f"第{turn % 7}种"] for turn in range(95)]]))

    def stop(done, _every):
        if done == 50:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.import_file(HOUSE, path, progress=stop)
    assert Batch.objects.get().read == 50
    seen = []
    outcome = services.import_file(HOUSE, path, progress=lambda done, _every: seen.append(done))
    assert books(outcome) == {"read": 95, "stored": 95, "rejected": 0, "duplicates": 0}
    assert seen[0] == 50
    assert Voice.objects.count() == 95
    assert Batch.objects.count() == 1


@pytest.mark.django_db
def test_the_same_texts_with_other_columns_are_refused(tmp_path):
    path = file(tmp_path, as_csv([["text", "n"], ["好", "5"], ["坏", "1"]]))
    services.import_file(HOUSE, path)
    for dry_run in (False, True):
        with pytest.raises(MappingChanged):
            services.import_file(HOUSE, path, columns={"stars": "n"}, dry_run=dry_run)
    assert Voice.objects.count() == 2
    assert books(services.import_file(HOUSE, path, columns={"stars": "n"}, source="b"))["stored"] == 2


@pytest.mark.django_db
def test_whoever_may_not_import_stores_nothing(tmp_path):
    with pytest.raises(NotAllowed):
        services.import_file(nobody(), file(tmp_path, as_csv([["text"], ["好"]])))
    assert not Voice.objects.exists()
    assert ledger.health(AT).unplaced == 0


@pytest.mark.django_db
def test_two_runs_of_one_import_cannot_both_store_a_chunk():
    card = services.start_batch(HOUSE, name="a", file_hash="h", mapping={"text": "text"})
    identity = Identity("review", "")
    services.store_rows(HOUSE, card.number, seen=0, rows=[(identity.of(Row("好")), Row("好"))])
    with pytest.raises(Overtaken):
        services.store_rows(HOUSE, card.number, seen=0, rows=[(identity.of(Row("坏")), Row("坏"))])
    assert Voice.objects.count() == 1
    assert queries.batch(HOUSE, card.number).read == 1


@pytest.mark.django_db
def test_an_upload_is_carried_on_by_the_worker(tmp_path, settings, monkeypatch):
    settings.FILES_ROOT = tmp_path / "files"
    monkeypatch.setattr(importing, "CHUNK", 10)
    actor = importer()
    path = file(tmp_path, as_csv([["text"], *[[f"第{turn}条"] for turn in range(250)]]))
    with path.open("rb") as upload:
        number = services.keep_upload(actor, upload, name="a.csv")
    assert queries.batch(actor, number).read == 0
    assert handlers.continue_imports(HOUSE) == 100
    assert handlers.continue_imports(HOUSE) == 100
    assert handlers.continue_imports(HOUSE) == 50
    card = queries.batch(actor, number)
    assert (card.finished, card.read, card.stored) == (True, 250, 250)
    assert list((tmp_path / "files" / "imports").iterdir()) == []
    assert handlers.continue_imports(HOUSE) == 0


@pytest.mark.django_db
def test_an_upload_that_is_no_table_leaves_nothing_behind(tmp_path, settings):
    settings.FILES_ROOT = tmp_path / "files"
    path = file(tmp_path, b"\x89PNG\r\n\x1a\n")
    with path.open("rb") as upload, pytest.raises(UnknownFormat):
        services.keep_upload(importer(), upload, name="a.png")
    assert list((tmp_path / "files" / "imports").iterdir()) == []
    assert not Batch.objects.exists()


@pytest.mark.django_db
def test_rejects_belong_to_the_batch_and_are_hidden_from_others(tmp_path):
    outcome = services.import_file(HOUSE, file(tmp_path, as_csv([["text", "x"], ["", "1"]])))
    assert Reject.objects.count() == 1
    assert list(queries.rejects(nobody(), outcome.number)) == []
    assert queries.batches(nobody()).rows == ()
    assert len(queries.batches(HOUSE).rows) == 1


@pytest.mark.django_db
def test_json_lines_come_in_like_csv(tmp_path):
    content = "\n".join(json.dumps({"content": f"第{turn}条", "score": 5}) for turn in range(5)).encode()
    outcome = services.import_file(HOUSE, file(tmp_path, content, "a.jsonl"))
    assert books(outcome)["stored"] == 5
    assert outcome.columns == {"text": "content", "stars": "score"}


@pytest.mark.django_db
def test_texts_from_memory_are_held_against_the_same_rules():
    outlet("BJ01")
    rows = [
        Row("好", outlet="BJ01"),
        Row("好", outlet="NOWHERE"),
        Row("a\x00b"),
        Row("  "),
        Row("好", stars=7),
        Row("半个字\ud83d"),
    ]
    card = services.add_texts(HOUSE, rows=rows, name="api")
    assert (card.read, card.stored, card.rejected) == (6, 1, 5)
    faults = list(queries.rejects(HOUSE, card.number))
    assert [(fault.row, fault.code) for fault in faults] == [
        (2, "outlet"),
        (3, "nul"),
        (4, "empty"),
        (5, "stars"),
        (6, "bytes"),
    ]


@pytest.mark.shared
@pytest.mark.django_db
def test_all_phone_reviews_go_in_and_a_second_run_finds_them_all(shared):
    path = shared / "data" / "text_zh" / "jd_phone_reviews.parquet"
    assert books(services.import_file(HOUSE, path)) == {
        "read": 24544,
        "stored": 24544,
        "rejected": 0,
        "duplicates": 0,
    }
    assert books(services.import_file(HOUSE, path)) == {
        "read": 24544,
        "stored": 0,
        "rejected": 0,
        "duplicates": 24544,
    }
