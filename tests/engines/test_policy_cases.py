"""Worked cases of the rule packs: written as data, checked against the evaluator."""

import csv
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sanbao.engines.policy import Facts, Verdict, evaluate
from sanbao.rooms.repairs.adapters.cases import facts_of, judge
from sanbao.rooms.repairs.adapters.packs import packs_for, shipped_packs

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "cases" / "entitlement-cases.csv"


def own_cases() -> Iterator[dict[str, Any]]:
    for path in sorted((HERE / "cases").glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        if "case" in table and "usual" in table:
            for case in table["case"]:
                yield {**case, "facts": {**table["usual"], **case["facts"]}}


CASES = list(own_cases())


def answer(case: dict[str, Any]) -> Verdict:
    facts = dict(case["facts"])
    brand, book = facts.pop("brand", False), facts.pop("book", facts["jurisdiction"])
    return evaluate(packs_for(book, brand=brand), Facts(**facts))


def text(remedies: tuple[str, ...]) -> str:
    return ";".join(remedies) or "none"


CHECKS = {
    "outcome": lambda v: v.outcome,
    "reason": lambda v: v.reasons[0].code,
    "remedies": lambda v: text(v.remedies),
    "last_day": lambda v: v.last_day,
    "days_left": lambda v: v.days_left,
    "loaner": lambda v: v.loaner_due,
    "disputed": lambda v: list(dict.fromkeys(d.switch.name for d in v.disputes)),
    "payers": lambda v: list(dict.fromkeys(g.payer for g in v.grants)),
    "finding_rules": lambda v: [f.rule for f in v.findings],
    "findings": lambda v: [f.code for f in v.findings],
    "share": lambda v: "open" if v.refund_share is None else v.refund_share,
    "presumed": lambda v: any(step.code == "presumed" for step in v.trace),
}
CONTAINED = {
    "rules": lambda v: v.rule_ids,
    "changes": lambda v: [change.code for change in v.changes],
    "provisional": lambda v: v.provisional,
    "other": lambda v: [f"{d.switch.name}: {text(d.outcome.remedies)}" for d in v.disputes],
}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_a_worked_case_comes_out_as_written(case):
    verdict = answer(case)
    expected = {"outcome": "decided", **case["expect"]} if "reason" not in case["expect"] else case["expect"]
    for name, wanted in expected.items():
        if name in CONTAINED:
            assert set(wanted) <= set(CONTAINED[name](verdict)), name
            continue
        found = CHECKS[name](verdict)
        assert found == (Decimal(wanted) if name == "share" and wanted != "open" else wanted), name


def test_a_case_without_a_verdict_grants_nothing():
    for case in CASES:
        verdict = answer(case)
        if not verdict.decided:
            assert (verdict.remedies, verdict.grants, verdict.last_day) == ((), (), None), case["id"]
            assert verdict.reasons, case["id"]


def test_every_shipped_rule_is_hit_by_a_worked_case():
    hit = {rule for case in CASES for rule in _touched(answer(case))}
    missing = {rule.id for pack in shipped_packs() for rule in pack.rules} - hit
    assert missing == set()


def _touched(verdict: Verdict) -> set[str]:
    found = {finding.rule for finding in verdict.findings}
    disputed = {rule for dispute in verdict.disputes for rule in dispute.rules}
    return {*verdict.rule_ids, *(step.rule for step in verdict.trace), *found, *disputed}


def test_there_are_at_least_150_cases_and_no_id_twice():
    ids = [case["id"] for case in CASES]
    assert len(ids) >= 150
    assert len(set(ids)) == len(ids)


needs_shared = pytest.mark.skipif(
    not SHARED.is_file(), reason="the shared cases lie beside a development checkout"
)


def shared_rows() -> list[dict[str, str]]:
    if not SHARED.is_file():
        return []
    with SHARED.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.shared
@needs_shared
def test_every_shared_case_agrees_with_its_expected_columns():
    wrong = []
    for row in shared_rows():
        book = packs_for(row["jurisdiction"], brand=row["packs"] == "statutory+brand")
        wrong += [(row["id"], name) for name in _differing(row, evaluate(book, facts_of(row)))]
    assert wrong == []


def _differing(row: dict[str, str], verdict: Verdict) -> Iterator[str]:
    found = {
        "expected_remedies": set(verdict.remedies) or {"none"},
        "expected_days_left": verdict.days_left,
        "expected_refund_share": verdict.refund_share,
        "expected_loaner_due": "yes" if verdict.loaner_due else "no",
        "expected_disputed": "yes" if verdict.disputed else "no",
    }
    read = {
        "expected_remedies": lambda cell: set(cell.split(";")),
        "expected_days_left": int,
        "expected_refund_share": Decimal,
    }
    for name, value in found.items():
        if row[name] and read.get(name, str)(row[name]) != value:
            yield name


@pytest.mark.shared
@needs_shared
def test_every_shared_case_is_answered_in_both_languages():
    for row in shared_rows():
        columns = judge(row).columns
        assert columns["remedies"], row["id"]
        assert columns["explanation_zh"], row["id"]
        assert columns["explanation_en"], row["id"]
