"""Every piece draws itself, escapes what people typed, and needs no more than its required words."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from sanbao.doors import ui
from sanbao.doors.ui.icons import icon
from sanbao.doors.ui.strips import HOLIDAY, MAKEUP, REST, Day, clock_strip

EVIL = '<script>alert("x")</script>'
AT = datetime(2026, 9, 24, 4, 5, tzinfo=UTC)
TEMPLATES = Path(ui.__file__).parent / "jinja2" / "ui"

CASES = tomllib.loads((Path(__file__).parent / "ui_calls.toml").read_text(encoding="utf-8"))
CALLS, BODIES = CASES["calls"], CASES["bodies"]


def drawn(template, **context):
    request = RequestFactory().get("/here?page=1&kind=a")
    return engines["jinja2"].from_string(template).render({"evil": EVIL, "at": AT, **context}, request)


def call(file, macro):
    return f'{{% from "ui/{file}.html" import {macro.split("(")[0]} with context %}}{{{{ {macro} }}}}'


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    ("file", "macro"), [(file, macro) for file, macros in CALLS.items() for macro in macros]
)
def test_a_piece_draws_itself_and_escapes_what_was_typed(file, macro, language):
    with translation.override(language):
        page = drawn(call(file, macro))
    assert page.strip()
    assert "<script" not in page
    if "evil" in macro:
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("file", "macro"), [(file, macro) for file, macros in BODIES.items() for macro in macros]
)
def test_a_piece_holds_what_it_is_given(file, macro):
    name = macro.split("(")[0]
    page = drawn(
        f'{{% from "ui/{file}.html" import {name} with context %}}{{% call {macro} %}}inside{{% endcall %}}'
    )
    assert "inside" in page
    assert "<script" not in page


def test_every_macro_is_drawn_by_some_test():
    defined = {
        name.split("(")[0].split()[-1]
        for file in CALLS
        for name in (TEMPLATES / f"{file}.html").read_text().split("{% macro ")[1:]
    }
    inner = {"extra", "hint_line", "error_line", "about", "label_for", "field", "clause"}
    shown = {macro.split("(")[0] for macros in [*CALLS.values(), *BODIES.values()] for macro in macros}
    assert defined - shown == inner


class Form(forms.Form):
    phone = forms.CharField(label="Phone", help_text="eleven digits")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    way = forms.ChoiceField(label="Way", choices=[("a", "Visit"), ("b", "Mail")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="Sure")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_form_says_its_errors_at_the_field_and_in_the_summary():
    form = Form({"phone": "", "note": EVIL, "way": "z"})
    assert not form.is_valid()
    page = drawn(
        '{% from "ui/_controls.html" import field, error_summary with context %}'
        "{{ error_summary([], [form]) }}{% for each in form %}{{ field(each) }}{% endfor %}",
        form=form,
    )
    assert 'href="#id_phone"' in page
    assert 'id="id_phone_error"' in page
    assert 'aria-describedby="id_phone_hint id_phone_error"' in page
    assert page.count('aria-invalid="true"') >= 3
    assert page.count('type="radio"') == 2
    assert 'type="hidden" name="secret"' in page
    assert "<script" not in page


def test_a_form_sent_twice_carries_a_key_and_no_two_forms_share_one():
    template = (
        '{% from "ui/_controls.html" import post_form with context %}{% call post_form("/x") %}{% endcall %}'
    )
    one, other = drawn(template), drawn(template)
    assert 'name="csrfmiddlewaretoken"' in one
    key = one.split('name="once" value="')[1].split('"')[0]
    assert len(key) == 36
    assert key not in other


def test_addresses_keep_what_was_chosen_and_change_what_is_asked():
    page = drawn("{{ here(page=2) }} {{ here(kind=none) }} {{ page_links('c', none).next }}")
    assert page == "/here?kind=a&amp;page=2 /here?page=1 /here?page=1&amp;kind=a&amp;after=c"


def test_a_missing_word_in_a_template_is_an_error_and_not_a_hole():
    with pytest.raises(Exception, match="undefined"):
        drawn("{{ nobody }}")


def test_an_icon_is_silent_unless_it_has_a_name():
    assert 'aria-hidden="true"' in icon("wrench")
    assert 'role="img" aria-label="a &quot;b&quot;"' in icon("wrench", 16, 'a "b"')


def test_a_number_with_few_cases_behind_it_says_so():
    with translation.override("en"):
        assert "too few to judge" in drawn(call("_pieces", "stat('a', '8%', n=29)"))
        assert "too few" not in drawn(call("_pieces", "stat('a', '8%', n=30)"))


def test_a_slipped_promise_shows_the_old_day_struck_through():
    page = drawn(call("_pieces", "promise('Sat', was='Thu', reason='late')"))
    assert 'class="was">Thu</span>' in page


def days():
    kinds = {25: HOLIDAY, 26: REST, 27: MAKEUP}
    return [Day(date(2026, 9, n), kinds.get(n, "work"), pause=EVIL if n == 28 else "") for n in range(23, 30)]


def test_the_clock_strip_says_in_words_what_it_draws():
    with translation.override("en"):
        strip = str(clock_strip(days(), today=date(2026, 9, 24), due=date(2026, 9, 29), due_at=0.75))
    assert strip.count('class="day') == 7
    assert (
        strip.count('class="on"') == 4
    )  # 23, 24, 27 (made up) and 29: not the holiday, the day off, the pause
    assert "Fri 25 Sep 2026 public holiday" in strip
    assert "make-up working day" in strip
    assert "&lt;script&gt;" in strip
    assert "<script" not in strip
    assert strip.count("<tr>") == 8
    assert clock_strip([])


def test_a_long_strip_names_its_mondays_only_and_marks_that_are_close_stand_apart():
    long = [Day(date(2026, 9, 1) + timedelta(days=n)) for n in range(60)]
    strip = str(clock_strip(long, today=date(2026, 9, 29), due=date(2026, 9, 30)))
    assert strip.count('class="wd"') == 8
    assert 'text-anchor="end">今天' in strip
    assert 'text-anchor="start">到期' in strip
    assert "今天<" not in str(clock_strip(long, today=date(2027, 1, 1))).split("<details")[0]


def test_two_strips_on_one_page_do_not_share_an_id():
    first, second = clock_strip(days()), clock_strip(days()[1:])
    assert first.split('pattern id="')[1].split('"')[0] != second.split('pattern id="')[1].split('"')[0]
