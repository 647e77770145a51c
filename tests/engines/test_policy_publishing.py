"""Packs looked through before they count: their faults by line, what they change, whether they only add."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.test_policy_diff import FACTS, LAW, with_rule

from sanbao.engines.policy import Facts, evaluate, open_book
from sanbao.engines.policy.check import check_pack
from sanbao.engines.policy.diff import changed_among, changed_cases, only_adds
from sanbao.engines.policy.verdict import weight
from sanbao.rooms.registry.adapters.packs import shipped_texts
from sanbao.rooms.repairs.adapters.packs import packs_for, shipped_packs

BRAND = next(text for pack, text in shipped_texts() if pack.name == "brand-xiaomi-cn")
SOLD = date(2025, 6, 10)


@pytest.mark.parametrize("shipped", shipped_texts(), ids=lambda each: each[0].name)
def test_every_shipped_pack_passes_and_is_the_same(shipped):
    pack, text = shipped
    assert check_pack(text) == (pack, ())


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("days = 15", "days = ", 40, "Invalid value"),
        ("days = 15", 'days = "15"', 34, "XM-15: days must be a whole number."),
        ("days = 15", "", 34, "XM-15: A rule of kind window needs days."),
        ('channels = ["online", "own-store"]', 'channels = ["moon"]', 19, "Unknown word moon in channels."),
        ('source = "X3"', 'source = "X9"', 109, "The source X9 is not under [sources]."),
        ("rolls = true\nchannels", 'rolls = "yes"\nchannels', 19, "rolls must be true or false."),
        ('valid_from = 2012-01-01\nmark = "M"', 'valid_from = 2012\nmark = "M"', 109, "must be a day"),
        ('parts = ["data-cable"]', 'parts = "data-cable"', 109, "parts must be a list of texts."),
        ('family = "brand"', 'family = "king"', 4, "unknown family"),
        ('name = "brand-xiaomi-cn"', 'name = "小米"', 4, "small letters"),
        ('payer = "brand"\nzh = "附件', 'payer = "me"\nzh = "附件', 125, "Unknown word me in payer."),
        ('kind = "repeat"', 'kind = "exclusion"', 125, "may not hold a rule of kind"),
        ("[sources]", "[origins]", 13, "Unknown table [origins]."),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_line(old, new, line, said):
    assert old in BRAND
    pack, faults = check_pack(BRAND.replace(old, new, 1))
    assert pack is None
    told = [str(fault) for fault in faults]
    assert any(said in text for text in told), told
    assert any(abs(fault.line - line) <= 1 for fault in faults), told


def test_several_faults_are_all_told_in_the_order_of_lines():
    bad = BRAND.replace("days = 7", "days = -7").replace("months = 6", "months = 0")
    _, faults = check_pack(bad)
    assert [fault.where for fault in faults] == ["XM-RETURN", "XM-PERIOD-EARPHONE", "XM-PERIOD-CABLE"]
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)


def test_a_rule_that_is_there_twice_and_a_file_without_a_head_are_refused():
    rule = BRAND[BRAND.index("[[rule]]") : BRAND.index("[[rule]]", BRAND.index("[[rule]]") + 5)]
    _, faults = check_pack(BRAND + "\n" + rule)
    assert "twice" in str(faults[0])
    assert str(check_pack("x = 1")[1][0]) == "line 1: The table [pack] is missing."
    assert "[[rule]]" in str(check_pack(BRAND[: BRAND.index("[[rule]]")] + "[rule]\nid = 1")[1][0])


BOOKS = [
    with_rule("MOB-7", days=10),
    with_rule("MOB-15", days=8),
    with_rule("MOB-PERIOD", months=18),
    with_rule("MOB-2X", times=3),
    with_rule("MOB-FREE", days=60),
    with_rule("MOB-30", more_than=20),
    open_book([replace(pack, rules=tuple(r for r in pack.rules if r.id != "MOB-15")) for pack in LAW.packs]),
    packs_for("CN", brand=True),
]
facts = st.builds(
    Facts,
    part=st.sampled_from(["main", "battery", "charger"]),
    purchased_on=st.just(SOLD),
    delivered_on=st.sampled_from([SOLD, SOLD + timedelta(days=2)]),
    fault_on=st.integers(2, 600).map(lambda days: SOLD + timedelta(days=days)),
    fault_kind=st.sampled_from(["listed-fault", "unlisted-fault", "customer-damage", "none"]),
    sales_channel=st.sampled_from(["store", "online"]),
    failed_repairs=st.integers(0, 3),
    in_repair=st.booleans(),
    repair_days=st.integers(0, 2),
    last_repair_finished_on=st.one_of(st.none(), st.just(SOLD + timedelta(days=2))),
    customer_refuses_exchange=st.booleans(),
)


@pytest.mark.parametrize("place", range(len(BOOKS)))
@given(st.lists(facts, min_size=1, max_size=12))
def test_many_cases_at_once_change_as_each_by_itself(place, cases):
    named = [(str(n), one) for n, one in enumerate(cases)]
    assert changed_among(LAW, BOOKS[place], named) == list(changed_cases(LAW, BOOKS[place], named))


def test_the_worked_cases_at_once_change_as_each_by_itself():
    cases = list(FACTS.items())
    for book in BOOKS:
        assert changed_among(LAW, book, cases) == list(changed_cases(LAW, book, cases))
    assert changed_among(LAW, LAW, []) == []


PHONE = next(pack for pack in shipped_packs() if pack.name == "cn-phone")
XIAOMI = next(pack for pack in shipped_packs() if pack.name == "brand-xiaomi-cn")


def changed(pack, name, **changes):
    rules = tuple(replace(rule, **changes) if rule.id == name else rule for rule in pack.rules)
    assert rules != pack.rules
    return replace(pack, rules=rules)


@pytest.mark.parametrize(
    ("name", "changes", "adds"),
    [
        ("MOB-7", {"days": 8}, True),
        ("MOB-7", {"days": 6}, False),
        ("MOB-7", {"gives": ("repair",)}, False),
        ("MOB-2X", {"times": 1}, True),
        ("MOB-2X", {"times": 3}, False),
        ("MOB-30", {"more_than": 29}, True),
        ("MOB-PERIOD", {"zh": "换个说法。", "mark": "V"}, True),
        ("MOB-PERIOD", {"rolls": False}, False),
        ("MOB-PERIOD", {"parts": frozenset()}, False),
        ("MOB-7", {"payer": "consumer"}, False),
    ],
)
def test_a_change_only_adds_or_it_does_not(name, changes, adds):
    assert only_adds(PHONE, changed(PHONE, name, **changes)) is adds


def test_a_rule_that_is_gone_and_a_worse_new_version_take_away():
    assert only_adds(PHONE, PHONE)
    assert not only_adds(PHONE, replace(PHONE, rules=PHONE.rules[1:]))
    seven = next(rule for rule in PHONE.rules if rule.id == "MOB-7")
    for days, adds in ((9, True), (5, False)):
        later = replace(seven, valid_from=date(2027, 1, 1), days=days)
        assert only_adds(PHONE, replace(PHONE, rules=(*PHONE.rules, later))) is adds
    assert only_adds(None, XIAOMI)
    assert not only_adds(None, PHONE)
    assert not only_adds(PHONE, replace(PHONE, classes=frozenset({"tablet"})))


NUMBERS = [rule for rule in PHONE.rules if rule.days or rule.months or rule.times or rule.more_than]


@given(
    facts,
    st.sampled_from(NUMBERS),
    st.sampled_from(["days", "months", "times", "more_than"]),
    st.integers(-2, 3),
)
def test_what_only_adds_never_takes_a_remedy_from_anybody(one, rule, field, by):
    value = getattr(rule, field)
    if not value or value + by < 1:
        return
    other = replace(
        PHONE, rules=tuple(replace(r, **{field: value + by}) if r is rule else r for r in PHONE.rules)
    )
    if not only_adds(PHONE, other):
        return
    beside = [pack for pack in LAW.packs if pack.name != PHONE.name]
    before, after = evaluate(LAW, one), evaluate(open_book([*beside, other]), one)
    if before.decided:
        assert set(before.remedies) <= set(after.remedies)
        assert weight(before.default)[0] <= weight(after.default)[0]
