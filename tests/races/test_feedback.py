"""Two imports of the same rows, two readers of the same texts, two answers to one survey."""

import pytest
from tests.races.test_outlets import together

from sanbao.rooms.complaints.tests.factories import order
from sanbao.rooms.feedback import queries, services
from sanbao.rooms.feedback.models import Mention, Voice
from sanbao.rooms.feedback.tests.factories import HOUSE, READER, rows
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry.tests.factories import customer, owner_actor


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_same_rows_brought_in_at_once_are_stored_once():
    results = together(4, lambda n: services.add_texts(HOUSE, rows=rows(50), name=f"file {n}"))
    assert results == ["won"] * 4
    assert Voice.objects.count() == 50
    books = queries.batches(HOUSE).rows
    assert sum(card.stored for card in books) == 50
    assert all(card.read == card.stored + card.duplicates == 50 for card in books)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_texts_read_by_two_workers_at_once_are_counted_once():
    services.add_texts(HOUSE, rows=rows(40), name="a")
    together(4, lambda _n: services.read_unread(HOUSE, READER))
    found = [(m.voice_id, m.aspect, m.polarity) for m in Mention.objects.all()]
    assert found
    assert len(found) == len(set(found))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_survey_answered_twice_at_once_keeps_one_answer():
    who = customer()
    number = services.send_survey(HOUSE, order(who).number)
    results = together(4, lambda n: services.answer_survey(owner_actor(who), number, stars=1 + n, words="好"))
    assert results.count("won") == 1
    assert Voice.objects.count() == 1
    events = [fact.event for fact in ledger.timeline(number)]
    assert events == ["survey.sent", "survey.answered"]
