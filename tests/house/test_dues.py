"""Whoever sees a due time can open its working: no page prints one bare, no due field is without words."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from sanbao.doors.ui.dues import KINDS, SHIPPED, SOURCES, TITLES
from sanbao.engines.calendar import CLOCKS, TERMS

DOORS = Path(__file__).parent.parent.parent / "src" / "sanbao" / "doors"
NAMES = (
    r"(?:answer_due_at|outer_due_at|due_at|promised_at|expected_at|valid_until|hold_until|closes_at|by_when)"
)
PRINTED = re.compile(rf"\b{NAMES}\s*\|\s*(?:moment|day|clock|since|span)\b")
COMPONENTS = ("due_link(", "due(", "due_chip(", "working=", "all_dues(")
BARE = {
    "portal/_rows.html": "the whole row is one link to the page that holds the component",
    "portal/talk.html": "the whole row is one link to the talk, whose date opens its working",
    "workbench/receipt.html": "paper cannot be tapped; its number leads to the page",
    "ui/_due.html": "the component itself",
    "portal/deadline.html": "the page of the working itself",
    "workbench/deadline.html": "the page of the working itself",
    "portal/_case_now.html": "the head of the case: its chip below opens the working",
}
"""Templates that may print a due time themselves, each with its reason."""
SPOKEN = {"portal/steps.py": {"due", "promise"}, "portal/case_steps.py": {"_current"}}
"""Functions that put a due time into words for the component or for a line with its address."""
EXPLAINED = {
    "Case.answer_due_at": "CP", "Case.outer_due_at": "CP", "Clock.due_at": "CP", "Pause.until": "CP",
    "Order.promised_at": "RO", "Order.expected_at": "RO", "Quote.valid_until": "RO",
    "Thread.answer_due_at": "TH", "Booking.hold_until": "BK", "Survey.closes_at": "SV",
}  # fmt: skip
"""Every due time that people are shown, with the kind of number that explains it."""
ELSEWHERE = {
    "Remedy.answer_due_at": "its working is stored and shown on its own page",
    "Remedy.outer_due_at": "its working is stored and shown on its own page",
    "Review.answer_due_at": "its working is stored and shown on its own page",
    "Code.expires_at": "a one-time code; its life is said where it is asked for",
    "Link.expires_at": "an invitation; its life is said in it",
    "Staff.locked_until": "a lock after wrong passwords, told in the refusal",
    "Token.expires_at": "the term that whoever made the key chose",
    "Alert.due_at": "when a letter is tried next",
    "Notice.due_at": "when a letter is tried next",
    "Action.due_on": "the day that a person chose for an improvement",
    "Mute.until": "the length that a person chose for a silence",
    "Edition.until": "the last day of a report, nothing that is owed",
    "Delivery.due_at": "when a delivery is tried next",
}
DUE_FIELD = re.compile(
    r"(?:^|_)(?:due_at|until|expires_at|closes_at|promised_at|expected_at|by_when|due_on)$"
)


def templates():
    return {
        str(path.relative_to(path.parent.parent)): path.read_text(encoding="utf-8")
        for path in sorted(DOORS.glob("*/jinja2/*/*.html"))
    }


def bare_lines(name, text):
    """The lines of a template that print a due time without a component around it."""
    if name in BARE:
        return []
    return [
        f"{name}:{number}"
        for number, line in enumerate(text.splitlines(), 1)
        for piece in re.split(r"(?=\{\{|\{%)", line)
        if PRINTED.search(piece) and not any(each in piece for each in COMPONENTS)
    ]


def test_every_template_that_prints_a_due_time_uses_the_component():
    assert [line for name, text in templates().items() for line in bare_lines(name, text)] == []


def test_a_template_that_prints_one_bare_is_noticed():
    assert bare_lines("portal/x.html", "<p>{{ row.answer_due_at|moment(short=true) }}</p>")
    assert bare_lines("portal/x.html", '{{ _("by %(when)s", when=order.quote.valid_until|moment) }}')
    assert not bare_lines("portal/x.html", '{{ due_link(row.due_at, row.number, "decision") }}')


def test_every_exception_is_a_template_that_still_needs_it():
    known = templates()
    prints = re.compile(rf"\b{NAMES}\b")
    assert [name for name in BARE if name not in known or not prints.search(known[name])] == []


def spoken(path):
    """The functions of a door's module that put a due time into words."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            said = getattr(call.func, "attr", "") in {"moment", "day", "clock"}
            if said and any(re.search(rf"\b{NAMES}\b", ast.unparse(each)) for each in call.args):
                yield function.name


@pytest.mark.parametrize("door", ["portal", "workbench"])
def test_no_view_puts_a_due_time_into_words_past_the_component(door):
    wrong = []
    for path in sorted((DOORS / door).glob("*.py")):
        allowed = SPOKEN.get(f"{door}/{path.name}", set())
        wrong += [f"{door}/{path.name} {name}" for name in spoken(path) if name not in allowed]
    assert wrong == []


def due_fields():
    return {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("sanbao.rooms")
        for field in model._meta.get_fields()
        if isinstance(field, models.DateTimeField | models.DateField) and DUE_FIELD.search(field.name)
    }


def test_every_due_time_that_is_stored_is_explained_or_says_why_not():
    known = set(EXPLAINED) | set(ELSEWHERE) | {"Reply.by_when"}
    assert due_fields() - known == set()
    assert set(EXPLAINED.values()) <= set(KINDS)


def test_every_clock_and_term_has_a_title_and_names_who_set_it():
    ids = {clock.id for clock in CLOCKS} | set(TERMS)
    assert ids <= set(TITLES)
    assert ids <= set(SOURCES)
    assert {clock.source for clock in CLOCKS} <= SHIPPED
