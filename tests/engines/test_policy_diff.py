"""What a new pack would change, seen before it is published."""

from dataclasses import replace

from click.testing import CliRunner
from tests.engines.test_policy_cases import CASES

from sanbao.doors.cli.policy import policy
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


OWN = """
[pack]
name = "brand-xiaomi-cn"
title_zh = "自家承诺"
title_en = "Own promise"
jurisdiction = "CN"
family = "brand"
version = "2"

[[rule]]
id = "XM-PERIOD-BATTERY"
kind = "period"
valid_from = 2012-01-01
mark = "V"
source = "own"
parts = ["battery"]
months = 24
gives = ["exchange"]
payer = "brand"
zh = "电池两年。"
en = "Two years for the battery."
"""
CASES_CSV = """id,part,purchased_on,delivered_on,fault_on
young,battery,2025-06-10,2025-06-10,2025-07-10
old,battery,2025-06-10,2025-06-10,2026-08-10
main,main,2025-06-10,2025-06-10,2025-06-12
broken,battery,2025-06-10,2025-06-10,soon
"""


def compare(tmp_path, *more):
    for name in ("old", "new"):
        (tmp_path / name).mkdir(exist_ok=True)
    (tmp_path / "cases.csv").write_text(CASES_CSV, encoding="utf-8")
    return CliRunner().invoke(policy, ["diff", str(tmp_path / "old"), str(tmp_path / "new"), *more])


def test_the_command_shows_rules_and_cases_that_change(tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "own.toml").write_text(OWN, encoding="utf-8")
    result = compare(tmp_path, "--cases", str(tmp_path / "cases.csv"))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert any(line.startswith("XM-PERIOD-BATTERY changed: ") and "months" in line for line in lines)
    assert "XM-15 removed" in lines
    assert any(line.startswith("old: none to 2026-06-10 -> exchange to 2027-06-10") for line in lines)
    assert lines[-1].endswith("cases change")
    assert not any(line.startswith("broken") for line in lines)


def test_the_command_says_when_nothing_differs(tmp_path):
    result = compare(tmp_path, "--cases", str(tmp_path / "cases.csv"))
    assert result.stdout.splitlines() == ["0 rules differ; 0 of 4 cases change"]


def test_the_command_refuses_a_place_without_law(tmp_path):
    assert compare(tmp_path, "--place", "JP").exit_code == 1
