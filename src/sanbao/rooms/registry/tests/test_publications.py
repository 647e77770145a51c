"""A changed clause: proposed by one person, seen by two, published by the other, kept for ever."""

import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest

from sanbao.base.actor import system
from sanbao.base.archive import write
from sanbao.base.errors import IllegalMove, Invalid, Missing, NotAllowed, Overtaken
from sanbao.engines.policy import PackError
from sanbao.rooms.ledger.models import Entry
from sanbao.rooms.registry import errors, queries, services
from sanbao.rooms.registry.adapters import packs as files
from sanbao.rooms.registry.adapters.packs import read_pack, shipped_texts
from sanbao.rooms.registry.models import Installation, PackText, Publication
from sanbao.rooms.registry.services import publications as writing
from sanbao.rooms.registry.tests.factories import AT, installation, staff_actor
from sanbao.rooms.registry.tests.packs import (
    TODAY,
    TOMORROW,
    keeper,
    nothing_seen,
    pack,
    proposed,
    published,
)

pytestmark = pytest.mark.django_db
# the package gives the name ``publications`` to a read, so the module is found by its own
reading = sys.modules["sanbao.rooms.registry.queries.publications"]


@pytest.fixture(autouse=True)
def begun(settings, tmp_path):
    """An installation that began with the shipped packs."""
    settings.HOME = tmp_path
    installation()
    services.adopt_packs(system(AT))


def facts(event):
    return [entry.facts for entry in Entry.objects.filter(event=event).order_by("id")]


def untouched(number):
    """Nothing moved and nothing was said."""
    row = Publication.objects.get(number=number)
    assert (row.state, row.approved_by, row.withdrawn_by) == ("proposed", None, None)
    assert facts("policy.published") == facts("policy.withdrawn") == []


def test_what_the_installation_began_with_counts_on_every_day():
    shipped = {pack.name: pack.hash for pack, _ in shipped_texts()}
    assert queries.hashes_on(TODAY) == shipped
    assert queries.hashes_on(date(2001, 1, 1)) == shipped
    assert facts("policy.settled") == [{"packs": shipped}]
    assert services.adopt_packs(system(AT)) == 0


def test_a_pack_counts_from_its_first_day_and_not_before():
    number = published(valid_from=TOMORROW)
    digest = read_pack(pack()).hash
    assert "brand-own" not in queries.hashes_on(TODAY)
    assert queries.hashes_on(TOMORROW)["brand-own"] == digest
    card = queries.publication(keeper(), number)
    assert (card.state, card.hash, bool(card.proposer), card.proposer != card.approver) == (
        "published",
        digest,
        True,
        True,
    )
    (said,) = facts("policy.published")
    assert (said["hash"], said["valid_from"]) == (digest, TOMORROW.isoformat())


def test_the_later_publication_of_a_pack_takes_the_place_of_the_earlier():
    published(pack(24), valid_from=TOMORROW)
    published(pack(18, version="2"), valid_from=TOMORROW + timedelta(days=1))
    hashes = [queries.hashes_on(TOMORROW + timedelta(days=n))["brand-own"] for n in (0, 1, 400)]
    assert hashes == [read_pack(pack(24)).hash, *[read_pack(pack(18, version="2")).hash] * 2]


def test_nobody_publishes_their_own_proposal():
    first = keeper()
    number = proposed(first)
    with pytest.raises(errors.OnePersonOnly):
        services.publish(first, number)
    untouched(number)


@pytest.mark.parametrize("who", ["proposer", "approver"])
def test_nothing_is_published_before_both_have_looked(who):
    first, second = keeper(), keeper()
    number = services.propose_pack(first, text=pack(), valid_from=TOMORROW)
    nothing_seen(second if who == "proposer" else first, number)
    with pytest.raises(errors.NotSeenYet) as refused:
        services.publish(second, number)
    assert refused.value.facts["who"] == (first if who == "proposer" else second).name
    untouched(number)


def test_what_was_seen_yesterday_is_not_fresh_enough_for_the_one_who_decides():
    first, second = keeper(), keeper()
    number = proposed(first)
    nothing_seen(second, number)
    with pytest.raises(errors.NotSeenYet):
        services.publish(second.then(AT + timedelta(days=1, minutes=1)), number)
    untouched(number)
    services.publish(second.then(AT + timedelta(hours=23)), number)


def test_another_publication_in_between_makes_both_look_again():
    first, second = keeper(), keeper()
    number = proposed(first)
    nothing_seen(second, number)
    published(pack(36, name="brand-other", rules=("OTHER-1",)), valid_from=TODAY)
    with pytest.raises(errors.NotSeenYet):
        services.publish(second, number)
    for person in (first, second):
        nothing_seen(person, number)
    services.publish(second, number)


def test_a_clause_that_takes_something_away_cannot_count_from_yesterday():
    yesterday = TODAY - timedelta(days=1)
    published(pack(24), valid_from=yesterday)
    with pytest.raises(errors.TooLate):
        services.propose_pack(keeper(), text=pack(18, version="2"), valid_from=yesterday)
    assert Publication.objects.filter(pack="brand-own").count() == 1
    assert services.propose_pack(keeper(), text=pack(30, version="3"), valid_from=yesterday)


def test_a_day_that_has_passed_while_waiting_is_refused_and_another_can_be_named():
    first = keeper()
    published(pack(24), valid_from=TODAY)
    number = proposed(first, pack(18, version="2"), valid_from=TODAY + timedelta(days=2))
    late = AT + timedelta(days=4)
    second = keeper(late)
    nothing_seen(second, number)
    with pytest.raises(errors.TooLate):
        services.publish(second, number)
    day = late.date() + timedelta(days=1)
    services.publish(second, number, valid_from=day)
    assert queries.hashes_on(day)["brand-own"] == read_pack(pack(18, version="2")).hash


def test_a_proposal_is_taken_back_and_so_is_one_whose_day_has_not_come():
    number = proposed(keeper())
    services.withdraw(keeper(), number)
    waiting = published(pack(36, version="2"), valid_from=TOMORROW)
    services.withdraw(keeper(), waiting)
    assert "brand-own" not in queries.hashes_on(TOMORROW)
    assert [said["pack"] for said in facts("policy.withdrawn")] == ["brand-own", "brand-own"]
    with pytest.raises(IllegalMove):
        services.withdraw(keeper(), number)


def test_what_is_in_force_is_not_taken_back():
    number = published(valid_from=TODAY)
    with pytest.raises(errors.LiveAlready):
        services.withdraw(keeper(), number)
    begun = Publication.objects.filter(origin="set_up").first()
    with pytest.raises(errors.LiveAlready):
        services.withdraw(keeper(), begun.number)
    assert facts("policy.withdrawn") == []


@pytest.mark.parametrize("role", ["clerk", "manager", "handler", "auditor"])
def test_who_may_not_publish_may_not_propose_either(role):
    with pytest.raises(NotAllowed):
        services.propose_pack(staff_actor(role, "*"), text=pack(), valid_from=TOMORROW)
    assert facts("policy.proposed") == []


def test_neither_the_house_nor_a_machine_nor_one_outlet_is_enough():
    here = keeper()
    token = replace(here, ref="token:TK-0000-0000-0")
    one_outlet = replace(here, grants={"BJ01": frozenset({"registry.publish_policy"})})
    for actor in (system(AT), token, one_outlet):
        with pytest.raises(NotAllowed):
            services.propose_pack(actor, text=pack(), valid_from=TOMORROW)
    number = proposed(here)
    for actor in (system(AT), replace(keeper(), ref="token:TK-0000-0000-0")):
        with pytest.raises(NotAllowed):
            services.publish(actor, number)
    with pytest.raises(Missing):
        services.publish(staff_actor("clerk", "*"), number)
    untouched(number)


def test_a_text_that_is_no_pack_is_refused_with_every_line():
    bad = pack().replace("months = 24", 'months = "24"').replace('payer = "brand"', 'payer = "me"')
    with pytest.raises(errors.PackRefused) as refused:
        services.propose_pack(keeper(), text=bad, valid_from=TOMORROW)
    (fault,) = refused.value.faults
    assert (fault.line, fault.where, str(fault)) == (
        12,
        "OWN-1",
        "line 12: OWN-1: months must be a whole number.",
    )
    assert not PackText.objects.filter(pack="brand-own").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('kind = "period"', 'kind = "exclusion"'), "may not hold a rule of kind"),
        (('id = "OWN-1"', 'id = "MOB-7"'), "same rule id"),
        (('name = "brand-own"', 'name = "cn-phone"'), "cn-phone is a statutory pack of CN"),
    ],
)
def test_a_brand_pack_can_only_add(change, said):
    with pytest.raises(Invalid) as refused:
        services.propose_pack(keeper(), text=pack().replace(*change), valid_from=TOMORROW)
    told = [str(fault) for fault in getattr(refused.value, "faults", ())] or [str(refused.value)]
    assert said in told[0]
    assert facts("policy.proposed") == []


def test_what_counts_already_and_what_is_proposed_already_is_not_proposed_again():
    published(valid_from=TODAY)
    with pytest.raises(errors.NothingNew):
        services.propose_pack(keeper(), text=pack() + "\n# another comment\n", valid_from=TOMORROW)
    proposed(keeper(), pack(30, version="2"))
    with pytest.raises(errors.AlreadyThere):
        services.propose_pack(keeper(), text=pack(30, version="2"), valid_from=TOMORROW)


def test_two_packs_of_one_name_cannot_begin_on_one_day():
    published(pack(24), valid_from=TOMORROW)
    number = proposed(keeper(), pack(30, version="2"), valid_from=TOMORROW)
    second = keeper()
    nothing_seen(second, number)
    with pytest.raises(errors.AlreadyThere):
        services.publish(second, number)
    assert len(facts("policy.published")) == 1


def test_of_two_who_approve_at_once_the_second_is_told(monkeypatch):
    number = proposed(keeper())
    second, third = keeper(), keeper()
    for person in (second, third):
        nothing_seen(person, number)

    def slips_in(actor, row, base):
        monkeypatch.undo()
        services.publish(third, number)
        return checked(actor, row, base)

    checked = writing._seen_by_both
    monkeypatch.setattr(writing, "_seen_by_both", slips_in)
    with pytest.raises(Overtaken):
        services.publish(second, number)
    untouched(number)


def test_a_pack_that_came_with_an_upgrade_waits_and_is_not_live(monkeypatch):
    kept = queries.hashes_on(TODAY)["brand-xiaomi-cn"]
    newer = tuple(
        (read_pack(new), new)
        for pack, text in shipped_texts()
        for new in (
            text.replace('version = "2026.1"', 'version = "2027.1"')
            if pack.name == "brand-xiaomi-cn"
            else text,
        )
    )
    monkeypatch.setattr(reading, "shipped_texts", lambda: newer)
    assert queries.hashes_on(TODAY)["brand-xiaomi-cn"] == kept
    assert {pack.name: pack.hash for pack in queries.packs_on(TODAY)}["brand-xiaomi-cn"] == kept
    (waiting,) = queries.waiting_packs(keeper())
    assert (waiting.name, waiting.version, waiting.origin) == ("brand-xiaomi-cn", "2027.1", "shipped")
    services.propose_pack(keeper(), text=waiting.text, valid_from=TOMORROW, origin=waiting.origin)
    assert queries.waiting_packs(keeper()) == ()


def test_a_file_beside_the_data_waits_too_and_a_broken_one_says_where(tmp_path):
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / "own.toml").write_text(pack(), encoding="utf-8")
    (folder / "broken.toml").write_text("[pack]\nname = 3 4\n", encoding="utf-8")
    broken, own = queries.waiting_packs(keeper())
    assert (own.name, own.origin, own.faults) == ("brand-own", "own", ())
    assert (broken.name, [fault.line for fault in broken.faults]) == ("broken.toml", [2])
    assert "brand-own" not in queries.hashes_on(TOMORROW)


def test_a_decision_names_packs_that_are_found_again_however_old():
    old = queries.hashes_on(TODAY)
    published(pack(24), valid_from=TOMORROW)
    published(pack(18, version="2"), valid_from=TOMORROW + timedelta(days=1))
    again = queries.packs_kept([read_pack(pack(24)).hash, old["cn-phone"]])
    assert [(each.name, each.hash) for each in again] == [
        ("brand-own", read_pack(pack(24)).hash),
        ("cn-phone", old["cn-phone"]),
    ]
    with pytest.raises(errors.PackLost):
        queries.packs_kept(["0" * 64])


def test_older_installations_keep_the_packs_that_lay_beside_their_data(tmp_path):
    Publication.objects.all().delete()
    PackText.objects.all().delete()
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / "own.toml").write_text(pack(), encoding="utf-8")
    assert queries.hashes_on(TODAY) is None
    assert "brand-own" in {each.name for each in queries.packs_on(TODAY)}
    services.adopt_packs(system(AT))
    assert queries.hashes_on(TODAY)["brand-own"] == read_pack(pack()).hash


def test_before_it_is_set_up_nothing_is_adopted():
    Publication.objects.all().delete()
    Installation.objects.all().delete()
    assert services.adopt_packs(system(AT)) == 0


def test_worked_cases_are_kept_whole_and_one_name_is_one_case():
    rows = [("young", {"part": "battery"}), ("old", {"part": "battery", "fault_on": "2026-01-01"})]
    assert services.keep_worked_cases(keeper(), rows) == 2
    assert [name for name, _ in queries.worked_cases(keeper())] == ["old", "young"]
    with pytest.raises(Invalid):
        services.keep_worked_cases(keeper(), [*rows, rows[0]])
    with pytest.raises(NotAllowed):
        services.keep_worked_cases(staff_actor("manager", "*"), rows)
    assert len(queries.worked_cases(keeper())) == 2
    assert facts("policy.cases_kept") == [{"cases": 2}]


def test_an_unreadable_file_is_said_with_its_name(tmp_path):
    (tmp_path / "x.toml").write_text("[pack", encoding="utf-8")
    with pytest.raises(PackError, match=r"x\.toml"):
        files.texts_in(tmp_path)


def test_auditors_read_what_others_publish():
    number = published()
    assert queries.publication(staff_actor("auditor", "*"), number).number == number
    assert [card.number for card in queries.publications(staff_actor("auditor", "*"), pack="brand-own")] == [
        number
    ]
    with pytest.raises(Missing):
        queries.publication(staff_actor("manager", "*"), number)


@pytest.mark.django_db(transaction=True)
def test_a_backup_carries_every_text(tmp_path):
    published(pack(24), valid_from=TOMORROW)
    before = queries.hashes_on(TOMORROW)
    texts = dict(PackText.objects.values_list("hash", "text"))
    (tmp_path / "files").mkdir()
    rows = write(tmp_path / "whole.tar", tmp_path / "files")
    assert rows["registry.packtext"] == len(texts)
    assert before["brand-own"] in texts
