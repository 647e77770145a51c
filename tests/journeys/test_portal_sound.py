"""The owners' pages in a browser: sound for axe in both themes, never too wide, silent on the console."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.doors.owner_world import AT, build, pages
from tests.journeys.axe import serious
from tests.journeys.browser import page_of, running, transferred

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
HANDED = {"calendar", "data", "file", "thumb", "progress"}


@pytest.fixture(scope="module")
def chromium():
    with running() as browser:
        yield browser


@pytest.fixture
def opened(monkeypatch, chromium, live_server):
    """Open a page as an owner who has something in every state; also gives the addresses."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT + timedelta(minutes=5))
    world = build()
    client = Client()
    client.force_login(world.owner.account)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    contexts = []

    def start(**options):
        page = page_of(chromium, **options)
        page.context.add_cookies([cookie])
        contexts.append(page.context)
        return page, {name: live_server.url + way for name, way in pages(world).items() if name not in HANDED}

    yield start
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("language", "theme", "width"), [("zh-CN", "light", 390), ("en", "dark", 1440)])
def test_axe_finds_nothing_serious_on_any_page(opened, language, theme, width):
    page, addresses = opened(language=language, theme=theme, width=width)
    wrong = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    for name, address in addresses.items():
        page.goto(address)
        assert serious(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert wrong == [], name


def test_no_page_scrolls_sideways_on_the_narrowest_phone(opened):
    page, addresses = opened(width=360, language="en")
    for name, address in addresses.items():
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_the_first_page_comes_with_less_than_100_kilobytes(opened):
    page, addresses = opened()
    assert transferred(page, addresses["home"]) < 100_000
