"""Files: what is taken, what is left behind, who may open them, and how they go."""

import io
import stat
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from sanbao.base.actor import OWNER, STAFF, Actor, anonymous, system
from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.ledger.queries import Fact
from sanbao.rooms.vault import handlers, queries, services
from sanbao.rooms.vault.adapters import photos, store
from sanbao.rooms.vault.errors import BrokenPhoto, FileTooLarge, NotAFile, TooManyPixels, UnsafePdf
from sanbao.rooms.vault.models import File
from sanbao.rooms.vault.rules import MOST_BYTES, media_type_of, tidy_file_name
from sanbao.rooms.vault.tests.factories import AT, PDF, photo

OWNER_1 = Actor("owner:CU-1", OWNER, AT, 1)
OWNER_2 = Actor("owner:CU-2", OWNER, AT, 2)
CLERK = Actor("staff:ST-1", STAFF, AT, 1, grants={"BJ01": frozenset({"vault.see", "vault.add"})})
CLERK_ELSEWHERE = Actor("staff:ST-2", STAFF, AT, 2, grants={"SH01": frozenset({"vault.see", "vault.add"})})
AUDITOR = Actor("staff:ST-3", STAFF, AT, 3, grants={"*": frozenset({"vault.see"})})
HOUSE = system(AT)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"


def add(content=None, actor=OWNER_1, **more):
    said = {"name": "IMG_1.jpg", "subject": "CP-1"} | more
    return services.add_file(actor, content=photo() if content is None else content, **said)


def read(place):
    return Image.open(io.BytesIO(place.read_bytes()))


def nothing_kept(settings):
    left = [p for p in settings.FILES_ROOT.rglob("*") if p.is_file()] if settings.FILES_ROOT.exists() else []
    return not left and not File.objects.exists() and not ledger.timeline("CP-1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_a_photo_lies_whole_under_the_hash_of_its_content(kind, media_type):
    card, place = queries.open_file(OWNER_1, add(photo(kind)))
    content = place.read_bytes()
    assert place.parts[-3:] == (card.sha256[:2], card.sha256[2:4], card.sha256)
    assert sha256(content).hexdigest() == card.sha256
    assert (card.media_type, card.size, card.width, card.height) == (media_type, len(content), 40, 20)
    assert card.is_photo
    assert read(queries.open_thumb(OWNER_1, card.number)[1]).format == "WEBP"
    assert [f.event for f in ledger.timeline("CP-1")] == ["file.added"]
    assert not list(place.parent.glob(".new-*"))
    assert not stat.S_IMODE(place.stat().st_mode) & 0o077


@pytest.mark.django_db
def test_place_and_camera_stay_with_the_sender_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825)[1] = "N"
    raw = photo(exif=exif) + b"<script>alert(1)</script>"
    card, place = queries.open_file(OWNER_1, add(raw))
    kept = place.read_bytes()
    assert b"Secret Camera" in raw
    assert b"Secret Camera" not in kept
    assert b"script" not in kept
    assert not read(place).getexif()
    assert (card.width, card.height) == (20, 40)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"<!doctype html><script>1</script>", NotAFile),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="1"/>', NotAFile),
        (b"MZ\x90\x00\x03", NotAFile),
        (b"\x7fELF\x02\x01", NotAFile),
        (b"#!/bin/sh\nrm -rf /", NotAFile),
        (b"PK\x03\x04", NotAFile),
        (b"GIF89a", NotAFile),
        (b"\x00" * 100, NotAFile),
        (b"", NotAFile),
        (b"\xff\xd8\xff\xe0<script>", BrokenPhoto),
        (b"\x89PNG\r\n\x1a\n", BrokenPhoto),
        (b"RIFF\x00\x00\x00\x00WEBP", BrokenPhoto),
        (b"%PDF-1.7 no end", UnsafePdf),
        (b"%PDF-1.7 /OpenAction << /S /JavaScript >> %%EOF", UnsafePdf),
        (b"%PDF-1.7 /Names << /EmbeddedFile >> %%EOF", UnsafePdf),
    ],
)
def test_a_name_that_says_photo_convinces_nobody(settings, content, refusal):
    with pytest.raises(refusal) as refused:
        add(content, name="photo.jpg")
    assert refused.value.field == "file"
    assert refused.value.remedy
    assert nothing_kept(settings)


@pytest.mark.django_db
def test_half_a_photo_is_refused(settings):
    whole = photo("PNG")
    with pytest.raises(BrokenPhoto):
        add(whole[: len(whole) // 2])
    assert nothing_kept(settings)


@pytest.mark.django_db
def test_the_limit_is_named_and_no_more_than_it_is_read(settings):
    class Endless(io.RawIOBase):
        asked = 0

        def read(self, size=-1):
            self.asked += size
            return b"\xff" * size

    stream = Endless()
    with pytest.raises(FileTooLarge) as refused:
        add(stream)
    assert str(refused.value) == "This file is larger than 20 MB."
    assert refused.value.status == 413
    assert stream.asked == MOST_BYTES + 1
    assert nothing_kept(settings)


@pytest.mark.django_db
def test_a_pixel_bomb_is_refused_before_it_is_unpacked(settings, monkeypatch):
    small = photo("PNG")
    width = (20_000).to_bytes(4, "big")
    bomb = small[:16] + width * 2 + small[24:]
    with pytest.raises((TooManyPixels, BrokenPhoto)):
        add(bomb)
    monkeypatch.setattr(photos, "MOST_PIXELS", 100)
    with pytest.raises(TooManyPixels):
        add(small)
    assert nothing_kept(settings)


@pytest.mark.django_db
def test_a_plain_pdf_is_kept_as_it_is_and_has_no_small_picture():
    number = add(PDF, name="发票.pdf")
    card, place = queries.open_file(OWNER_1, number)
    assert place.read_bytes() == PDF
    assert (card.name, card.is_photo) == ("发票.pdf", False)
    with pytest.raises(Missing):
        queries.open_thumb(OWNER_1, number)


@pytest.mark.django_db
def test_the_same_content_twice_lies_once_and_has_two_rows(settings):
    first, second = add(PDF), add(PDF, actor=OWNER_2)
    assert first != second
    assert len([p for p in settings.FILES_ROOT.rglob("*") if p.is_file()]) == 1
    assert File.objects.count() == 2


@pytest.mark.django_db
def test_files_are_seen_by_their_owner_and_by_staff_of_their_outlet():
    number = add(actor=CLERK, owner="owner:CU-1", outlet="BJ01")
    for actor in (OWNER_1, CLERK, AUDITOR, HOUSE):
        assert queries.file(actor, number).number == number
        assert [card.number for card in queries.files_of(actor, "CP-1")] == [number]
    for actor in (OWNER_2, CLERK_ELSEWHERE, anonymous(AT)):
        for read in (queries.file, queries.open_file, queries.open_thumb):
            with pytest.raises(Missing):
                read(actor, number)
        assert queries.files_of(actor, "CP-1") == ()


@pytest.mark.django_db
def test_a_foreign_file_among_others_refuses_them_all():
    mine, other = add(), add(actor=OWNER_2)
    assert [card.number for card in queries.files(OWNER_1, [mine, mine])] == [mine]
    with pytest.raises(Missing) as refused:
        queries.files(OWNER_1, [mine, other])
    with pytest.raises(Missing):
        queries.files(OWNER_1, [mine, "FL-\x00"])
    assert refused.value.field == "files"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("actor", "more"),
    [
        (anonymous(AT), {}),
        (AUDITOR, {}),
        (CLERK, {"outlet": "SH01"}),
        (OWNER_1, {"owner": "owner:CU-2"}),
    ],
)
def test_who_may_not_leaves_nothing(settings, actor, more):
    with pytest.raises(NotAllowed):
        add(actor=actor, **more)
    assert nothing_kept(settings)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "more",
    [{"subject": ""}, {"subject": "CP\x00"}, {"subject": "x" * 41}, {"note": "x" * 201}, {"note": "a\x00"}],
)
def test_words_that_do_not_fit_are_refused(settings, more):
    with pytest.raises(Invalid) as refused:
        add(**more)
    assert refused.value.field in {"subject", "note"}
    assert nothing_kept(settings)


@pytest.mark.django_db
def test_erasing_a_customer_removes_bytes_names_and_nothing_of_others(
    settings, django_capture_on_commit_callbacks
):
    mine, shared, others = add(), add(PDF), add(PDF, actor=OWNER_2)
    hashes = {n: queries.file(HOUSE, n).sha256 for n in (mine, shared, others)}
    fact = Fact(1, "CU-1", "customer.erased", "system:worker", AT, {})
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            handlers.on_customer_erased(HOUSE, fact)
    assert not store.place_of(hashes[mine]).exists()
    assert not store.thumb_of(hashes[mine]).exists()
    assert queries.open_file(OWNER_2, others)[1].exists()
    for number in (mine, shared):
        with pytest.raises(Missing):
            queries.file(OWNER_1, number)
    assert set(File.objects.filter(owner="owner:CU-1").values_list("name", "note")) == {("", "")}
    assert [f.event for f in ledger.timeline("CU-1")] == ["files.erased"]


@pytest.mark.django_db
def test_only_the_house_erases_files():
    number = add()
    for actor in (OWNER_1, CLERK, AUDITOR):
        with pytest.raises(NotAllowed):
            services.erase_files(actor, "owner:CU-1")
    assert queries.file(OWNER_1, number)


@pytest.mark.django_db
def test_killed_while_writing_the_place_holds_nothing(settings, monkeypatch):
    def killed(handle):
        raise KeyboardInterrupt

    monkeypatch.setattr(store.os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        add()
    assert nothing_kept(settings)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\fakepath\\IMG 1.HEIC", "IMG 1.jpg"),
        ("照片\u202egpj.exe", "照片gpj.jpg"),
        (".htaccess", "file.jpg"),
        ("", "file.jpg"),
        ("a\x00b\r\n.png", "ab.jpg"),
        ("😀.jpeg", "😀.jpg"),
        ("x" * 300, "x" * 116 + ".jpg"),
    ],
)
def test_names_are_made_safe(typed, name):
    assert tidy_file_name(typed, "image/jpeg") == name


@given(st.binary(max_size=64))
def test_any_bytes_are_named_or_refused(content):
    assert media_type_of(content) in {None, "image/jpeg", "image/png", "image/webp", "application/pdf"}


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_can_be_saved(typed):
    name = tidy_file_name(typed, "application/pdf")
    assert name.endswith(".pdf")
    assert len(name) <= 120
    assert not set(name) & set('/\\<>:"|?*\x00\r\n')


@pytest.mark.django_db
def test_the_files_of_a_case_cost_one_query(django_assert_num_queries):
    for _ in range(5):
        add(PDF)
    with django_assert_num_queries(1):
        assert len(queries.files_of(OWNER_1, "CP-1", "RO-1")) == 5
