"""Packs as data: what is refused, which version governs, what may be added on top."""

import json
import tomllib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.engines.test_policy_cases import CASES

from sanbao.engines.policy import (
    Facts,
    Pack,
    PackError,
    as_record,
    evaluate,
    facts_from_record,
    open_book,
)
from sanbao.engines.policy.columns import NONE, columns_of
from sanbao.engines.policy.fleet import judge_fleet
from sanbao.rooms.repairs.adapters.packs import all_packs, packs_for, packs_in, read_pack, shipped_packs

BRAND = """
[pack]
name = "brand-own"
title_zh = "自家承诺"
title_en = "Own promise"
jurisdiction = "CN"
family = "brand"
version = "1"

[[rule]]
id = "OWN-PERIOD"
kind = "period"
valid_from = {start}
mark = "V"
source = "own"
parts = ["main"]
months = {months}
gives = ["repair"]
payer = "brand"
zh = "承诺。"
en = "A promise."
"""
SOLD = date(2025, 6, 10)


def statutory():
    return [pack for pack in shipped_packs() if pack.jurisdiction == "CN" and pack.family != "brand"]


def own(start="2020-01-01", months=24):
    return read_pack(BRAND.format(start=start, months=months))


def last_day(packs, sold=SOLD):
    return evaluate(open_book(packs), Facts(purchased_on=sold, delivered_on=sold, fault_on=sold)).last_day


def test_a_longer_promise_moves_the_last_day():
    assert last_day([*statutory(), own()]) == date(2027, 6, 10)


def test_a_brand_may_promise_something_for_a_part_the_law_does_not_know():
    text = BRAND.format(start="2020-01-01", months=3).replace(
        'version = "1"', 'version = "1"\nparts = ["stylus"]'
    )
    stylus = read_pack(text.replace('parts = ["main"]', 'parts = ["stylus"]'))
    facts = Facts(part="stylus", purchased_on=SOLD, delivered_on=SOLD, fault_on=SOLD)
    assert evaluate(open_book(statutory()), facts).reasons[0].code == "unknown_part"
    verdict = evaluate(open_book([*statutory(), stylus]), facts)
    assert (verdict.remedies, verdict.last_day) == (("repair",), date(2025, 9, 10))


def test_what_nobody_knows_is_not_kept_in_memory():
    book = open_book(statutory())
    for number in range(50):
        evaluate(
            book, Facts(product_class=f"thing {number}", purchased_on=SOLD, delivered_on=SOLD, fault_on=SOLD)
        )
    assert book.shelf == {}


def test_a_shorter_promise_changes_nothing():
    assert last_day([*statutory(), own(months=3)]) == date(2026, 6, 10)


def test_the_version_in_force_on_the_day_of_sale_governs():
    later = BRAND.format(start="2025-06-11", months=36).partition("[[rule]]")[2]
    both = read_pack(BRAND.format(start="2020-01-01", months=24) + "[[rule]]" + later)
    before, after = last_day([*statutory(), both]), last_day([*statutory(), both], SOLD + timedelta(days=1))
    assert (before, after) == (date(2027, 6, 10), date(2028, 6, 11))


@pytest.mark.parametrize("kind", ["exclusion", "no-stock", "depreciation", "no-proof", "delay"])
def test_a_brand_may_not_say_what_could_take_a_right_away(kind):
    text = BRAND.format(start="2020-01-01", months=1).replace('kind = "period"', f'kind = "{kind}"')
    with pytest.raises(PackError, match="a brand pack may not hold"):
        read_pack(text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('mark = "V"', 'mark = "X"', "mark must be one of"),
        ('gives = ["repair"]', 'gives = ["applause"]', "unknown remedy"),
        ("months = 24", "weeks = 24", "unknown"),
        ('source = "own"', "", "missing"),
        ('family = "brand"', 'family = "club"', "unknown family"),
        ('version = "1"', "", "needs"),
        ("[pack]", "[pack", "brand"),
    ],
)
def test_a_pack_with_a_slip_in_it_is_refused(old, new, said):
    text = BRAND.format(start="2020-01-01", months=24).replace(old, new, 1)
    with pytest.raises(PackError, match=said):
        read_pack(text, "brand-own.toml")


def test_two_packs_may_not_share_a_rule_id():
    with pytest.raises(PackError, match="same rule id"):
        open_book(
            [own(), read_pack(BRAND.format(start="2020-01-01", months=1).replace("brand-own", "other"))]
        )


def test_packs_of_two_places_are_not_judged_together():
    with pytest.raises(PackError, match="one jurisdiction"):
        open_book(shipped_packs())


def test_a_place_without_a_pack_is_refused():
    with pytest.raises(PackError, match="no pack"):
        packs_for("JP")


def test_the_hash_follows_the_content_and_nothing_else():
    spaced = BRAND.format(start="2020-01-01", months=24).replace(" = ", "   =   ") + "\n# a remark\n"
    assert read_pack(spaced).hash == own().hash
    assert own(months=25).hash != own().hash
    assert len(own().hash) == 64


def test_a_verdict_carries_the_hash_of_every_pack_it_was_judged_by():
    book = packs_for("CN", brand=True)
    verdict = evaluate(book, Facts(purchased_on=SOLD, delivered_on=SOLD, fault_on=SOLD))
    assert verdict.pack_hashes == tuple((pack.name, pack.hash) for pack in book.packs)
    refused = evaluate(book, Facts())
    assert refused.pack_hashes == verdict.pack_hashes


def test_every_shipped_rule_has_both_languages_a_known_source_and_a_mark():
    for pack in shipped_packs():
        for rule in pack.rules:
            assert rule.zh.endswith("。"), rule.id
            assert rule.en.endswith("."), rule.id
            assert rule.source in pack.sources, rule.id


def test_every_disputed_point_of_the_counting_pack_is_a_switch():
    points = {switch.point for pack in shipped_packs() for switch in pack.switches if switch.shown}
    assert points == {str(number) for number in range(1, 18)}


def test_an_installation_replaces_a_shipped_pack_by_name(tmp_path):
    shipped = next(pack for pack in shipped_packs() if pack.name == "brand-xiaomi-cn")
    (tmp_path / "mine.toml").write_text(
        BRAND.format(start="2020-01-01", months=24).replace("brand-own", shipped.name)
    )
    packs = all_packs(tmp_path)
    assert len(packs) == len(shipped_packs())
    assert shipped not in packs
    assert packs_for("CN", packs=packs) is not packs_for("CN")


def test_an_installation_without_a_folder_has_the_shipped_packs(tmp_path):
    assert packs_in(tmp_path / "none") == ()
    assert all_packs(tmp_path / "none") == shipped_packs()


def test_a_pack_survives_being_read_twice():
    text = BRAND.format(start="2020-01-01", months=24)
    assert Pack.from_dict(tomllib.loads(text)) == own()


def counting(name, reading):
    """China's packs with one reading made the default."""
    for pack in shipped_packs():
        if pack.jurisdiction == "CN":
            switches = tuple(
                replace(switch, default=reading) if switch.name == name else switch
                for switch in pack.switches
            )
            yield replace(pack, switches=switches, hash=f"{pack.hash}-{name}-{reading}")


READINGS = [
    (switch.name, reading.name)
    for pack in shipped_packs()
    if pack.jurisdiction == "CN"
    for switch in pack.switches
    for reading in switch.readings
    if reading.name != switch.default
]


@pytest.mark.parametrize(("name", "reading"), READINGS)
def test_every_reading_of_every_switch_changes_some_worked_case(name, reading):
    law, other = packs_for("CN"), open_book(counting(name, reading))
    cases = [Facts(**{k: v for k, v in c["facts"].items() if k not in {"brand", "book"}}) for c in CASES]
    differing = (
        (a.remedies, a.refund_share, a.last_day) != (b.remedies, b.refund_share, b.last_day)
        for a, b in ((evaluate(law, case), evaluate(other, case)) for case in cases)
    )
    assert any(differing)


@pytest.mark.parametrize(("name", "reading"), READINGS)
def test_a_fleet_follows_every_switch(name, reading):
    book = open_book(counting(name, reading))
    cases = [Facts(**{k: v for k, v in c["facts"].items() if k not in {"brand", "book"}}) for c in CASES]
    fleet = judge_fleet(book, columns_of(cases))
    for place, case in enumerate(cases):
        verdict = evaluate(book, case)
        left = NONE if verdict.days_left is None else verdict.days_left
        bits = sum({"repair": 1, "exchange": 2, "refund": 4}[remedy] for remedy in verdict.remedies)
        assert (fleet.remedies[place], fleet.days_left[place]) == (bits, left), CASES[place]["id"]


def test_a_brand_may_not_set_a_law_aside():
    text = BRAND.format(start="2020-01-01", months=24).replace(
        "months = 24", 'months = 24\nreplaces = "MOB-7"'
    )
    with pytest.raises(PackError, match="only a law sets another rule aside"):
        read_pack(text)


def test_a_stored_verdict_can_be_derived_again():
    for case in CASES:
        facts = {k: v for k, v in case["facts"].items() if k not in {"brand", "book"}}
        verdict = evaluate(packs_for("CN"), Facts(**facts))
        record = json.loads(json.dumps(as_record(verdict)))
        again = evaluate(packs_for("CN"), facts_from_record(record["facts"]))
        assert again == verdict, case["id"]
        assert as_record(again) == record, case["id"]
