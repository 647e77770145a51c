"""A fleet is judged by the same law as a single case."""

import random
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner
from pyarrow import parquet
from tests.engines.test_policy_cases import CASES

from sanbao.doors.cli.rights import rights
from sanbao.engines.calendar import Roll, add_months, china_calendar, roll_forward
from sanbao.engines.policy import Facts, Verdict, evaluate
from sanbao.engines.policy.columns import NONE, Columns, columns_of, day_number
from sanbao.engines.policy.daytables import tables_for
from sanbao.engines.policy.fleet import CHUNK, judge_fleet
from sanbao.engines.policy.readings import GATES
from sanbao.engines.policy.sweep_gates import GATES as SWEEP_GATES
from sanbao.rooms.repairs.adapters.fleets import columns_from, judge_table
from sanbao.rooms.repairs.adapters.packs import packs_for
from sanbao.rooms.repairs.adapters.tables import NotATable

BITS = {"repair": 1, "exchange": 2, "refund": 4}
OUTCOMES = {"decided": 0, "needs_person": 1, "refused": 2}
PARTS = {
    "phone": ["main", "main", "battery", "charger", "wired-earphone", "data-cable"],
    "laptop": ["main", "main-part"],
    "tv": ["main", "panel"],
}
CLASSES = {
    "CN": ["phone"] * 6 + ["laptop", "laptop", "tv", "watch", "fixed-phone", "fridge", "toaster"],
    "EU": ["phone", "laptop"],
    "UK": ["phone", "laptop"],
}


def some_facts(rnd: random.Random, place: str) -> Facts:
    """Facts of every kind, some of them impossible."""
    pick, chance = rnd.choice, rnd.random
    bought = date(2023, 6, 1) + timedelta(days=rnd.randrange(1200))
    delivered = bought + timedelta(days=pick([0, 0, 0, 1, 4, -1]))
    age = pick([rnd.randrange(25), rnd.randrange(420), rnd.randrange(2500)])
    fault = delivered + timedelta(days=age - (chance() < 0.01))
    running, product = chance() < 0.3, pick(CLASSES[place])
    room = max(1, min(40, age // 2))
    exchanged = None if chance() < 0.75 else delivered + timedelta(days=age // 2)
    return Facts(
        jurisdiction=place if chance() > 0.01 else "US",
        product_class=product,
        part=pick(PARTS.get(product, ["main"])),
        purchased_on=None if chance() < 0.02 else bought,
        delivered_on=None if chance() < 0.02 else delivered,
        proof_of_purchase=pick(["invoice", "invoice", "invoice", "copy", "none"]),
        manufactured_on=None if chance() < 0.1 else bought - timedelta(days=rnd.randrange(-1, 300)),
        fault_on=None if chance() < 0.01 else fault,
        fault_kind=pick(
            ["listed-fault"] * 6 + ["unlisted-fault", "none", "none", "customer-damage", "network", "x"]
        ),
        sales_channel=pick(["store", "online", "own-store"]),
        successful_repairs=pick([0, 0, 1]),
        failed_repairs=pick([0, 0, 1, 2, 3]),
        failed_repairs_other_fault=pick([0, 0, 0, 1, 2]),
        software_only_repairs=pick([0, 0, 0, 1]),
        repair_days=rnd.randrange(45) if running else rnd.randrange(room),
        parts_wait_days=pick([0, rnd.randrange(110) if running else rnd.randrange(room)]),
        in_repair=running,
        last_repair_finished_on=None if chance() < 0.7 else fault - timedelta(days=rnd.randrange(40)),
        exchanged_on=exchanged,
        repairs_before_exchange=pick([0, 1, 2]) if exchanged or chance() < 0.02 else 0,
        documents_match_device=chance() > 0.1,
        same_model_in_stock=chance() > 0.3,
        customer_refuses_exchange=chance() < 0.4,
        activated_and_no_return_agreed=chance() < 0.3,
        repair_records_missing=chance() < 0.2,
        activated_on=None if chance() < 0.9 else bought + timedelta(days=1),
        opened_by_stranger=chance() < 0.1,
        transit_days=pick([0, 0, 0, 3]),
        pickup_wait_days=pick([0, 0, 0, 2]),
        other_proof_on=None if chance() < 0.98 else bought + timedelta(days=pick([0, 1])),
        asked_on=None if chance() < 0.5 else fault + timedelta(days=pick([-30, 0, 0, 10])),
        plan=pick([""] * 6 + ["screen-1y", "care-2y"] + ["golden"] * (chance() < 0.05)),
        plan_from=pick([None, *[delivered] * 9]),
        plan_claims_used=pick([0, 0, 1, 2]),
        damage=pick(["", "screen", "liquid"]),
        fault_code=pick([""] * 20 + ["F07"]),
    )


def single(verdict: Verdict) -> tuple[int, ...]:
    share = verdict.refund_share
    return (
        OUTCOMES[verdict.outcome],
        sum(BITS[name] for name in verdict.remedies),
        NONE if verdict.days_left is None else verdict.days_left,
        NONE if share is None else int(share * 10_000),
        int(verdict.loaner_due),
        int(verdict.disputed),
    )


def swept(verdicts) -> list[tuple[int, ...]]:
    columns = (
        verdicts.outcome,
        verdicts.remedies,
        verdicts.days_left,
        verdicts.share,
        verdicts.loaner_due,
        verdicts.disputed,
    )
    return [tuple(int(value) for value in row) for row in zip(*columns, strict=True)]


@pytest.mark.parametrize("place", ["CN", "EU", "UK"])
@pytest.mark.parametrize("brand", [False, True])
def test_a_fleet_gets_the_verdicts_of_its_single_cases(place, brand):
    rnd = random.Random(f"{place}{brand}")  # noqa: S311 - cases, not secrets
    cases = [some_facts(rnd, place) for _ in range(3_000 if place == "CN" else 800)]
    book = packs_for(place, brand=brand)
    found = swept(judge_fleet(book, columns_of(cases)))
    expected = [single(evaluate(book, case)) for case in cases]
    assert [case for case, a, b in zip(cases, found, expected, strict=True) if a != b] == []


def test_a_fleet_gets_the_verdicts_of_the_worked_cases():
    for case in CASES:
        facts = dict(case["facts"])
        brand, place = facts.pop("brand", False), facts.pop("book", facts["jurisdiction"])
        book, one = packs_for(place, brand=brand), Facts(**facts)
        assert swept(judge_fleet(book, columns_of([one]))) == [single(evaluate(book, one))], case["id"]


def test_every_gate_for_single_cases_has_one_for_fleets():
    assert set(GATES) == set(SWEEP_GATES)
    assert set(GATES) == {switch.name for switch in packs_for("CN").switches.values() if switch.shown}


def test_a_fleet_larger_than_one_chunk_is_judged_whole():
    size = CHUNK + 3
    sold = (date(2025, 6, 10) - date(1970, 1, 1)).days
    days = np.full(size, sold, np.int32)
    fault = days + 7
    fault[-1] = sold + 400
    verdicts = judge_fleet(
        packs_for("CN", brand=False),
        Columns(size, {"purchased_on": days, "delivered_on": days, "fault_on": fault}),
    )
    assert set(verdicts.remedies[:-1]) == {7}
    assert (verdicts.remedies[-1], verdicts.days_left[-1]) == (0, -35)


def test_an_empty_fleet_has_no_verdicts():
    assert judge_fleet(packs_for("CN"), columns_of([])).outcome.size == 0


TABLE = {
    "serial": ["a", "b", "c", "d", "e"],
    "jurisdiction": ["CN", "CN", "UK", "JP", "CN"],
    "packs": ["statutory", "statutory+brand", "statutory", "statutory", "statutory+wishes"],
    "part": ["battery"] * 5,
    "purchased_on": ["2025-06-10"] * 5,
    "delivered_on": ["2025-06-10"] * 5,
    "fault_on": ["2026-02-25", "2026-02-25", "2026-02-25", "2026-02-25", "2026-02-25"],
    "in_repair": ["no", "", "No", "yes", "no"],
    "failed_repairs": ["0", "", "1", "0", "0"],
}


def test_a_table_of_text_is_read_and_each_row_judged_in_its_own_place():
    verdicts = judge_table(pa.table(TABLE))
    assert list(verdicts.outcome) == [0, 0, 0, 2, 2]
    assert list(verdicts.remedies) == [0, 2, 7, 0, 0]


def test_typed_columns_and_text_are_read_alike():
    text = pa.table({"fault_on": ["2026-02-25", ""], "in_repair": ["yes", ""], "part": ["battery", None]})
    typed = pa.table(
        {
            "fault_on": pa.array([date(2026, 2, 25), None]),
            "in_repair": pa.array([True, None]),
            "part": pa.array(["battery", None]).dictionary_encode(),
        }
    )
    for name in ("fault_on", "in_repair"):
        first, second = columns_from(text).cells[name], columns_from(typed).cells[name]
        assert list(first) == list(second)
    assert list(columns_from(typed).word_in("part", {"main"})) == [False, True]


@pytest.mark.parametrize(
    ("name", "cell"), [("fault_on", "tomorrow"), ("in_repair", "perhaps"), ("failed_repairs", "x")]
)
def test_a_column_that_cannot_be_read_is_named(name, cell):
    with pytest.raises(NotATable, match=name):
        columns_from(pa.table({name: [cell]}))


def test_the_command_answers_a_fleet_in_codes(tmp_path):
    parquet.write_table(pa.table(TABLE), tmp_path / "in.parquet")
    arguments = [str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.parquet"), "--codes"]
    result = CliRunner().invoke(rights, [*arguments, "--today", "2026-11-22"])
    assert result.exit_code == 0
    assert "3 decided, 0 needs_person, 2 refused" in result.stdout
    rows = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [row["serial"] for row in rows] == TABLE["serial"]
    assert [row["remedies"] for row in rows] == ["none", "exchange", "repair;exchange;refund", None, None]
    assert rows[1]["days_left"] == 105
    assert rows[3]["outcome"] == "refused"


def test_codes_are_not_written_into_a_csv_file(tmp_path):
    parquet.write_table(pa.table(TABLE), tmp_path / "in.parquet")
    arguments = [str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.csv"), "--codes"]
    assert CliRunner().invoke(rights, arguments).exit_code == 1
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("roll", list(Roll))
def test_the_table_of_rest_days_says_what_the_calendar_says(roll):
    calendar = china_calendar()
    first = date(2024, 1, 1)
    tables = tables_for(calendar, day_number(first), day_number(date(2027, 12, 31)))
    days = [first + timedelta(days=number) for number in range(1_400)]
    found = tables.roll(np.array([day_number(day) for day in days], np.int32), roll)
    assert [int(number) for number in found] == [
        day_number(roll_forward(day, calendar, roll)) for day in days
    ]


@pytest.mark.parametrize("months", [1, 3, 6, 12, 24, 72])
def test_the_table_of_months_says_what_the_calendar_says(months):
    first = date(2023, 1, 1)
    tables = tables_for(china_calendar(), day_number(first), day_number(date(2026, 12, 31)))
    days = [first + timedelta(days=number) for number in range(1_461)]
    found = tables.months(months, np.array([day_number(day) for day in days], np.int32))
    assert [int(number) for number in found] == [day_number(add_months(day, months)) for day in days]
