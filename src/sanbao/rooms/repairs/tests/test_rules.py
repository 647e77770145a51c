"""Decisions on plain values: intake, entitlement, promise."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.base.errors import Invalid
from sanbao.engines.policy.facts import CUSTOMER_DAMAGE, LISTED, NO_PROOF
from sanbao.rooms.outlets.rules import calendar_of
from sanbao.rooms.repairs import rules, states

SHOP = calendar_of("Asia/Shanghai", [[["10:00", "19:00"]]] * 7)
SHUT_ON_SUNDAY = calendar_of("Asia/Shanghai", [*[[["10:00", "12:00"], ["14:00", "19:00"]]] * 6, []])
NEVER = calendar_of("Asia/Shanghai", [[]] * 7)
TEN = datetime(2026, 3, 3, 2, tzinfo=UTC)
"""A Tuesday, ten in the morning in Shanghai."""
BOUGHT = rules.Bought("phone", date(2026, 1, 1), None, "store", "invoice")


def promised(at=TEN, calendar=SHOP, *, minutes=60, ahead=0, seats=4, part=None):
    return rules.promise_for(
        at, calendar, minutes=minutes, ahead=ahead, seats=seats, part=part or rules.PartWait()
    )


def wall(moment):
    return moment.astimezone(SHOP.tz).strftime("%m-%d %H:%M")


def test_a_quick_repair_is_promised_for_one_oclock_and_a_longer_one_for_the_evening():
    assert wall(promised(minutes=60).at) == "03-03 13:00"
    assert wall(promised(minutes=120).at) == "03-03 19:00"


def test_the_promise_never_lies_outside_opening_hours_or_before_the_work_can_be_done():
    evening = TEN + timedelta(hours=8, minutes=30)
    assert wall(promised(evening).at) == "03-04 13:00"
    saturday_evening = datetime(2026, 3, 7, 10, 30, tzinfo=UTC)
    assert wall(promised(saturday_evening, SHUT_ON_SUNDAY).at) == "03-09 19:00"


def test_a_lunch_break_does_not_end_a_half_day():
    assert wall(promised(calendar=SHUT_ON_SUNDAY, minutes=60).at) == "03-03 19:00"


def test_a_part_that_comes_later_moves_the_promise_to_the_day_after():
    coming = rules.PartWait("expected", date(2026, 3, 10))
    assert wall(promised(part=coming).at) == "03-11 13:00"
    assert wall(promised(part=rules.PartWait("none")).at) == "03-10 13:00"
    assert promised(part=rules.PartWait("shelf")).at == promised().at


def test_the_steps_tell_every_minute_that_was_counted():
    promise = promised(minutes=60, ahead=8, seats=2, part=rules.PartWait("shelf"))
    told = {step["code"]: step for step in promise.steps}
    assert told["checked"]["minutes"] == 30
    assert told["work"]["minutes"] == 60
    assert told["ahead"] == {"code": "ahead", "devices": 8, "minutes": 180}
    assert told["margin"]["minutes"] == 45
    assert set(told) <= set(rules.PROMISE_STEPS)


def test_an_outlet_without_hours_promises_nothing_and_says_so():
    promise = promised(calendar=NEVER)
    assert (promise.at, promise.steps[-1]["code"]) == (None, "never")


@given(st.integers(0, 600), st.integers(0, 40), st.integers(0, 60 * 24 * 14))
def test_more_work_or_more_devices_never_make_a_promise_earlier(minutes, ahead, later):
    at = TEN + timedelta(minutes=later)
    first = promised(at, minutes=minutes, ahead=ahead).at
    assert first >= at
    assert promised(at, minutes=minutes + 30, ahead=ahead).at >= first
    assert promised(at, minutes=minutes, ahead=ahead + 3).at >= first
    local = first.astimezone(SHOP.tz)
    assert (local.hour, local.minute) in {(13, 0), (19, 0)}


def test_repairs_that_did_not_hold_are_counted_as_failed():
    past = [
        rules.Past("screen_dark", date(2026, 2, 1), date(2026, 2, 4), waited_days=1),
        rules.Past("screen_dark", date(2026, 2, 10), date(2026, 2, 11)),
        rules.Past("sound", date(2026, 2, 20), date(2026, 2, 21)),
        rules.Past("keys", date(2026, 2, 25), date(2026, 2, 25), software=True),
    ]
    fault = rules.FAULTS["screen_dark"]
    facts = rules.facts_of(
        BOUGHT, past, fault, kind=LISTED, fault_on=date(2026, 3, 1), asked_on=date(2026, 3, 1)
    )
    assert (facts.failed_repairs, facts.failed_repairs_other_fault, facts.successful_repairs) == (2, 0, 1)
    assert (facts.software_only_repairs, facts.repair_days, facts.parts_wait_days) == (1, 4, 1)
    assert facts.last_repair_finished_on == date(2026, 2, 11), "the last repair of this fault"
    sound = rules.facts_of(
        BOUGHT, past, rules.FAULTS["sound"], kind=LISTED, fault_on=date(2026, 3, 1), asked_on=date(2026, 3, 1)
    )
    assert (sound.failed_repairs, sound.failed_repairs_other_fault, sound.successful_repairs) == (1, 1, 1)


def test_what_is_bought_in_a_shop_is_delivered_at_once_and_nothing_bought_is_no_proof():
    fault, day = rules.FAULTS["no_power"], date(2026, 3, 1)
    shop = rules.facts_of(BOUGHT, [], fault, kind=LISTED, fault_on=day, asked_on=day)
    assert shop.delivered_on == BOUGHT.bought_on
    online = rules.Bought("phone", date(2026, 1, 1), None, "online", "invoice")
    assert rules.facts_of(online, [], fault, kind=LISTED, fault_on=day, asked_on=day).delivered_on is None
    unknown = rules.facts_of(
        rules.Bought(proof="invoice"), [], fault, kind=LISTED, fault_on=day, asked_on=day
    )
    assert unknown.proof_of_purchase == NO_PROOF


def test_the_bench_may_find_a_fault_where_the_owner_saw_damage_and_the_other_way_round():
    assert rules.kind_of(rules.FAULTS["screen_cracked"]) == CUSTOMER_DAMAGE
    assert rules.kind_of(rules.FAULTS["screen_cracked"], "confirmed") == LISTED
    assert rules.kind_of(rules.FAULTS["no_power"], "customer_damage") == CUSTOMER_DAMAGE


def test_faults_are_known_by_their_code_only():
    assert all(code == fault.code for code, fault in rules.FAULTS.items())
    with pytest.raises(Invalid):
        rules.fault_of("")


def test_an_intake_survives_being_written_down():
    intake = rules.Intake(("a",), ("b",), backup_done=True, signature="x", fault_on=date(2026, 3, 1))
    plain = intake.plain()
    assert plain["fault_on"] == "2026-03-01"
    assert plain["condition"] == ["a"]


def test_every_move_leads_somewhere_and_ended_orders_stay_ended():
    machine = states.MACHINE
    assert machine.states() == states.OPEN | states.ENDED
    assert not states.OPEN & states.ENDED
    assert not any(move.sources & states.ENDED for move in machine.moves.values())
    assert set(machine.moves) >= states.OWNER_MOVES
