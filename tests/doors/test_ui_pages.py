"""Choices that stay, pages for trouble, and a gallery that shows everything."""

import gzip
import re

import pytest
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from django.utils import translation

from sanbao.base.actor import STAFF, Actor
from sanbao.doors.ui import context, views

FRAMES = ["portal", "workbench", "a4", "slip"]


@pytest.fixture(autouse=True)
def _alone(settings):
    """The frames without the rest of the house: nobody is asked whether a worker lives."""
    settings.SANBAO = {**settings.SANBAO, "worker_silent": ""}


@pytest.fixture
def request_of():
    def make(path="/x", **parts):
        request = RequestFactory().get(path)
        request.session = SessionStore()
        for name, value in parts.items():
            setattr(request, name, value)
        return request

    return make


def drawn(response):
    return response.content.decode()


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize(("language", "html"), [("zh-hans", "zh-Hans"), ("en", "en")])
def test_the_gallery_shows_every_frame_in_both_languages(client, frame, language, html):
    page = drawn(client.get("/ui/", {"frame": frame}, headers={"accept-language": language}))
    assert f'<html lang="{html}"' in page
    chinese = re.search(r"[\u4e00-\u9fff]", re.sub(r"李敏|王珂|中文|小米之家[^<]*|钛金属[^<]*", "", page))
    assert bool(chinese) == (language == "zh-hans")


@pytest.mark.parametrize("frame", FRAMES)
def test_no_page_brings_script_or_style_of_its_own(client, frame):
    page = drawn(client.get("/ui/", {"frame": frame}))
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<style|\sstyle=|\son\w+=", page)
    assert not re.search(r'(src|href)="(https?:)?//', page)


@pytest.mark.parametrize("frame", FRAMES)
def test_every_id_on_a_page_is_there_once_and_every_reference_is_met(client, frame):
    page = drawn(client.get("/ui/", {"frame": frame}))
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    asked = re.findall(r'(?:aria-labelledby|aria-describedby|\sfor|popovertarget|data-open)="([^"]+)"', page)
    assert {name for value in asked for name in value.split()} <= set(ids)


def test_a_language_stays_once_chosen_and_the_reader_is_where_they_were(client):
    answer = client.post("/ui/language", {"language": "en", "next": "/ui/?frame=a4"})
    assert (answer.status_code, answer["Location"]) == (302, "/ui/?frame=a4")
    assert '<html lang="en"' in drawn(client.get("/ui/", headers={"accept-language": "zh-CN"}))
    client.post("/ui/language", {"language": "zh-hans"})
    assert '<html lang="zh-Hans"' in drawn(client.get("/ui/", headers={"accept-language": "en"}))


def test_a_theme_stays_once_chosen_and_can_be_given_back_to_the_device(client):
    assert "data-theme" not in drawn(client.get("/ui/")).split(">")[1]
    for theme in ("dark", "light"):
        client.post("/ui/theme", {"theme": theme, "next": "/ui/"})
        assert f'data-theme="{theme}"' in drawn(client.get("/ui/"))
    client.post("/ui/theme", {"theme": "auto"})
    assert 'data-theme="' not in drawn(client.get("/ui/")).split("<head>")[0]


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example", ""]
)
def test_a_choice_never_leads_to_another_site(client, where):
    for address, choice in (("/ui/language", {"language": "en"}), ("/ui/theme", {"theme": "dark"})):
        assert client.post(address, {**choice, "next": where})["Location"] == "/"


def test_nonsense_is_not_kept(client):
    assert not client.post("/ui/language", {"language": "xx"}).cookies
    assert not client.post("/ui/theme", {"theme": '"><script>'}).cookies
    client.cookies["sanbao_theme"] = "nonsense"
    assert 'data-theme="' not in drawn(client.get("/ui/")).split("<head>")[0]


@pytest.mark.parametrize("address", ["/ui/language", "/ui/theme"])
def test_choices_are_made_by_sending_and_not_by_looking(client, address):
    assert client.get(address).status_code == 405


@pytest.mark.parametrize(
    ("page", "status", "zh", "en"),
    [
        (
            lambda r: views.forbidden(r, PermissionDenied()),
            403,
            "您没有查看权限",
            "This is not yours to open",
        ),
        (lambda r: views.not_found(r, Http404()), 404, "这里没有内容", "There is nothing here"),
        (lambda r: views.csrf_refused(r, "x"), 403, "这张表已经失效", "This form is too old"),
        (lambda r: views.too_many(r, 90), 429, "请2分钟后再试", "Try again in 2 minutes"),
        (views.failed, 500, "是我们这边出了错", "Something broke on our side"),
        (views.offline, 200, "网络断开了", "You are offline"),
    ],
)
def test_trouble_is_told_in_both_languages_with_its_status(request_of, page, status, zh, en):
    for language, said in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            answer = page(request_of())
            assert answer.status_code == status
            assert said in drawn(answer)


def test_too_many_says_when_to_come_back(request_of):
    assert views.too_many(request_of(), 90)["Retry-After"] == "90"


def test_the_error_page_is_drawn_without_request_and_without_database():
    assert "<main" in drawn(views.failed(None))


def test_when_even_the_error_page_breaks_plain_words_are_left(monkeypatch):
    def broken(name):
        raise ValueError(name)

    monkeypatch.setattr(views.engines["jinja2"], "get_template", broken)
    answer = views.failed(None)
    assert answer.status_code == 500
    assert "出错了" in drawn(answer)


@pytest.mark.parametrize("page", [lambda r: views.not_found(r, Http404()), views.too_many, views.failed])
def test_a_piece_of_a_page_is_refused_with_words_and_not_with_a_page(page):
    request = RequestFactory().get("/x", headers={"hx-request": "true"})
    answer = drawn(page(request))
    assert 'role="alert"' in answer
    assert "<h1>" in answer
    assert "<html" not in answer


def test_an_unknown_address_gets_the_page_of_the_house(client):
    answer = client.get("/ui/nowhere")
    assert answer.status_code == 404
    assert "这里没有内容" in drawn(answer)


def test_the_brand_has_its_own_sheet_only_when_it_has_its_own_colour(client, settings):
    assert "brand.css" not in drawn(client.get("/ui/"))
    settings.SANBAO = {"brand": "米友", "brand_color": "#FF6900", "demo": True}
    page = drawn(client.get("/ui/"))
    assert "brand.css" in page
    assert "米友" in page
    assert "演示环境" in page
    sheet = client.get("/ui/brand.css")
    assert sheet["Content-Type"].startswith("text/css")
    assert "--brand: #" in drawn(sheet)


def test_the_service_worker_keeps_one_page_and_may_serve_the_whole_site(client):
    script = client.get("/ui/worker.js")
    assert script["Service-Worker-Allowed"] == "/"
    assert script["Content-Type"].startswith("text/javascript")
    kept = re.search(r"PAGES = (\[.*?\]);", drawn(script))[1]
    assert '"/ui/offline"' in kept


def test_a_sentence_kept_for_the_next_page_is_shown_once(request_of):
    request = request_of()
    context.tell(request, "已预约", "good")
    context.tell(request, "请带发票", "info")
    assert [note["text"] for note in context.ui(request)["ui"].notes] == ["已预约", "请带发票"]
    assert list(context.ui(request)["ui"].notes) == []


def test_the_frame_knows_who_is_signed_in_and_that_the_worker_is_silent(request_of, settings):
    settings.SANBAO = {"worker_silent": "builtins.object"}
    someone = Actor(ref="staff:ST-1", kind=STAFF, at=None, name="李敏")
    frame = context.ui(request_of(actor=someone, outlet_name="五角场"))["ui"]
    assert (frame.actor.name, frame.outlet) == ("李敏", "五角场")
    assert frame.worker_silent
    assert not context.ui(request_of())["ui"].actor


@pytest.mark.parametrize(("frame", "most"), [("portal", 45_000), ("workbench", 30_000)])
def test_even_the_gallery_is_light_when_it_comes_for_the_first_time(client, frame, most):
    page = client.get("/ui/", {"frame": frame}).content
    sent = len(gzip.compress(page))
    for path in re.findall(rb'(?:src|href)="/static/([^"]+)"', page):
        with open(finders.find(path.decode()), "rb") as file:  # noqa: PTH123 -- finders give a string
            sent += len(gzip.compress(file.read()))
    assert sent <= most
