"""Two sequencers and two senders of one key at once."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from sanbao.base.actor import system
from sanbao.rooms.ledger import services
from sanbao.rooms.ledger.models import Answer, Entry

HOUSE = system(datetime(2026, 3, 2, 9, tzinfo=UTC))


def together(count, act):
    """Run ``act(number)`` on as many threads at the same moment; return what each gave or raised."""
    start, results = threading.Barrier(count), [None] * count

    def one(number):
        start.wait()
        try:
            results[number] = act(number)
        except Exception as fault:  # noqa: BLE001 - the test looks at it
            results[number] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_sequencers_give_each_place_once():
    with transaction.atomic():
        for number in range(40):
            services.append("TH-1", "thing.happened", HOUSE, count=number)
    results = together(4, lambda number: services.sequence({}, at=HOUSE.at, most=40))
    while services.sequence({}, at=HOUSE.at):
        pass
    assert not [r for r in results if isinstance(r, Exception)]
    assert sorted(Entry.objects.values_list("position", flat=True)) == list(range(40))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_double_click_does_the_thing_once():
    done = []

    def act():
        done.append(1)
        return {"number": len(done)}

    results = together(6, lambda number: services.once(HOUSE, "key", b"body", act))
    assert sorted(fresh for _, fresh in results) == [False] * 5 + [True]
    assert {answer["number"] for answer, _ in results} == {1}
    assert (len(done), Answer.objects.count()) == (1, 1)
