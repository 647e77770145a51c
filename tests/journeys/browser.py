"""Chromium as the journeys use it: found where Debian puts it, quiet, on loopback only."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOW_TO_GET_IT = "no Chromium here: `apt-get install chromium fonts-noto-cjk` brings the journeys to life"


def executable():
    """Path of the browser, or None."""
    found = next((place for place in PLACES if Path(place).exists()), None)
    return found or shutil.which("chromium") or shutil.which("chromium-browser")


def launch(playwright):
    """A running Chromium; the test is skipped with one line on how to get it where there is none."""
    path = executable()
    if path is None:
        pytest.skip(HOW_TO_GET_IT)
    return playwright.chromium.launch(executable_path=path, args=list(FLAGS))


@contextmanager
def running():
    """A Chromium for as long as the block lasts.

    Playwright keeps an event loop on this thread, which Django would take for code that must not
    touch the database; the variable tells it that the test is no such code.
    """
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            yield browser
            browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def transferred(page, address):
    """Bytes that came over the wire for a first visit of this address, everything counted as it was sent."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    answer = page.goto(address, wait_until="networkidle")
    assert answer.ok, answer.status
    wire.detach()
    return sum(sizes)


def page_of(browser, *, language="zh-CN", width=390, height=844, theme="light", **options):
    """A fresh page in its own context: language, width and theme as a person's device has them."""
    context = browser.new_context(
        locale=language,
        viewport={"width": width, "height": height},
        color_scheme=theme,
        timezone_id="Asia/Shanghai",
        **options,
    )
    return context.new_page()
