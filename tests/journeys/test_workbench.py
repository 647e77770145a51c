"""The workbench in a browser: sound for axe, never too wide, ready for a scanner, open to the keyboard."""

import pytest
from tests.doors.work_world import browser, complaint, orders, stop_clock, talk
from tests.journeys.axe import serious
from tests.journeys.browser import page_of, running

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def chromium():
    with running() as started:
        yield started


@pytest.fixture
def world(monkeypatch):
    stop_clock(monkeypatch)
    return orders() | {"case": complaint()[0], "thread": talk()[0]}


def signed_in(chromium, live_server, role="manager", outlet="*", **options):
    cookie = browser(role, outlet).cookies["sessionid"].value
    page = page_of(chromium, **options)
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    return page


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_sound_and_fits_at_every_width(chromium, live_server, world, theme, language):
    page = signed_in(chromium, live_server, outlet="BJ01", theme=theme, language=language)
    desk = signed_in(chromium, live_server, "handler", theme=theme, language=language)
    admin = signed_in(chromium, live_server, "admin", theme=theme, language=language)
    states = ("booked", "accepted", "approved", "quoted")
    counter = ("counter", "counter/walk-in", "bench", "mine", "orders", "parts", "inbox", "promises")
    visits = [(page, f"orders/{world[state]}") for state in states] + [(page, name) for name in counter]
    visits += [
        (desk, name)
        for name in ("cases", f"cases/{world['case']}", f"threads/{world['thread']}", "calls/new")
    ]
    visits += [
        (admin, name) for name in ("staff", "outlets/BJ01", "catalogue", "tokens", "imports", "deliveries")
    ]
    for where, name in visits:
        where.goto(f"{live_server.url}/desk/{name}")
        for width in (390, 1440):
            where.set_viewport_size({"width": width, "height": 900})
            assert where.evaluate("document.documentElement.scrollWidth <= innerWidth"), (where.url, width)
        assert serious(where) == [], name
    for where in (page, desk, admin):
        where.context.close()


def test_the_scan_field_has_the_focus_and_leads_to_the_order(chromium, live_server, world):
    page = signed_in(chromium, live_server, "clerk", "BJ01", width=1440, language="en")
    page.goto(f"{live_server.url}/desk/counter")
    page.keyboard.type(world["accepted"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/orders/{world['accepted']}")
    page.context.close()


def test_a_device_is_handed_over_by_keyboard_alone(chromium, live_server, world):
    page = signed_in(chromium, live_server, "clerk", "BJ01", width=1440, language="en")
    page.goto(f"{live_server.url}/desk/orders/{world['ready']}")
    page.get_by_role("button", name="Hand over to the owner").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Handed over.").first.wait_for()
    page.context.close()


def test_a_phone_number_is_shown_in_place(chromium, live_server, world):
    page = signed_in(chromium, live_server, "clerk", "BJ01", width=1440, language="en")
    page.goto(f"{live_server.url}/desk/orders/{world['accepted']}")
    page.get_by_role("button", name="Show phone").click()
    page.locator("a[href^='tel:']").wait_for()
    page.context.close()
