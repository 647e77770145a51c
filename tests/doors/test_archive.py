"""Backup and restore: what went in comes out, on either database; damage and mix-ups are refused."""

import json
import tarfile
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from sanbao.base import archive
from sanbao.base.actor import system
from sanbao.base.errors import Invalid
from sanbao.rooms.ledger import services
from sanbao.rooms.ledger.models import Entry

HOUSE = system(datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC))


def rows():
    return {
        model._meta.label: [
            tuple(map(str, row)) for row in model._default_manager.order_by("pk").values_list()
        ]
        for model in archive.stored_models()
    }


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "files"
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "abcd").write_bytes(b"\x00photo")
    return folder


@pytest.fixture
def written(tmp_path, files):
    with transaction.atomic():
        for number in range(3):
            services.append("TH-1", "thing.happened", HOUSE, count=number, words="屏幕坏了 😀")
    services.sequence({"thing.happened": ("note",)}, at=HOUSE.at)
    services.once(HOUSE, "key", b"body", lambda: {"number": 1})
    archive.write(tmp_path / "all.tar", files)
    return tmp_path / "all.tar"


def empty():
    for model in reversed(archive.stored_models()):
        model._default_manager.all().delete()


@pytest.mark.django_db(transaction=True)
def test_what_went_in_comes_out_and_life_goes_on(written, tmp_path):
    before = rows()
    empty()
    other = tmp_path / "other"
    other.mkdir()
    archive.read(written, other)
    assert rows() == before
    assert (other / "ab" / "abcd").read_bytes() == b"\x00photo"
    newest = max(Entry.objects.values_list("pk", flat=True))
    with transaction.atomic():
        assert services.append("TH-2", "thing.happened", HOUSE) > newest


@pytest.mark.django_db(transaction=True)
def test_a_database_with_rows_is_not_overwritten(written, files):
    before = rows()
    with pytest.raises(archive.NotEmpty):
        archive.read(written, files)
    assert rows() == before


@pytest.mark.django_db(transaction=True)
def test_a_damaged_archive_restores_nothing(written, files, tmp_path):
    room = tmp_path / "room"
    with tarfile.open(written) as tar:
        tar.extractall(room, filter="data")
    place = room / "tables" / "ledger.entry.jsonl"
    place.write_text(place.read_text(encoding="utf-8").replace("TH-1", "TH-9"), encoding="utf-8")
    with tarfile.open(tmp_path / "bad.tar", "w") as tar:
        tar.add(room, arcname=".")
    empty()
    with pytest.raises(Invalid) as refused:
        archive.read(tmp_path / "bad.tar", files)
    assert refused.value.facts["name"] == "tables/ledger.entry.jsonl"
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_archive_of_another_version_and_a_file_that_is_none_are_refused(written, files, tmp_path):
    room = tmp_path / "room"
    with tarfile.open(written) as tar:
        tar.extractall(room, filter="data")
    manifest = json.loads((room / "manifest.json").read_text(encoding="utf-8"))
    manifest["migrations"].append("ledger.9999_later")
    (room / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with tarfile.open(tmp_path / "later.tar", "w") as tar:
        tar.add(room, arcname=".")
    (tmp_path / "none.tar").write_bytes(b"<html>")
    empty()
    for name in ("later.tar", "none.tar"):
        with pytest.raises(Invalid):
            archive.read(tmp_path / name, files)
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_does_not_see_what_comes_later(files, tmp_path):
    if connection.vendor == "postgresql":
        with archive.snapshot(), connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            assert cursor.fetchone() == ("repeatable read",)
    else:
        with archive.snapshot(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_entry")
            assert connection.connection.in_transaction
