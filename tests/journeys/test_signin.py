"""Sign-in pages in a browser: sound for axe in both themes and languages, and an owner gets in by hand."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.journeys.axe import serious
from tests.journeys.browser import page_of, running

from sanbao.base.actor import system
from sanbao.rooms.registry import services

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def chromium():
    with running() as browser:
        yield browser


@pytest.fixture
def link():
    house = system(timezone.now())
    services.put_role(house, code="clerk", title_zh="前台", title_en="Clerk", grants=[])
    return services.invite(house, name="李工", email="a@x.cn", role="clerk", outlet="BJ01")


@pytest.mark.parametrize(("language", "theme"), [("zh-CN", "light"), ("en", "dark")])
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(chromium, live_server, link, language, theme):
    page = page_of(chromium, language=language, theme=theme)
    names = ("ui:signin", "ui:staff_signin", "ui:notice")
    for address in (*map(reverse, names), reverse("ui:join", args=[link]), reverse("ui:join", args=["over"])):
        page.goto(live_server.url + address)
        for width in (360, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            assert serious(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (address, width)
    page.context.close()


def test_an_owner_types_a_number_and_a_code_and_is_in(chromium, live_server, settings, tmp_path):
    settings.HOME = tmp_path
    page = page_of(chromium, language="en")
    page.goto(f"{live_server.url}{reverse('ui:signin')}?next=/ui/notice")
    page.get_by_role("button", name="Send me a code").click()
    assert "privacy notice" in page.get_by_role("alert").inner_text()
    page.get_by_label("I have read the privacy notice").check()
    page.get_by_label("Mobile number or e-mail").fill("138 1234 5678")
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_url("**/signin/code")
    assert serious(page) == []
    kept = next((tmp_path / "outbox").iterdir()).read_text(encoding="utf-8")
    page.get_by_label("Six-digit code").fill(re.search(r"\b\d{6}\b", kept).group())
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/ui/notice")
    page.context.close()
