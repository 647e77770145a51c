"""The shape of the house: what may stand where, how long it may be, and what it must say."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from sanbao.base.db import Visible

ROOT = Path(__file__).parent.parent.parent
SRC = ROOT / "src" / "sanbao"
ROOMS = [
    "ledger",
    "vault",
    "registry",
    "outlets",
    "parts",
    "repairs",
    "conversations",
    "complaints",
    "feedback",
]
FURNITURE = {
    "__init__.py", "models.py", "models", "states.py", "rules.py", "services.py", "queries.py", "handlers.py",
    "errors.py", "apps.py", "grants.py", "adapters", "migrations", "tests", "locale", "services", "queries",
    "rules",
}  # fmt: skip
DRAWERS = re.compile(r"^(utils?|helpers?|common|misc)(\.py)?$")
LONGEST_MODULE, LONGEST_FUNCTION, LONGEST_TEMPLATE, LONGEST_SETTINGS = 400, 50, 150, 200


def modules(under=SRC):
    return [p for p in under.rglob("*.py") if "migrations" not in p.parts and "__pycache__" not in p.parts]


def code(under=SRC):
    return [p for p in modules(under) if "tests" not in p.parts]


def other_furniture(rooms):
    return [
        str(item.relative_to(rooms))
        for room in rooms.iterdir()
        if room.is_dir() and room.name != "__pycache__"
        for item in room.iterdir()
        if item.name not in FURNITURE | {"__pycache__"}
    ]


def drawers(root):
    return [
        str(p.relative_to(root))
        for p in root.rglob("*")
        if DRAWERS.match(p.name) and "__pycache__" not in p.parts
    ]


def upward_keys(all_models):
    wrong = []
    for model in all_models:
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey | models.OneToOneField | models.ManyToManyField):
                here, there = model._meta.app_label, field.related_model._meta.app_label
                if here in ROOMS and there in ROOMS and ROOMS.index(there) > ROOMS.index(here):
                    wrong.append(f"{model.__name__}.{field.name} points up to {there}")
    return wrong


def long_functions(paths, longest=LONGEST_FUNCTION):
    wrong = []
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > longest:
                wrong.append(f"{path}:{node.lineno} {node.name}")  # noqa: PERF401 - reads better than nested
    return wrong


def without_docstring(paths):
    wrong = []
    for path in paths:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not ast.get_docstring(tree) and tree.body:
            wrong.append(f"{path}: the module")
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):
                wrong.append(f"{path}:{node.lineno} {node.name}")
    return wrong


def test_rooms_hold_only_their_furniture():
    assert other_furniture(SRC / "rooms") == []


def test_there_are_no_drawers():
    assert drawers(SRC) == []
    assert drawers(ROOT / "tests") == []


def test_all_rooms_are_in_the_list():
    assert sorted(p.name for p in (SRC / "rooms").iterdir() if (p / "apps.py").exists()) == sorted(ROOMS)


def test_foreign_keys_never_point_up():
    assert upward_keys(apps.get_models()) == []


def test_every_model_says_who_may_see_it():
    silent = [
        model.__name__
        for model in apps.get_models()
        if model._meta.app_label in ROOMS
        and not (
            isinstance(model._default_manager.all(), Visible)
            and (
                type(model._default_manager.all()).visible_to is not Visible.visible_to
                or model.__name__ in ALONE
            )
        )
    ]
    assert silent == []


ALONE = {"Pulse", "Installation", "SearchIndex"}
"""Rows that belong to nobody: signs of life and the installation's own row."""


def test_nothing_happens_in_save():
    wrong = [
        f"{model.__name__}.{name}"
        for model in apps.get_models()
        if model._meta.app_label in ROOMS
        for name in ("save", "delete", "clean")
        if name in vars(model)
    ]
    assert wrong == []


def test_modules_stay_short():
    long = [
        str(p.relative_to(ROOT))
        for p in modules()
        if len(p.read_text(encoding="utf-8").splitlines()) > LONGEST_MODULE
    ]
    assert long == []
    assert len((SRC / "site/settings.py").read_text(encoding="utf-8").splitlines()) <= LONGEST_SETTINGS


def test_functions_stay_short():
    assert long_functions(code()) == []


def test_templates_stay_short():
    pages = [p for p in SRC.rglob("*.html") if "jinja2" in p.parts]
    assert [str(p) for p in pages if len(p.read_text(encoding="utf-8").splitlines()) > LONGEST_TEMPLATE] == []


def test_public_functions_say_what_is_true_afterwards():
    must = [*code(SRC / "engines"), *code(SRC / "base")]
    must += [
        p
        for p in code(SRC / "rooms")
        if "services" in str(p.relative_to(SRC)) or "queries" in str(p.relative_to(SRC))
    ]
    assert without_docstring(must) == []


def test_imports_stand_at_the_top():
    wrong = []
    for path in code():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inside = (n for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f))
        wrong += [f"{path}:{n.lineno}" for n in inside if isinstance(n, ast.Import | ast.ImportFrom)]
        wrong += [
            f"{path}: TYPE_CHECKING"
            for n in ast.walk(tree)
            if isinstance(n, ast.Name) and n.id == "TYPE_CHECKING"
        ]
    assert wrong == []


def test_nothing_is_left_over():
    mark = re.compile("TO" + "DO|FIX" + "ME|XX" + "X:|NotImplemented" + "Error\\(\\)")
    texts = [
        *modules(),
        *(ROOT / "tests").rglob("*.py"),
        *(ROOT / "docs").rglob("*.md"),
        *SRC.rglob("*.html"),
    ]
    assert [str(p) for p in texts if mark.search(p.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_a_page(room):
    assert (ROOT / "docs" / "rooms" / f"{room}.md").exists()


def test_the_map_shows_the_rooms_in_their_order():
    page = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
    places = [page.index(f"\n          {room} ") if f"\n          {room} " in page else -1 for room in ROOMS]
    listed = [match.group(1) for match in re.finditer(r"^\s+(?:rooms\s+)?(\w+)\s{2,}\S", page, re.MULTILINE)]
    order = [room for room in listed if room in ROOMS]
    assert order[: len(ROOMS)] == ROOMS[::-1], places
