"""Themes are phrases that many clauses share beyond chance, the same ones every time."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from sanbao.engines.text import Said, themes

_GREEN = ["屏幕发绿了", "屏幕发绿怎么办", "用了三天屏幕发绿", "突然屏幕发绿", "更新后屏幕发绿"]
_HINGE = ["铰链有异响", "折叠铰链异响严重", "铰链异响", "打开时铰链有异响"]
_OTHER = ["客服不回复", "修了半个月", "态度很好", "运费太贵", "没有配件", "屏幕很好"]


def _said(clauses, *, recent=True):
    return [Said(clause, recent) for clause in clauses]


def test_a_new_problem_gets_a_name_its_count_and_its_clauses():
    found = themes(_said([*_GREEN, *_HINGE, "好"]), _OTHER)
    by_label = {theme.label: theme for theme in found}
    green = next(theme for label, theme in by_label.items() if "发绿" in label)
    hinge = next(theme for label, theme in by_label.items() if "异响" in label)
    assert (green.n, green.clauses) == (5, (0, 1, 2, 3, 4))
    assert (hinge.n, hinge.clauses) == (4, (5, 6, 7, 8))
    assert set(green.samples) <= set(green.clauses)


def test_now_is_counted_apart_from_before():
    found = themes([*_said(_GREEN), *_said(_HINGE[:1] * 3, recent=False)], _OTHER)
    green = next(theme for theme in found if "发绿" in theme.label)
    hinge = next(theme for theme in found if "铰链" in theme.label)
    assert (green.n, green.earlier, green.share, green.earlier_share) == (5, 0, 1.0, 0.0)
    assert (hinge.n, hinge.earlier, hinge.earlier_share) == (0, 3, 1.0)


def test_english_themes_are_words():
    clauses = ["the hinge squeaks loudly", "hinge squeaks after a week", "my hinge squeaks"]
    assert any("hinge squeaks" in theme.label for theme in themes(_said(clauses), ["great screen"]))


def test_too_few_clauses_make_no_theme():
    assert themes(_said(_GREEN[:2]), _OTHER) == ()
    assert themes([]) == ()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet="屏幕发绿铰链异响坏了很a b,", max_size=12), max_size=30), st.booleans())
def test_a_clause_belongs_to_one_theme_at_most_and_order_is_by_strength(clauses, against):
    found = themes(_said(clauses), _OTHER if against else ())
    used = [number for theme in found for number in theme.clauses]
    assert len(used) == len(set(used))
    assert all(theme.n + theme.earlier == len(theme.clauses) >= 3 for theme in found)
    assert all(first.score >= second.score for first, second in pairwise(found))
    assert found == themes(_said(clauses), _OTHER if against else ())
