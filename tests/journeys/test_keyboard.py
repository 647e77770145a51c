"""An owner books and complains, a clerk takes the device in: nobody touches a mouse."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.doors.owner_world import AT, phone_of
from tests.doors.work_world import browser
from tests.journeys.browser import page_of, running
from tests.journeys.keyboard import Keyboard

from sanbao.rooms.complaints.models import Case
from sanbao.rooms.parts.tests.factories import item, stock
from sanbao.rooms.registry.tests.factories import customer, product, tac
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.tests import factories as repairs

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
CRACKED = "昨天掉在地上，屏幕裂了"


@pytest.fixture(scope="module")
def chromium():
    with running() as started:
        yield started


@pytest.fixture
def owner(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT + timedelta(minutes=5))
    product()
    tac()
    stock(item(), repairs.place("BJ01", seats=12), on_hand=9)
    who = customer(name="林小满")
    phone_of(who)
    return who


@pytest.fixture
def keys(chromium, live_server):
    """Open a page with the session of a client, and its keyboard."""
    pages = []

    def start(client, **options):
        page = page_of(chromium, **options)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.set_default_timeout(15_000)
        pages.append(page)
        return Keyboard(page)

    yield start
    for page in pages:
        page.context.close()


def signed_in(who):
    client = Client()
    client.force_login(who.account)
    return client


@pytest.mark.parametrize(("language", "width", "theme"), [("zh-CN", 390, "light"), ("en", 1440, "dark")])
def test_a_visit_a_complaint_and_the_counter_by_keyboard_alone(
    owner, keys, live_server, language, width, theme
):
    at_home = keys(signed_in(owner), language=language, width=width, theme=theme)
    order = book(at_home, live_server)
    case = complain(at_home, live_server, order)
    assert (Order.objects.get().words, Case.objects.get().number) == (CRACKED, case)
    at_work = keys(browser("clerk", "BJ01"), language=language, width=1440, theme=theme)
    take_in(at_work, live_server, order)
    assert Order.objects.get().state == "accepted"


def book(keys, live_server):
    keys.page.goto(f"{live_server.url}/")
    keys.follow('a[href^="/book"]')
    keys.follow('main a[href*="device="]')
    keys.follow('main a[href*="fault=screen_cracked"]')
    keys.follow('main a[href*="way=visit"]')
    keys.follow('main a[href*="outlet=BJ01"]')
    keys.follow(".slots a")
    keys.type('[name="words"]', CRACKED)
    keys.follow("main form button:not([type=button])")
    return re.search(r"RO-[0-9A-Z-]+[0-9A-Z*]", keys.page.url).group()


def complain(keys, live_server, order):
    keys.page.goto(f"{live_server.url}/orders/{order}")
    keys.follow('a[href^="/complain"]')
    keys.type('[name="words"]', "约好的时间一直没人理")
    keys.choose("demand", "apology")
    keys.follow('form[action="/complain"] button:not([type=button])')
    return re.search(r"CP-[0-9A-Z-]+[0-9A-Z*]", keys.page.url).group()


def take_in(keys, live_server, order):
    keys.page.goto(f"{live_server.url}/desk/counter")
    keys.page.keyboard.type(order)
    with keys.page.expect_navigation():
        keys.press("Enter")
    keys.go_to('[name="backup_done"]')
    keys.press("Space")
    keys.type('[name="signature"]', "林小满")
    keys.follow('form[action$="/accept"] button:not([type=button])')


def test_a_window_that_opens_takes_the_focus_and_gives_it_back(owner, keys, live_server):
    number = repairs.booked(phone=phone_of(owner))
    at_home = keys(signed_in(owner), language="en", width=390)
    at_home.page.goto(f"{live_server.url}/orders/{number}")
    at_home.go_to('button[data-open="drop"], [data-dialog="drop"], [commandfor="drop"]')
    at_home.press("Enter")
    assert at_home.page.evaluate("document.querySelector('dialog[open]').contains(document.activeElement)")
    at_home.press("Escape")
    assert at_home.page.evaluate("document.querySelector('dialog[open]') === null")
    assert at_home.page.evaluate("document.activeElement.tagName") == "BUTTON"
    assert Order.objects.get().state == "booked"
