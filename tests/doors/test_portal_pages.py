"""Every page of the owners' web: drawn in both languages, whole, light, and shown to nobody else."""

import gzip
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from tests.doors.owner_world import AT, WRITTEN, build, pages, upload

from sanbao.rooms.outlets.tests.factories import facts
from sanbao.rooms.registry.tests.factories import customer, imei, staff
from sanbao.rooms.vault.tests.factories import PDF

CHINESE = re.compile(r"[一-鿿]")
OURS = re.compile(
    r"林小满|维修单RO[^<]*|王小\d+|李工\d+|中文|裂痕|每次都说[^<]*|请问到哪[^<]*|能不能先[^<]*|可以，到店[^<]*|屏幕排线故障|外屏碎裂[^<]*|更换屏幕组件|两次维修后[^<]*|保修期内[^<]*|退款原路[^<]*|简体中文|北京[^<\"]*|建国路1号"
)
FREE = ("home", "rights", "privacy", "outlets", "outlets by place", "no outlet", "outlet", "queue")
HANDED = ("calendar", "data", "file", "thumb")
NOW = AT + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def world(db):
    return build()


def signed_in(owner, language="zh-hans"):
    client = Client(headers={"accept-language": language})
    client.force_login(owner.account)
    return client


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def text(response):
    return body(response).decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_drawn_in_both_languages(world, language):
    client = signed_in(world.owner, language)
    for name, address in pages(world).items():
        response = client.get(address)
        assert response.status_code == 200, name
        page = body(response)
        if name in HANDED:
            continue
        drawn = page.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", drawn), name
        left = CHINESE.search(OURS.sub("", re.sub(r"<code.*?</code>", "", drawn)))
        assert (left is None) == (language == "en"), (
            name,
            left and drawn[max(left.start() - 80, 0) : left.end() + 80],
        )


def test_every_id_on_a_page_is_there_once_and_every_reference_is_met(world):
    client = signed_in(world.owner)
    for name, address in pages(world).items():
        if name in HANDED:
            continue
        page = text(client.get(address))
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), (name, sorted(each for each in ids if ids.count(each) > 1))
        asked = re.findall(
            r'(?:aria-labelledby|aria-describedby|\sfor|popovertarget|data-open)="([^"]*)"', page
        )
        assert {each for value in asked for each in value.split()} <= set(ids), name


def test_without_a_sign_in_only_the_free_pages_open(world):
    for name, address in pages(world).items():
        response = Client().get(address)
        if name in FREE:
            assert response.status_code == 200, name
        elif name in {"file", "thumb"}:
            assert response.status_code == 404, name
        else:
            assert response.status_code == 302, name
            assert response["Location"].startswith("/ui/signin"), name


def test_a_stranger_finds_nothing_behind_foreign_numbers(world):
    stranger, words = signed_in(customer()), (WRITTEN, "林小满", "裂痕", world.owner.phone[-8:])
    for name, address in pages(world).items():
        response = stranger.get(address)
        assert not any(word in text(response) for word in words), name
        if name not in {
            *FREE,
            "device_add",
            "book_device",
            "complain",
            "talk",
            "account",
            "erase",
            "notices",
            "data",
            "orders",
        }:
            assert response.status_code == 404, name


def test_a_stranger_can_change_nothing(world):
    stranger, before = signed_in(customer()), facts()
    tried = {
        f"/orders/{world.quoted}/price": {"answer": "yes", "cents": "54900"},
        f"/orders/{world.booked}/cancel": {},
        f"/orders/{world.booked}/move": {"starts_at": "2026-03-04T02:00Z"},
        f"/orders/{world.working}/message": {"words": "hallo", "once": "k"},
        f"/orders/{world.working}/file": {"file": upload()},
        f"/devices/{world.device}/purchase": {"bought_on": "2026-01-01", "channel": "store", "proof": "none"},
        f"/complaints/{world.answered}/view": {"view": "accept"},
        f"/complaints/{world.answered}/dispute": {"words": "no"},
        f"/complaints/{world.case}/file": {"file": upload()},
        f"/talks/{world.thread}": {"words": "hallo", "once": "k"},
        f"/survey/{world.survey}": {"stars": "1"},
    }
    for address, values in tried.items():
        assert stranger.post(address, values).status_code == 404, address
    assert facts() == before


def test_staff_are_no_owners(world):
    client = Client()
    client.force_login(staff(("clerk", "BJ01")).account)
    assert client.get("/me").status_code == 302
    assert WRITTEN not in text(client.get("/"))


def test_the_first_page_weighs_less_than_100_kilobytes(world):
    page = text(signed_in(world.owner).get("/"))
    parts = re.findall(r'(?:href|src)="/static/([^"?]+)"', page)
    sent = [page.encode(), *(Path(finders.find(part)).read_bytes() for part in set(parts))]
    sizes = [len(gzip.compress(each)) for each in sent]
    assert len(sizes) > 5
    assert sum(sizes) < 100_000


@pytest.mark.parametrize(
    ("name", "most"), [("home", 14), ("working", 26), ("case", 17), ("talk", 7), ("book_outlet", 22)]
)
def test_pages_cost_a_bounded_number_of_reads(world, django_assert_max_num_queries, name, most):
    client = signed_in(world.owner)
    client.get(pages(world)[name])
    with django_assert_max_num_queries(most):
        client.get(pages(world)[name])


def test_files_are_handed_out_for_saving_and_never_run(world):
    response = signed_in(world.owner).get(f"/files/{world.file}")
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert body(response)[:3] == b"\xff\xd8\xff"


def test_my_data_is_one_file_with_what_every_room_keeps(world):
    told = json.loads(signed_in(world.owner).get("/me/data.json").content)
    assert told["person"]["phone"] == world.owner.phone
    assert world.returned in {order["number"] for order in told["orders"]}
    assert {case["row"]["number"] for case in told["complaints"]} == {world.case, world.answered}
    assert told["files"]
    assert any(WRITTEN in case["words"] for case in told["complaints"])


def test_a_progress_that_shows_it_all_already_is_not_sent_again(world):
    client = signed_in(world.owner)
    page = text(client.get(f"/orders/{world.working}"))
    address = re.search(r'hx-get="([^"]+)"', page).group(1)
    assert client.get(address).status_code == 204
    assert client.get(address.replace("mark=", "mark=old-")).status_code == 200


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.jpg", b"<html><script>alert(1)</script></html>"),
        ("photo.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("photo.jpg", b"MZ\x90\x00program"),
        ("photo.jpg", b"\xff\xd8\xff broken"),
        ("paper.pdf", PDF.replace(b"/Catalog", b"/Catalog /OpenAction")),
        ("empty.jpg", b""),
    ],
)
def test_what_is_no_photo_is_refused_at_its_field(world, name, content):
    client, before = signed_in(world.owner), facts()
    response = client.post(f"/orders/{world.working}/file", {"file": upload(name, content), "once": "k"})
    assert response.status_code == 422
    assert 'id="id_file_error"' in text(response)
    assert facts() == before


def test_the_one_field_finds_the_way(world):
    client, somebody = signed_in(world.owner), Client(headers={"accept-language": "en"})
    assert (
        client.post("/find", {"what": world.booked.lower().replace("-", "")})["Location"]
        == f"/orders/{world.booked}"
    )
    assert client.post("/find", {"what": world.case})["Location"] == f"/complaints/{world.case}"
    assert "This is a Sanbao One" in text(somebody.post("/find", {"what": imei()}))
    assert somebody.post("/find", {"what": "138 1234 5678"})["Location"] == "/ui/signin"
    wrong = somebody.post("/find", {"what": "hallo"})
    assert wrong.status_code == 422
    assert "no IMEI" in text(wrong)
    assert somebody.post("/find", {"what": "a\x00b"}).status_code == 422
