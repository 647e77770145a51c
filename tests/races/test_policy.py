"""Two who approve at once: a pack comes into force once, and never over what nobody compared it with."""

import pytest
from tests.races.test_ledger import together

from sanbao.base.actor import system
from sanbao.base.errors import Refusal
from sanbao.rooms.ledger.models import Entry
from sanbao.rooms.registry import queries, services
from sanbao.rooms.registry.models import Publication
from sanbao.rooms.registry.tests.factories import AT, installation
from sanbao.rooms.registry.tests.packs import TOMORROW, keeper, nothing_seen, pack, proposed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


@pytest.fixture(autouse=True)
def begun(settings, tmp_path):
    settings.HOME = tmp_path
    installation()
    services.adopt_packs(system(AT))


def outcomes(people, numbers):
    """What became of each approval, all at once."""
    found = [None] * len(people)

    def approve(turn):
        try:
            services.publish(people[turn], numbers[turn])
            found[turn] = "published"
        except Refusal as refusal:
            found[turn] = refusal.code

    together(len(people), approve)
    return sorted(found)


def test_of_five_approvals_of_one_proposal_one_counts():
    number = proposed(keeper())
    people = [keeper() for _ in range(5)]
    for person in people:
        nothing_seen(person, number)
    assert outcomes(people, [number] * 5).count("published") == 1
    assert Entry.objects.filter(event="policy.published").count() == 1


def test_of_two_proposals_compared_with_the_same_rules_only_the_first_goes_live():
    numbers = [
        proposed(keeper(), pack(24)),
        proposed(keeper(), pack(36, name="brand-other", rules=("OTHER-1",))),
    ]
    people = [keeper(), keeper()]
    for person, number in zip(people, numbers, strict=True):
        nothing_seen(person, number)
    assert outcomes(people, numbers) == ["not_seen_yet", "published"]
    live = queries.hashes_on(TOMORROW)
    assert ("brand-own" in live) != ("brand-other" in live)


def test_two_installers_adopt_the_packs_once():
    Publication.objects.all().delete()
    Entry.objects.all().delete()
    together(3, lambda turn: services.adopt_packs(system(AT)))
    assert Entry.objects.filter(event="policy.settled").count() == 1
