"""The gallery in a browser: sound for axe, never too wide, working by hand and by key."""

import pytest
from tests.journeys.axe import serious
from tests.journeys.browser import page_of, running

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
FRAMES = ["portal", "workbench", "a4", "slip"]


@pytest.fixture(scope="module")
def chromium():
    with running() as browser:
        yield browser


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("frame", FRAMES)
def test_axe_finds_nothing_serious_and_no_width_makes_a_page_scroll_sideways(
    chromium, live_server, frame, theme, language
):
    page = page_of(chromium, language=language, theme=theme)
    wrong = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{live_server.url}/ui/?frame={frame}")
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert serious(page) == []
    for width in (360, 768, 1024, 1920, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
    assert wrong == []
    page.context.close()


@pytest.mark.parametrize("address", ["/ui/nowhere", "/ui/offline"])
def test_pages_for_trouble_are_sound_too(chromium, live_server, address):
    page = page_of(chromium, theme="dark")
    page.goto(live_server.url + address)
    assert serious(page) == []
    page.context.close()


def test_theme_and_language_are_changed_by_key_and_stay(chromium, live_server):
    page = page_of(chromium)
    page.goto(f"{live_server.url}/ui/")
    page.get_by_label("浅色或深色").focus()
    page.keyboard.press("Enter")
    with page.expect_response("**/ui/theme"):
        page.get_by_role("button", name="深色").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.get_by_role("button", name="English").click()
    page.wait_for_url("**/ui/")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.context.close()


def test_choices_work_without_script(chromium, live_server):
    page = page_of(chromium, java_script_enabled=False)
    page.goto(f"{live_server.url}/ui/")
    page.get_by_label("浅色或深色").click()
    page.get_by_role("button", name="深色").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.context.close()


def test_a_dialog_opens_holds_the_focus_and_closes_by_key(chromium, live_server):
    page = page_of(chromium, language="en")
    page.goto(f"{live_server.url}/ui/")
    opener = page.locator('[data-open="drop"]')
    opener.click()
    box = page.get_by_role("dialog", name="Cancel the visit?")
    assert box.is_visible()
    assert serious(page) == []
    page.keyboard.press("Escape")
    assert not box.is_visible()
    assert opener.evaluate("node => node === document.activeElement")
    page.context.close()


def test_a_scanner_types_into_the_search_field_and_not_into_a_form(chromium, live_server):
    page = page_of(chromium, width=1440)
    page.goto(f"{live_server.url}/ui/?frame=workbench")
    page.keyboard.type("86421103307")
    assert page.locator("[data-scan]").input_value() == "86421103307"
    page.context.close()


def test_the_rail_opens_on_a_small_screen_without_script(chromium, live_server):
    page = page_of(chromium, java_script_enabled=False)
    page.goto(f"{live_server.url}/ui/?frame=workbench")
    rail = page.locator("#rail")
    assert not rail.is_visible()
    page.locator("[popovertarget=rail]").click()
    assert rail.is_visible()
    page.context.close()


def test_a_masked_number_is_shown_in_place_and_a_refusal_stands_among_the_notices(chromium, live_server):
    page = page_of(chromium, language="en")
    page.goto(f"{live_server.url}/ui/")
    page.get_by_role("button", name="Show phone").click()
    page.get_by_text("13800005678").wait_for()
    page.reload()
    page.route(
        "**/ui/shown", lambda route: route.fulfill(status=429, body="<div class='notice bad'>Too many</div>")
    )
    page.get_by_role("button", name="Show phone").click()
    page.locator("[data-toasts]").get_by_text("Too many").wait_for()
    assert page.get_by_text("138****5678").count() > 0
    page.context.close()


def test_a_form_is_sent_once_however_often_it_is_pressed(chromium, live_server):
    page = page_of(chromium, language="en")
    sent = []
    page.route("**/ui/once", lambda route: (sent.append(1), route.fulfill(status=204)))
    page.goto(f"{live_server.url}/ui/")
    page.locator("form[data-busy]").evaluate(
        """async (form) => {
            form.action = "/ui/once";
            for (const _ of "123") { form.requestSubmit(); await new Promise((done) => setTimeout(done)); }
        }"""
    )
    page.evaluate("fetch('/ui/offline')")  # whatever was still to be sent has been sent before this answer
    assert sent == [1]
    page.context.close()
