"""The lines ahead of a repair agree with the evaluator on the day they are crossed, and on no day before."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sanbao.engines.policy import Facts, evaluate
from sanbao.engines.policy.facts import otherwise
from sanbao.engines.policy.lines import lines_of
from sanbao.rooms.repairs.adapters.packs import packs_for

BOOK = packs_for("CN")
BOUGHT, HANDED_IN = date(2026, 1, 5), date(2026, 3, 2)
CASE = Facts(purchased_on=BOUGHT, delivered_on=BOUGHT, fault_on=HANDED_IN, price_cents=400_000)
CLASSES = ("phone", "laptop", "tv", "fixed-phone", "tablet")


def found(**changes):
    return {line.rule: line for line in lines_of(BOOK, otherwise(CASE, changes))}


def test_a_phone_in_its_first_repair_has_the_three_lines_of_time_ahead():
    lines = found()
    assert {name: (line.kind, line.more_than) for name, line in lines.items()} == {
        "MOB-LOANER": ("loaner", 7),
        "MOB-60": ("parts", 60),
        "MOB-30": ("repairer", 30),
    }
    assert [offer.remedy for offer in lines["MOB-LOANER"].offers] == ["loaner"]
    assert {(offer.remedy, offer.rule, offer.when) for offer in lines["MOB-30"].offers} == {
        ("exchange", "MOB-30", ""),
        ("refund", "MOB-DEPR", "exchange_refused"),
        ("refund", "MOB-NOSTOCK", "no_stock"),
    }


def test_the_refund_instead_of_an_exchange_is_less_for_each_day_of_use():
    shares = {offer.rule: offer.share for offer in found()["MOB-30"].offers}
    used = (HANDED_IN - BOUGHT).days
    assert shares["MOB-DEPR"] == Decimal(1) - Decimal("0.005") * used
    assert shares["MOB-NOSTOCK"] == 1


def test_the_third_time_with_the_same_fault_opens_the_exchange_at_once():
    done = {"last_repair_finished_on": date(2026, 1, 20)}
    assert "MOB-2X" not in found(failed_repairs=1, **done)
    line = found(failed_repairs=2, **done)["MOB-2X"]
    assert (line.kind, line.more_than) == ("repeat", 0)
    assert "exchange" in {offer.remedy for offer in line.offers}


def test_the_repair_guarantee_ends_after_its_thirtieth_day():
    def back(days):
        last = HANDED_IN - timedelta(days=days)
        return "MOB-FREE" in found(failed_repairs=1, last_repair_finished_on=last)

    assert back(30)
    assert not back(31)
    assert "MOB-FREE" not in found(successful_repairs=1, last_repair_finished_on=HANDED_IN)


def test_after_the_period_the_repair_guarantee_is_the_only_line_but_the_loaner():
    late = date(2027, 6, 1)
    lines = found(fault_on=late, failed_repairs=2, last_repair_finished_on=late - timedelta(days=3))
    assert {line.kind for line in lines.values()} == {"guarantee", "loaner"}


def test_damage_by_the_owner_and_a_case_for_a_person_have_no_lines():
    assert found(fault_kind="customer-damage") == {}
    assert found(purchased_on=None) == {}


def test_no_purchase_paper_leaves_the_loaner_alone():
    assert set(found(proof_of_purchase="none", manufactured_on=date(2025, 12, 1))) == {"MOB-LOANER"}


def test_the_days_of_earlier_repairs_keep_a_device_under_the_rules():
    fault = BOUGHT + timedelta(days=380)
    past = {"failed_repairs": 0, "successful_repairs": 1, "last_repair_finished_on": date(2026, 6, 1)}
    assert "MOB-30" not in found(fault_on=fault, **past)
    assert "MOB-30" in found(fault_on=fault, repair_days=20, **past)


def test_each_class_of_goods_has_the_days_of_its_own_rules():
    assert found(product_class="tv")["GEN-90"].more_than == 90
    assert found(product_class="fixed-phone")["FIX-LOANER"].more_than == 3
    assert not any(line.kind == "loaner" for line in found(product_class="desktop").values())


@given(
    st.sampled_from(CLASSES),
    st.integers(0, 400),
    st.integers(0, 3),
    st.sampled_from(["listed-fault", "unlisted-fault", "network", "customer-damage", "unauthorised-opening"]),
    st.sampled_from(["invoice", "copy", "none"]),
)
def test_a_line_of_time_is_crossed_exactly_when_the_evaluator_says_so(kind, age, failed, fault_kind, proof):
    handed_in = BOUGHT + timedelta(days=age)
    facts = otherwise(
        CASE,
        {
            "product_class": kind,
            "fault_on": handed_in,
            "failed_repairs": failed,
            "fault_kind": fault_kind,
            "proof_of_purchase": proof,
            "manufactured_on": BOUGHT - timedelta(days=20),
        },
    )
    lines = {line.rule: line for line in lines_of(BOOK, facts)}
    for days in (3, 4, 7, 8, 30, 31, 60, 61, 90, 91):
        for cause in ("repairer", "parts"):
            spent = {"repair_days": days} if cause == "repairer" else {"parts_wait_days": days}
            verdict = evaluate(BOOK, otherwise(facts, {"in_repair": True, **spent}))
            spoken = {step.rule for step in verdict.trace if step.code == "delay"}
            ours = {r for r, line in lines.items() if line.kind == cause and days > line.more_than}
            assert {r for r in spoken if BOOK_CAUSES[r] == cause} == ours
        loaner = any(line.kind == "loaner" and days > line.more_than for line in lines.values())
        assert verdict.loaner_due == loaner


BOOK_CAUSES = {rule.id: rule.cause for pack in BOOK.packs for rule in pack.rules if rule.kind == "delay"}
