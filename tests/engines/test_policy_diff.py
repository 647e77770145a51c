"""What a new pack would change, seen before it is published."""

from dataclasses import replace

from tests.engines.test_policy_cases import CASES

from sanbao.engines.policy import Facts, evaluate, open_book
from sanbao.engines.policy.diff import changed_cases, changed_rules
from sanbao.rooms.repairs.adapters.packs import packs_for

LAW = packs_for("CN", brand=False)
FACTS = {
    case["id"]: Facts(
        **{name: value for name, value in case["facts"].items() if name not in {"brand", "book"}}
    )
    for case in CASES
    if case["facts"]["jurisdiction"] == "CN"
}


def with_rule(name, **changes):
    """The same law with one clause otherwise."""
    packs = []
    for pack in LAW.packs:
        rules = tuple(replace(rule, **changes) if rule.id == name else rule for rule in pack.rules)
        packs.append(replace(pack, rules=rules, hash=f"{pack.hash}'") if rules != pack.rules else pack)
    return open_book(packs)


def test_the_same_law_changes_nothing():
    assert changed_rules(LAW, LAW) == ()
    assert list(changed_cases(LAW, LAW, FACTS.items())) == []


def test_a_longer_window_is_named_and_only_the_cases_in_between_change():
    other = with_rule("MOB-7", days=10)
    (change,) = changed_rules(LAW, other)
    assert (change.rule, change.kind, change.what) == ("MOB-7", "changed", ("days",))
    found = {change.key: change for change in changed_cases(LAW, other, FACTS.items())}
    assert "windows-day-8" in found
    assert found["windows-day-8"].because == ("MOB-7",)
    assert "remedies" in found["windows-day-8"].what
    assert "windows-day-16" not in found
    assert "laptop-day-8" not in found


def test_every_case_that_changes_is_found():
    other = with_rule("MOB-PERIOD", months=18)
    found = {change.key for change in changed_cases(LAW, other, FACTS.items())}
    expected = {
        key
        for key, facts in FACTS.items()
        if evaluate(LAW, facts).last_day != evaluate(other, facts).last_day
    }
    assert expected
    assert expected <= found


def test_a_removed_rule_and_another_default_are_named():
    packs = [replace(pack, rules=tuple(r for r in pack.rules if r.id != "MOB-15")) for pack in LAW.packs]
    assert [(c.rule, c.kind) for c in changed_rules(LAW, open_book(packs))] == [("MOB-15", "removed")]
    assert [(c.rule, c.kind) for c in changed_rules(open_book(packs), LAW)] == [("MOB-15", "added")]
    turned = [
        replace(
            pack,
            switches=tuple(
                replace(s, default="roll") if s.name == "window_roll" else s for s in pack.switches
            ),
        )
        for pack in LAW.packs
    ]
    (change,) = changed_rules(LAW, open_book(turned))
    assert (change.rule, change.what) == ("window_roll", ("default",))
