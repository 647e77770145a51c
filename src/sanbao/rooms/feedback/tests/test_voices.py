"""Texts of other rooms, surveys, reading, search, erasure."""

import pytest

from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.rooms.complaints.tests.factories import case, order
from sanbao.rooms.feedback import handlers, queries, services
from sanbao.rooms.feedback.errors import SurveyClosed
from sanbao.rooms.feedback.models import Mention, Survey, Voice
from sanbao.rooms.feedback.tests.factories import (
    AT,
    BAD,
    GOOD,
    HOUSE,
    READER,
    reader_of_feedback,
    rows,
    stored,
)
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.ledger.queries import Fact
from sanbao.rooms.registry.tests.factories import customer, nobody, owner_actor


def fact(subject: str, event: str) -> Fact:
    return Fact(1, subject, event, "system:test", AT, {})


@pytest.fixture
def returned():
    who = customer()
    return who, order(who)


@pytest.mark.django_db
def test_a_returned_repair_asks_its_owner_once(returned):
    _who, repair = returned
    for _turn in range(2):
        handlers.on_repair_returned(HOUSE, fact(repair.number, "repair.returned"))
    survey = Survey.objects.get()
    assert [f.event for f in ledger.timeline(survey.number)] == ["survey.sent"]
    assert queries.survey_of(HOUSE, repair.number).open


@pytest.mark.django_db
def test_an_answer_is_kept_once_and_its_words_become_a_text(returned):
    who, repair = returned
    number = services.send_survey(HOUSE, repair.number)
    owner = owner_actor(who)
    services.answer_survey(owner, number, stars=4, in_time=True, solved=True, words=f"  {GOOD}😀 ")
    card = queries.survey(owner, number)
    assert (card.stars, card.in_time, card.solved, card.words, card.open) == (
        4,
        True,
        True,
        f"{GOOD}😀",
        False,
    )
    voice = Voice.objects.get()
    assert (voice.origin, voice.subject, voice.outlet_id, voice.stars) == ("survey", repair.number, "BJ01", 4)
    assert voice.customer == who
    assert [f.event for f in ledger.timeline(number)] == ["survey.sent", "survey.answered"]
    with pytest.raises(SurveyClosed):
        services.answer_survey(owner, number, stars=1)
    assert queries.survey(owner, number).stars == 4
    assert Voice.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stars", "words", "field"),
    [
        (0, "", "stars"),
        (6, "", "stars"),
        (5, "长" * 20_001, "words"),
        (5, "a\x00", "words"),
        (5, "a\ud83d", "words"),
    ],
)
def test_a_bad_answer_names_its_field_and_leaves_the_survey_open(returned, stars, words, field):
    who, repair = returned
    number = services.send_survey(HOUSE, repair.number)
    with pytest.raises(Invalid) as refused:
        services.answer_survey(owner_actor(who), number, stars=stars, words=words)
    assert refused.value.field == field
    assert queries.survey(HOUSE, number).open
    assert not Voice.objects.exists()


@pytest.mark.django_db
def test_nobody_else_sees_or_answers_a_survey(returned):
    _who, repair = returned
    number = services.send_survey(HOUSE, repair.number)
    with pytest.raises(Missing):
        services.answer_survey(owner_actor(), number, stars=1)
    with pytest.raises(NotAllowed):
        services.answer_survey(reader_of_feedback(), number, stars=1)
    with pytest.raises(Missing):
        queries.survey(nobody(), number)
    assert queries.survey(HOUSE, number).open


@pytest.mark.django_db
def test_the_words_of_a_complaint_are_kept_once():
    number = case(words=BAD)
    for _turn in range(2):
        handlers.on_complaint_filed(HOUSE, fact(number, "complaint.filed"))
    voice = Voice.objects.get()
    assert (voice.origin, voice.subject, voice.text) == ("complaint", number, BAD)
    assert [f.event for f in ledger.timeline(voice.number)] == ["feedback.voice_kept"]


@pytest.mark.django_db
def test_reading_goes_in_steps_and_a_second_time_there_is_nothing_left():
    stored(7, read=False)
    assert services.read_unread(HOUSE, READER, most=5) == 5
    assert services.read_unread(HOUSE, READER, most=5) == 2
    assert services.read_unread(HOUSE, READER, most=5) == 0
    assert not Voice.objects.filter(reader="").exists()
    manner = Mention.objects.filter(aspect="AT", polarity=-1)
    assert manner.exists()
    found = manner.first()
    assert "态度恶劣" in found.voice.text[found.start : found.end]


@pytest.mark.django_db
def test_search_finds_words_as_they_stand_and_only_what_may_be_seen():
    stored(16)
    found = queries.search_text(HOUSE, "推来推去")
    assert [card.excerpt for card in found.rows] == [
        "售后一直推来推去，谁都不管。（10）",
        "售后一直推来推去，谁都不管。（2）",
    ]
    assert queries.search_text(HOUSE, "来推去推").rows == ()
    assert queries.search_text(HOUSE, "' OR 1=1 \"").rows == ()
    assert queries.search_text(HOUSE, "").rows == ()
    assert queries.search_text(nobody(), "推来推去").rows == ()
    first = queries.search_text(HOUSE, "推来推去", most=1)
    assert len(first.rows) == 1
    assert len(queries.search_text(HOUSE, "推来推去", first.after).rows) == 1


@pytest.mark.django_db
def test_an_erased_person_leaves_counts_and_no_words(returned):
    who, repair = returned
    number = services.send_survey(HOUSE, repair.number)
    services.answer_survey(owner_actor(who), number, stars=1, words=BAD)
    services.read_unread(HOUSE, READER)
    mentions = Mention.objects.count()
    assert mentions
    for _turn in range(2):
        handlers.on_customer_erased(HOUSE, fact(who.number, "customer.erased"))
    voice = Voice.objects.get()
    assert (voice.text, voice.customer_id) == ("", None)
    assert voice.erased_at is not None
    assert Mention.objects.count() == mentions
    assert all(row.reasons == [] for row in Mention.objects.all())
    assert queries.survey(HOUSE, number).words == ""
    assert queries.search_text(HOUSE, "态度恶劣").rows == ()
    assert queries.sentences(HOUSE).rows == ()
    with pytest.raises(Missing):
        queries.voice(HOUSE, voice.number)


@pytest.mark.django_db
def test_staff_see_the_texts_of_their_outlets_and_no_others():
    order(at="BJ01"), order(at="SH01")
    services.add_texts(HOUSE, rows=rows(3, outlet="BJ01"), name="a", source="a")
    services.add_texts(HOUSE, rows=rows(2, outlet="SH01"), name="b", source="b")
    services.add_texts(HOUSE, rows=rows(1), name="c", source="c")
    services.read_unread(HOUSE, READER)
    assert len(queries.voices(reader_of_feedback("BJ01")).rows) == 3
    assert len(queries.voices(reader_of_feedback()).rows) == 6
    assert queries.figures(reader_of_feedback("SH01")).read == 2
    assert {s.outlet for s in queries.sentences(reader_of_feedback("SH01")).rows} == {"SH01"}
    with pytest.raises(Missing):
        queries.voice(reader_of_feedback("SH01"), Voice.objects.filter(outlet="BJ01").first().number)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 30])
def test_lists_cost_at_most_three_reads(count, django_assert_max_num_queries):
    stored(count)
    actor = reader_of_feedback()
    for read in (
        lambda: queries.voices(actor),
        lambda: queries.sentences(actor, aspect="AT", polarity=-1),
        lambda: queries.search_text(actor, "态度"),
        lambda: queries.batches(actor),
    ):
        with django_assert_max_num_queries(3):
            read()


@pytest.mark.django_db
def test_pages_of_sentences_follow_one_another_without_gap():
    stored(32)
    seen, after = [], ""
    while True:
        page = queries.sentences(HOUSE, after=after, most=7)
        seen += [(s.voice, s.aspect, s.polarity, s.quote.span) for s in page.rows]
        after = page.after
        if not after:
            break
    assert len(seen) == len(set(seen)) == Mention.objects.count()


@pytest.mark.django_db
def test_the_shipped_reader_finds_what_our_sentences_say():
    services.add_texts(HOUSE, rows=rows(8), name="a")
    assert handlers.read_waiting(HOUSE) == 8
    assert handlers.read_waiting(HOUSE) == 0
    assert Mention.objects.filter(aspect="AT", polarity=-1).exists()
    assert Mention.objects.filter(aspect="AT", polarity=1).exists()
