"""The words of the project: links lead somewhere, commands exist, nothing names a machine of its makers."""

import re
from pathlib import Path

import pytest

from sanbao.base.config import TABLE
from sanbao.doors.cli.main import HOUSE, PURE

ROOT = Path(__file__).parent.parent.parent
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
FOREIGN = re.compile(
    r"/(?:work|farm)/|\.\./sha" + r"red|https?://[a-z.]*(?:pypi|pythonhosted|npmjs|debian)\."
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text)
    lost = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert lost == []


def test_commands_that_are_shown_exist():
    shown = {
        command
        for page in PAGES
        for command in re.findall(r"`(?:\.venv/bin/)?sanbao ([a-z]+)", page.read_text(encoding="utf-8"))
    }
    assert shown <= {*PURE, *HOUSE}


def test_make_targets_that_are_shown_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    shown = {
        target
        for page in PAGES
        for target in re.findall(r"(?:`|^)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert shown <= targets


def test_settings_that_are_shown_exist():
    known = {setting.name for setting in TABLE} | {
        f"{setting.name}_FILE" for setting in TABLE if setting.secret
    }
    shown = {
        name for page in PAGES for name in re.findall(r"\bSANBAO_[A-Z_]+\b", page.read_text(encoding="utf-8"))
    }
    assert shown - {"SANBAO_SHOTS"} <= known


def test_nothing_names_a_machine_or_a_registry():
    places = [*PAGES, *(ROOT / "src").rglob("*.py"), *(ROOT / "requirements").iterdir(), ROOT / "Makefile"]
    assert [str(p) for p in places if FOREIGN.search(p.read_text(encoding="utf-8"))] == []
