"""Chromium as the journeys use it: found where Debian puts it, quiet, on loopback only."""

import shutil
from pathlib import Path

import pytest

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
HOW_TO_GET_IT = (
    "no Chromium here: `apt-get install chromium fonts-noto-cjk` brings the browser journeys to life"
)


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
