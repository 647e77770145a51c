"""What must hold of every verdict, whatever the facts."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sanbao.engines.calendar import china_calendar
from sanbao.engines.policy import Facts, evaluate, words
from sanbao.engines.policy.columns import DATES, USUAL, columns_of
from sanbao.engines.policy.facts import FACTS, FAULT_KINDS, otherwise
from sanbao.engines.policy.fleet import judge_fleet
from sanbao.engines.policy.readings import disputes_of, every_dispute
from sanbao.engines.policy.settle import settle
from sanbao.rooms.repairs.adapters.packs import packs_for

CHINA = china_calendar()
LAW, BRAND = packs_for("CN", brand=False), packs_for("CN", brand=True)
RANKED = {"repair": 1, "exchange": 2, "refund": 4}
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

sold = st.dates(date(2024, 1, 1), date(2026, 3, 1))
few = st.integers(0, 3)


@st.composite
def facts(draw, jurisdiction="CN", **fixed):
    """Facts that could be true together, with every column of the case file in play."""
    bought = draw(sold)
    delivered = bought + timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 4])))
    age = draw(st.one_of(st.integers(0, 40), st.integers(0, 900)))
    fault = delivered + timedelta(days=age)
    running = draw(st.booleans())
    exchanged = draw(st.sampled_from([None, None, None, age // 2]))
    since = age - exchanged if exchanged is not None else age
    repaired = draw(st.sampled_from([None, None, 0, 5, 30, 31]))
    classes = ["phone", "phone", "laptop", "tv", "watch"] if jurisdiction == "CN" else ["phone", "laptop"]
    product = draw(st.sampled_from(classes))
    parts = {
        "phone": ["main", "main", "battery", "charger", "wired-earphone"],
        "laptop": ["main", "main-part"],
    }
    values = {
        "jurisdiction": jurisdiction,
        "product_class": product,
        "part": draw(st.sampled_from(parts.get(product, ["main"]))),
        "purchased_on": bought,
        "delivered_on": delivered,
        "proof_of_purchase": draw(st.sampled_from(["invoice", "invoice", "copy", "none"])),
        "manufactured_on": bought - timedelta(days=draw(st.integers(0, 300))),
        "fault_on": fault,
        "fault_kind": draw(st.sampled_from(["listed-fault", "listed-fault", *sorted(FAULT_KINDS)])),
        "sales_channel": draw(st.sampled_from(["store", "online", "own-store"])),
        "successful_repairs": draw(few),
        "failed_repairs": draw(few),
        "failed_repairs_other_fault": draw(few),
        "software_only_repairs": draw(few),
        "in_repair": running,
        "repair_days": draw(st.integers(0, 40) if running else st.integers(0, min(40, since // 2))),
        "parts_wait_days": draw(st.integers(0, 100) if running else st.integers(0, min(40, since // 2))),
        "last_repair_finished_on": None
        if repaired is None or repaired > age
        else fault - timedelta(days=repaired),
        "exchanged_on": None if exchanged is None else delivered + timedelta(days=exchanged),
        "repairs_before_exchange": 0 if exchanged is None else draw(few),
        "documents_match_device": draw(st.sampled_from([True, True, True, False])),
        "same_model_in_stock": draw(st.booleans()),
        "customer_refuses_exchange": draw(st.booleans()),
        "activated_and_no_return_agreed": draw(st.booleans()),
        "repair_records_missing": draw(st.booleans()),
        "activated_on": draw(st.sampled_from([None, None, bought + timedelta(days=1)])),
        "opened_by_stranger": draw(st.booleans()),
        "transit_days": draw(st.sampled_from([0, 0, 3])),
        "pickup_wait_days": draw(st.sampled_from([0, 0, 2])),
    }
    return Facts(**{**values, **fixed})


def worth(remedies):
    return sum(RANKED[name] for name in remedies)


@QUICK
@given(facts())
def test_the_gates_find_the_disputes_that_trying_every_reading_finds(case_facts):
    terms = BRAND.terms(case_facts.product_class, case_facts.part, case_facts.purchased_on)
    case = settle(case_facts, terms, terms.readings, CHINA)
    assert disputes_of(case) == every_dispute(case)


@QUICK
@given(facts(in_repair=False), st.integers(1, 400))
def test_a_right_once_lost_does_not_come_back_by_waiting(today, later):
    waited = replace(today, fault_on=today.fault_on + timedelta(days=later))
    now, then = evaluate(LAW, today), evaluate(LAW, waited)
    assume(now.decided and then.decided)
    assert set(then.remedies) <= set(now.remedies)


@QUICK
@given(facts(in_repair=False), st.integers(0, 20), st.integers(0, 20))
def test_more_repair_days_never_shorten_the_period(short, repair, wait):
    long = replace(
        short, repair_days=short.repair_days + repair, parts_wait_days=short.parts_wait_days + wait
    )
    fewer, more = evaluate(LAW, short), evaluate(LAW, long)
    assume(fewer.decided and more.decided and fewer.last_day is not None)
    assert more.last_day >= fewer.last_day
    assert set(fewer.remedies) <= set(more.remedies)


@QUICK
@given(facts())
def test_a_promise_on_top_never_takes_a_right_away(case_facts):
    law, brand = evaluate(LAW, case_facts), evaluate(BRAND, case_facts)
    if not law.decided:
        return
    assert brand.decided
    assert set(law.remedies) <= set(brand.remedies)
    assert law.last_day is None or brand.last_day >= law.last_day
    assert law.refund_share is None or (brand.refund_share or 0) >= law.refund_share
    assert brand.loaner_due >= law.loaner_due


@QUICK
@given(facts())
def test_the_default_lies_between_the_careful_and_the_friendly_outcome(case_facts):
    verdict = evaluate(BRAND, case_facts)
    assert worth(verdict.conservative.remedies) <= worth(verdict.remedies)
    assert worth(verdict.remedies) <= worth(verdict.owner_friendly.remedies)


@QUICK
@given(facts(fault_kind="customer-damage"))
def test_damage_by_the_owner_opens_nothing(case_facts):
    assert evaluate(BRAND, case_facts).remedies == ()


@QUICK
@given(facts(fault_kind="listed-fault", proof_of_purchase="none", product_class="phone", part="main"))
def test_without_any_proof_the_default_is_at_most_repair(case_facts):
    verdict = evaluate(LAW, case_facts)
    assert not verdict.decided or set(verdict.remedies) <= {"repair"}


@QUICK
@given(facts())
def test_every_open_remedy_has_a_rule_a_payer_and_no_end_in_the_past(case_facts):
    verdict = evaluate(BRAND, case_facts)
    for grant in verdict.grants:
        assert grant.rule in verdict.rule_ids
        assert grant.payer
        assert grant.ends_on is None or grant.ends_on >= case_facts.fault_on
    assert verdict.remedies == tuple(name for name in RANKED if name in verdict.ends)


@QUICK
@given(facts())
def test_what_would_change_the_answer_does_change_it(case_facts):
    verdict = evaluate(BRAND, case_facts)
    for change in verdict.changes:
        assert change.outcome.remedies != verdict.remedies


@QUICK
@given(facts())
def test_the_same_facts_give_the_same_verdict(case_facts):
    assert evaluate(BRAND, case_facts) == evaluate(BRAND, replace(case_facts))


@QUICK
@given(st.sampled_from(["EU", "UK"]).flatmap(lambda place: facts(jurisdiction=place)))
def test_law_without_disputed_points_shows_none(case_facts):
    verdict = evaluate(packs_for(case_facts.jurisdiction), case_facts)
    assert verdict.disputes == ()


@given(facts(), st.sampled_from(FACTS))
def test_facts_otherwise_are_the_same_as_replaced(case_facts, name):
    value = getattr(case_facts, name)
    assert otherwise(case_facts, {name: value}) == case_facts
    assert otherwise(case_facts, {"part": "battery"}) == replace(case_facts, part="battery")


wild_days = st.one_of(st.none(), st.dates())
wild_words = st.sampled_from(
    ["", "phone", "laptop", "watch", "main", "battery", "CN", "none", "copy", "online", "x"]
)
wild_numbers = st.one_of(few, st.integers(-(10**9), 10**9))


@QUICK
@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: wild_days
            if name in DATES
            else st.booleans()
            if isinstance(USUAL[name], bool)
            else wild_numbers
            if isinstance(USUAL[name], int)
            else wild_words
            for name in FACTS
            if name != "price_cents"
        },
    ),
    wild_days,
)
def test_whatever_is_typed_in_gets_an_answer_and_never_a_fault(values, today):
    wild = Facts(**{"fault_kind": "listed-fault", **values, "asked_on": today or date(2026, 11, 22)})
    verdict = evaluate(BRAND, wild)
    assert verdict.outcome in {"decided", "needs_person", "refused"}
    assert words.explain(verdict, "zh")
    assert words.explain(verdict, "en")
    if all(abs(value) < 2**31 for value in values.values() if isinstance(value, int)):
        fleet = judge_fleet(BRAND, columns_of([wild]))
        assert int(fleet.outcome[0]) == ["decided", "needs_person", "refused"].index(verdict.outcome)
