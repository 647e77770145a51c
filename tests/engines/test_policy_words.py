"""What an owner reads: plain, complete, in both languages, and without numbers that nobody has read."""

import re
from datetime import date

import pytest
from tests.engines.test_policy_cases import CASES, answer

from sanbao.engines.policy import Facts, evaluate, words
from sanbao.engines.policy.phrases import EN, REASONS_EN, REASONS_ZH, ZH
from sanbao.rooms.repairs.adapters.packs import packs_for, shipped_packs

SOLD = date(2025, 6, 10)
PHONE = {"purchased_on": SOLD, "delivered_on": SOLD}
BOTH = ("zh", "en")


def told(language, **facts):
    return words.explain(evaluate(packs_for("CN"), Facts(**{**PHONE, **facts})), language)


def test_both_languages_have_the_same_sentences():
    assert set(ZH) == set(EN)
    assert set(REASONS_ZH) == set(REASONS_EN)


@pytest.mark.parametrize("language", BOTH)
def test_every_worked_case_can_be_told(language):
    for case in CASES:
        text = words.explain(answer(case), language)
        assert text, case["id"]
        assert "{" not in text, case["id"]
        assert "None" not in text, case["id"]
        assert (language == "zh") == bool(re.search(r"[\u4e00-\u9fff]", text)), case["id"]


def test_a_refund_on_the_last_day_names_the_article_that_was_read():
    text = told("zh", fault_on=date(2025, 6, 17))
    assert "《移动电话机商品修理更换退货责任规定》第十一条" in text
    assert "退货退款：这天是最后一天" in text
    assert "卖出当天算不算第一天" in text


def test_an_inferred_number_is_not_printed():
    for language in BOTH:
        text = told(language, fault_on=date(2026, 6, 11))
        assert "第八条" not in text
        assert "Art. 8" not in text


@pytest.mark.parametrize("rule", [r for p in shipped_packs() for r in p.rules if r.inferred or r.mark == "M"])
def test_no_inferred_or_remembered_number_is_ever_cited(rule):
    assert rule.cite("zh") == rule.law_zh
    assert rule.cite("en") == rule.law_en


def test_a_number_is_written_as_the_law_writes_it():
    cited = {rule.id: rule for pack in shipped_packs() for rule in pack.rules}
    assert cited["CRPL-25"].cite("zh") == "《消费者权益保护法》第二十五条"
    assert cited["CRPL-25"].cite("en") == "Consumer Rights Protection Law (China), Art. 25"
    assert cited["UK-FINAL"].cite("en") == "Consumer Rights Act 2015, s. 24(5)"
    assert cited["GEN-15"].cite("zh").endswith("第十条")


def test_damage_is_named_as_the_deciding_fact_and_what_would_change_it():
    text = told("en", fault_on=date(2025, 8, 1), fault_kind="customer-damage")
    assert "no free repair, exchange or refund" in text
    assert "the cause is damage in use" in text
    assert "if a test shows another cause, you can ask for: free repair" in text


def test_a_lost_period_is_told_with_its_last_day():
    assert "The last day of the guarantee was 10 June 2026, 1 day ago." in told(
        "en", fault_on=date(2026, 6, 11)
    )


def test_depreciation_is_told_as_a_percentage():
    facts = {
        "fault_on": date(2025, 11, 5),
        "failed_repairs": 2,
        "repair_days": 8,
        "customer_refuses_exchange": True,
    }
    assert "30%" in told("zh", **facts)
    assert "30 % of the invoice price" in told("en", **facts)


def test_a_running_repair_tells_when_a_loan_and_an_exchange_are_due():
    text = told("zh", fault_on=date(2025, 9, 1), in_repair=True, repair_days=3)
    assert "到2025年9月9日还没修好，就可以要一部免费备用机" in text
    assert "如果因为修理者的原因到2025年10月2日还没修好" in text


def test_fraud_names_the_amount_and_its_floor():
    cheap = told("zh", fault_on=date(2025, 8, 1), fraud="invented-fault", price_cents=9900)
    dear = told("zh", fault_on=date(2025, 8, 1), fraud="invented-fault", price_cents=299_900)
    unknown = told("zh", fault_on=date(2025, 8, 1), fraud="invented-fault")
    assert ("500元" in cheap, "8997元" in dear, "至少500元" in unknown) == (True, True, True)


def test_sample_data_is_marked_as_such():
    text = told("zh", part="battery", fault_on=date(2026, 3, 2))
    assert "示例数据" in text


@pytest.mark.parametrize("language", BOTH)
def test_a_case_for_a_person_says_why(language):
    text = told(language, delivered_on=None, fault_on=date(2025, 8, 1))
    expected = {"zh": "没有填收货日期", "en": "the date of delivery is missing"}
    assert expected[language] in text


@pytest.mark.parametrize("language", BOTH)
def test_every_step_of_every_worked_case_can_be_told(language):
    for case in CASES:
        verdict = answer(case)
        codes = [step.code for step in verdict.trace if step.code != "note"]
        assert len(words.working(verdict, language)) == len(codes), case["id"]


def test_the_working_shows_how_the_last_day_was_found():
    facts = {**PHONE, "fault_on": date(2026, 6, 22), "repair_days": 9, "failed_repairs": 1}
    steps = words.working(evaluate(packs_for("CN", brand=False), Facts(**facts)), "en")
    assert steps[:3] == [
        "counted from 10 June 2025",
        "9 days in repair and waiting for parts are left out (MOB-PERIOD)",
        "the period ends on 19 June 2026, off rest days on 22 June 2026 (MOB-PERIOD)",
    ]
