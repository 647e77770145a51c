"""Plain decisions: rows, identities, intervals, redaction, search words."""

from datetime import date

import pytest

from sanbao.rooms.feedback import rules
from sanbao.rooms.feedback.rules import Bounds, Fault, Identity, Row

PLACES = (0, 1, 2, 3, 4, 5)
NAMES = ("text", "stars", "said_on", "product", "outlet", "external_id")
BOUNDS = Bounds.at(date(2026, 3, 2), {"BJ01"})


def checked(text="好", stars="", said_on="", product="", outlet="", external_id=""):
    return rules.check(2, [text, stars, said_on, product, outlet, external_id], PLACES, NAMES, BOUNDS)


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"text": "  "}, "text", "empty"),
        ({"text": "长" * 20_001}, "text", "long"),
        ({"text": "a\x00b"}, "text", "nul"),
        ({"text": "a\udce9"}, "text", "bytes"),
        ({"product": "a\x00"}, "product", "nul"),
        ({"stars": "6"}, "stars", "stars"),
        ({"stars": "4.5"}, "stars", "stars"),
        ({"said_on": "2026-02-30"}, "said_on", "date"),
        ({"said_on": "1802-01-01"}, "said_on", "date"),
        ({"said_on": "2027-01-01"}, "said_on", "future"),
        ({"outlet": "XX99"}, "outlet", "outlet"),
    ],
)
def test_every_fault_names_its_column_and_reason(cells, column, code):
    fault = checked(**cells)
    assert isinstance(fault, Fault)
    assert (fault.row, fault.column, fault.code) == (2, column, code)
    fault.value.encode()


@pytest.mark.parametrize(
    "written", ["2026-03-01", "2026/3/1", "2026.3.1", "2026年3月1日", "20260301", "2026-03-01 11:35:45"]
)
def test_days_are_read_as_people_write_them(written):
    assert checked(said_on=written) == Row("好", said_on=date(2026, 3, 1))


def test_emoji_rare_characters_and_formulas_are_kept():
    assert checked(text="=好𠮷😀") == Row("=好𠮷😀")


def test_equal_rows_are_told_apart_by_their_count_and_found_again_in_any_order():
    first = Identity("review", "")
    seen = {first.of(Row("好")), first.of(Row("好")), first.of(Row("坏"))}
    again = Identity("review", "")
    assert {again.of(Row("坏")), again.of(Row("好")), again.of(Row("好"))} == seen
    assert again.of(Row("好")) not in seen
    assert len(seen) == 3


def test_a_row_with_a_number_at_its_source_is_one_row_wherever_it_comes():
    identity = Identity("review", "")
    assert identity.of(Row("好", external_id="1")) == identity.of(Row("好", stars=5, external_id="1"))
    assert identity.of(Row("好", external_id="1")) != identity.of(Row("改了", external_id="1"))


def test_sources_keep_equal_rows_apart():
    assert Identity("review", "a").of(Row("好")) != Identity("review", "b").of(Row("好"))


def test_wilson_agrees_with_a_worked_case():
    found = rules.share(10, 40)
    assert (round(found.low, 4), round(found.high, 4)) == (0.1419, 0.4019)
    assert rules.share(0, 0).high == 1.0
    assert rules.share(0, 9).low == 0.0
    assert rules.share(9, 9).high == 1.0


@pytest.mark.parametrize(
    ("praise", "blame", "says"), [(10, 19, "few"), (10, 90, "blame"), (90, 10, "praise"), (50, 52, "even")]
)
def test_a_leaning_is_said_only_where_the_interval_allows_it(praise, blame, says):
    assert rules.balance(praise, blame) == says


@pytest.mark.parametrize(
    "hidden",
    [
        "13812345678",
        "138 1234 5678",
        "+86-138-1234-5678",
        "wang@example.com",
        "https://example.com/a",
        "861234567890123",
        "微信号：abc12345",
    ],
)
def test_personal_data_is_covered_and_offsets_stay(hidden):
    text = f"打我电话{hidden}，谢谢"
    safe = rules.redacted(text)
    assert hidden not in safe
    assert len(safe) == len(text)
    assert safe.endswith("，谢谢")


def test_prices_days_and_models_are_not_covered():
    text = "花了1299元，2026-03-01买的 Mate 60"
    assert rules.redacted("花了1299元，买的 Mate 60") == "花了1299元，买的 Mate 60"
    assert len(rules.redacted(text)) == len(text)


def test_a_quote_marks_its_passage_and_cuts_far_context():
    found = rules.quote("一" * 100 + "修得慢" + "二" * 100, 100, 103, around=10)
    assert (found.before, found.span, found.after) == ("…" + "一" * 10, "修得慢", "二" * 10 + "…")


def test_search_words_are_pairs_of_han_and_whole_latin_words():
    assert rules.bigrams("换屏幕 iphone 15 贵") == ["换屏", "屏幕", "iphone", "15", "贵"]
