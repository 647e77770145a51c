"""Faults put in on purpose: each guard is shown a copy of the house with one fault, and must say no."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import models
from tests.house import test_shape as shape

from sanbao.rooms.ledger.models import Entry

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent

IMPORT_FAULTS = {
    "an engine knows Django": ("engines/text/fault.py", "import django.db\n", "engines"),
    "a door reads a table": (
        "doors/api/fault.py",
        "from sanbao.rooms.repairs.models import Order\n",
        "thin-doors",
    ),
    "a lower room calls up": ("rooms/ledger/fault.py", "from sanbao.rooms.repairs import queries\n", "rooms"),
    "a room writes ledger tables": (
        "rooms/repairs/fault.py",
        "from sanbao.rooms.ledger.models import Entry\n",
        "ledger-pen",
    ),
    "a room that nobody listed": ("rooms/attic/__init__.py", "", "rooms"),
    "the two webs know each other": (
        "doors/portal/fault.py",
        "from sanbao.doors.workbench import urls\n",
        "floors",
    ),
    "states know the ORM": ("rooms/repairs/states.py", "import django.db\n", "states"),
    "base knows an engine": ("base/fault.py", "from sanbao.engines import calendar\n", "floors"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    home = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "src", home / "src", ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    shutil.copy(ROOT / "pyproject.toml", home)
    return home


def contracts(home):
    script = (
        "import sys; sys.path.insert(0, 'src'); from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(no_cache=True))"
    )
    return subprocess.run([sys.executable, "-c", script], cwd=home, capture_output=True, text=True)


def test_the_contracts_hold(copy):
    done = contracts(copy)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("fault", IMPORT_FAULTS)
def test_a_forbidden_import_is_refused(copy, fault):
    place, text, _ = IMPORT_FAULTS[fault]
    path = copy / "src" / "sanbao" / place
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_text(text + (before or ""), encoding="utf-8")
    try:
        done = contracts(copy)
        assert done.returncode != 0, done.stdout[-3000:]
        assert "BROKEN" in done.stdout or "not listed" in done.stdout or "attic" in done.stdout
    finally:
        if before is None:
            path.unlink()
            if path.parent.name == "attic":
                shutil.rmtree(path.parent)
        else:
            path.write_text(before, encoding="utf-8")


def test_a_signal_is_refused(tmp_path):
    fault = tmp_path / "fault.py"
    fault.write_text('from django.dispatch import receiver\n\n__all__ = ["receiver"]\n', encoding="utf-8")
    done = subprocess.run(
        [BIN / "ruff", "check", "--config", ROOT / "pyproject.toml", "--select", "TID251", fault],
        capture_output=True,
        text=True,
    )
    assert "TID251" in done.stdout


def test_a_method_used_as_truth_is_refused(tmp_path):
    fault = tmp_path / "fault.py"
    fault.write_text(
        "class Order:\n    def is_done(self) -> bool:\n        return True\n\n\n"
        "def may(order: Order) -> bool:\n    return not order.is_done\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [BIN / "mypy", "--config-file=", "--strict", "--enable-error-code", "truthy-bool", fault],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert "truthy-function" in done.stdout


def test_a_drawer_and_other_furniture_are_seen(tmp_path):
    (tmp_path / "repairs").mkdir()
    (tmp_path / "repairs" / "utils.py").write_text("", encoding="utf-8")
    assert shape.other_furniture(tmp_path) == ["repairs/utils.py"]
    assert shape.drawers(tmp_path) == ["repairs/utils.py"]


def test_a_foreign_key_that_points_up_is_seen():
    class Fault(models.Model):  # noqa: DJ008 - never shown
        order = models.ForeignKey("repairs.Order", on_delete=models.CASCADE)

        class Meta:
            app_label = "ledger"
            managed = False

    try:
        assert shape.upward_keys([Fault, Entry]) == ["Fault.order points up to repairs"]
    finally:
        Entry._meta.apps.all_models["ledger"].pop("fault")
        Entry._meta.apps.clear_cache()


def test_a_long_function_and_a_silent_one_are_seen(tmp_path):
    fault = tmp_path / "services.py"
    fault.write_text('"""A module."""\n\n\ndef long():\n' + "    pass\n" * 60, encoding="utf-8")
    assert shape.long_functions([fault])
    assert shape.without_docstring([fault])
