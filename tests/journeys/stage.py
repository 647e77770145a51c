"""The stage of the journeys: the small demo world at a fixed moment, and people who click and type."""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import expect
from tests.journeys.axe import serious
from tests.journeys.browser import page_of

from sanbao.base.actor import system
from sanbao.demo import cast, world
from sanbao.doors.cli.work import one_round
from sanbao.rooms.registry import queries as registry_queries
from sanbao.rooms.registry import services as registry

START = datetime(2026, 3, 3, 5, 40, tzinfo=UTC)
"""A Tuesday, 13:40 in Beijing: shops are open, no holiday is near."""
UNFOLD = """e => {
  for (let d = e.closest('details'); d; d = d.parentElement.closest('details')) d.open = true;
  const window = e.closest('dialog');
  if (window && !window.open) window.showModal();
}"""
SHOTS = os.environ.get("SANBAO_SHOTS", "")


class Clock:
    """Time as the journey wants it: it stands still until somebody moves it."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def move(self, **step):
        self.now += timedelta(**step)

    def work(self):
        """Let the worker do everything that is due."""
        while one_round(system(self.now)):
            pass


def build(clock):
    """The small demo world, and a clerk of the centre who can sign in."""
    world.build(system(clock.now, "demo"), progress=lambda line: None, size="small")
    house = system(clock.now, "demo")
    link = registry.invite(house, name="秦岚", email="post@demo.example", role="clerk", outlet="BJ09")
    import pyotp

    code = pyotp.TOTP(registry_queries.joining(link, house.at).secret).at(house.at)
    registry.accept_invitation(house, token=link, password=cast.PASSWORD, code=code)


class Person:
    """Somebody with a browser of their own. Everything they see is checked on the way."""

    def __init__(self, browser, server, *, language, width, axe=False):
        self.page = page_of(browser, language=language, width=width, height=900 if width > 600 else 844)
        self.page.set_default_timeout(15_000)
        self.server, self.language, self.width, self.axe = server, language, width, axe
        self.faults = []
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("response", lambda answer: answer.status >= 500 and self.faults.append(answer.url))

    def go(self, address):
        answer = self.page.goto(self.server + address)
        assert answer.ok, (address, answer.status)
        self.look()

    def look(self):
        """What must hold on every page that somebody sees."""
        self.page.wait_for_load_state()
        assert self.faults == []
        sideways = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert sideways <= 0, (self.page.url, sideways)
        if self.axe:
            for theme in ("light", "dark"):
                self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                assert serious(self.page) == [], (self.page.url, theme)
            self.page.emulate_media(color_scheme="light", reduced_motion="reduce")

    def shot(self, name):
        """Keep the page as a picture where the run was asked for pictures."""
        if SHOTS:
            place = Path(SHOTS) / f"{name}-{self.language[:2]}-{self.width}.png"
            place.parent.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=place)

    def send(self, action, press="", **fields):
        """Fill the form whose action ends so, send it, and look at what comes."""
        form = self.page.locator(f'form[action*="{action}"]')
        form = (form.filter(has=self.page.locator(press)) if press else form).last
        form.evaluate(UNFOLD)
        for name, value in fields.items():
            self._fill(form, name, value)
        button = form.locator(press or "button:not([type=button])").first
        with self.page.expect_navigation():
            button.click()
        self.look()

    def follow(self, selector):
        """Press what leads to another page, and look at it when it is there."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.look()

    def _fill(self, form, name, value):
        here = form.locator(f'[name="{name}"]')
        kind = here.first.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
        if kind in ("radio", "checkbox"):
            wanted = form.locator(f'[name="{name}"][value="{value}"]') if isinstance(value, str) else here
            wanted.first.check(force=True)
        elif kind == "select":
            here.first.select_option(value)
        elif kind == "file":
            here.first.set_input_files(value)
        else:
            here.first.fill(value)

    def sees(self, *words):
        for word in words:
            expect(self.page.locator("body")).to_contain_text(word)

    def number(self, prefix):
        """The number of this kind in the address or on the page."""
        found = re.search(
            rf"{prefix}-[0-9A-Z]{{4}}-[0-9A-Z]{{4}}-[0-9A-Z*]", self.page.url + self.page.content()
        )
        assert found, (prefix, self.page.url)
        return found.group()

    def sign_in_as_owner(self, phone):
        self.go("/ui/signin")
        self.send("/signin", notice=True, target=phone)
        self.send("/signin/code", code=cast.CODE)

    def sign_in_as_staff(self, email):
        self.go("/ui/signin/staff?next=/desk/")
        self.send("/signin/staff", email=email, password=cast.PASSWORD, code=cast.CODE)

    def close(self):
        self.page.context.close()
