"""Labels by people: drawn at random, read blind, settled by a third, taken back, called wrong, erased."""

import json

import numpy as np
import pytest

from sanbao.base.actor import STAFF, Actor
from sanbao.base.errors import IllegalMove, Invalid, Missing, NotAllowed
from sanbao.rooms.feedback import services
from sanbao.rooms.feedback.errors import AlreadyLabelled, NothingToDraw, OwnLabels, TooFewLabels
from sanbao.rooms.feedback.models import Frame, Label, Lesson, Mention, Objection, Voice
from sanbao.rooms.feedback.queries.agreement import agreement, alpha, kappa
from sanbao.rooms.feedback.queries.sample import random_labels
from sanbao.rooms.feedback.queries.teaching import (
    dispute,
    disputes,
    next_lesson,
    objections,
    recent_labels,
    teaching_figures,
)
from sanbao.rooms.feedback.rules import Row
from sanbao.rooms.feedback.tests.factories import AT, BAD, GOOD, HOUSE, READER, SENTENCES, stored
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry.tests.factories import customer


def teacher(name: str, *grants: str) -> Actor:
    held = frozenset({"feedback.see", "feedback.teach", *grants})
    return Actor(f"staff:ST-{name}", STAFF, AT, hash(name) % 97, name, {"*": held})


ANNA, BO, CHEN = teacher("ANNA"), teacher("BO"), teacher("CHEN", "feedback.judge")
BLAME = [["AT", -1, 0, 6]]
PRAISE = [["AT", 1, 0, 6]]


@pytest.fixture
def listed() -> list[str]:
    """The texts of a random subset, with the smallest fingerprint first."""
    stored(200)
    services.draw_lessons(HOUSE, random=6)
    lessons = Lesson.objects.select_related("voice").order_by("rank")
    return [lesson.voice.number for lesson in lessons]


@pytest.mark.django_db
def test_the_random_subset_is_the_smallest_fingerprints_and_knows_its_probability(listed):
    voices = list(Voice.objects.order_by("fingerprint")[:6])
    frame = Frame.objects.get()
    assert [voice.number for voice in voices] == listed
    assert (frame.edge, frame.population, frame.size) == (voices[-1].fingerprint, 200, 6)
    assert frame.rate == pytest.approx(int(frame.edge, 16) / 16**32)
    assert {lesson.probability for lesson in Lesson.objects.all()} == {frame.rate}
    assert [fact.event for fact in ledger.timeline("labels")] == ["feedback.drawn"]


@pytest.mark.django_db
def test_texts_that_come_later_join_the_subset_by_the_same_edge(listed):
    edge = Frame.objects.get().edge
    services.add_texts(HOUSE, rows=[Row(f"{GOOD}又来{n}") for n in range(300)], name="later.csv")
    while services.read_unread(HOUSE, READER):
        pass
    below = Voice.objects.filter(fingerprint__lte=edge).count()
    assert services.extend_random(HOUSE) == below - len(listed) > 0
    assert services.extend_random(HOUSE) == 0
    assert Lesson.objects.filter(frame__isnull=False).count() == below


@pytest.mark.django_db
def test_what_is_learnt_from_never_comes_from_the_part_that_is_measured_on():
    stored(120)
    services.draw_lessons(HOUSE, random=5, active=30)
    drawn = Lesson.objects.values_list("drawn", "held_out", "voice__fingerprint")
    assert {kind for kind, _held, _mark in drawn} == {"random", "active"}
    assert all(held == (kind == "random") == (mark < "3") for kind, held, mark in drawn)


@pytest.mark.django_db
def test_an_empty_house_has_nothing_to_draw_and_nothing_is_recorded():
    with pytest.raises(NothingToDraw):
        services.draw_lessons(HOUSE, random=5)
    with pytest.raises(NotAllowed):
        services.draw_lessons(ANNA, random=5)
    assert ledger.timeline("labels") == []
    assert not Lesson.objects.exists()


@pytest.mark.django_db
def test_two_readers_who_agree_settle_a_text(listed):
    assert services.label(ANNA, listed[0], aspects=BLAME, overall=-1) == "waiting"
    assert services.label(BO, listed[0], aspects=[["AT", -1, 1, 5]], overall=-1) == "settled"
    lesson = Lesson.objects.get(voice__number=listed[0])
    assert (lesson.aspects, lesson.overall, lesson.settled_by) == (BLAME, -1, "readers")
    events = [fact.event for fact in ledger.timeline(listed[0])]
    assert events == ["feedback.labelled", "feedback.labelled"]


@pytest.mark.django_db
def test_nobody_is_given_a_text_twice_nor_shown_what_the_other_found(listed):
    services.label(ANNA, listed[0], aspects=BLAME, overall=-1)
    with pytest.raises(AlreadyLabelled):
        services.label(ANNA, listed[0], aspects=PRAISE, overall=1)
    waiting = set()
    while (card := next_lesson(ANNA, waiting)) is not None:
        waiting.add(card.voice)
        assert not hasattr(card, "aspects")
    assert waiting == set(listed[1:])
    assert teaching_figures(ANNA).mine == 5
    with pytest.raises(NotAllowed):
        dispute(BO, listed[0])


@pytest.mark.django_db
def test_who_disagree_are_settled_by_a_third_person(listed):
    services.label(ANNA, listed[0], aspects=BLAME, overall=-1)
    assert services.label(CHEN, listed[0], aspects=PRAISE, overall=1) == "split"
    assert [row.voice for row in disputes(CHEN)] == [listed[0]]
    shown = dispute(CHEN, listed[0])
    assert ([card.name for card in shown.labels], shown.mine) == (["A", "B"], True)
    with pytest.raises(OwnLabels):
        services.settle(CHEN, listed[0], aspects=BLAME, overall=-1)
    with pytest.raises(NotAllowed):
        services.settle(BO, listed[0], aspects=BLAME, overall=-1)
    services.settle(teacher("DU", "feedback.judge"), listed[0], aspects=BLAME, overall=-1)
    lesson = Lesson.objects.get(voice__number=listed[0])
    assert (lesson.state, lesson.settled_by) == ("settled", "staff:ST-DU")
    with pytest.raises(IllegalMove):
        services.settle(teacher("DU", "feedback.judge"), listed[0])
    with pytest.raises(AlreadyLabelled):
        services.label(BO, listed[0])


@pytest.mark.django_db
def test_labels_are_taken_back_while_nobody_has_decided(listed):
    services.label(ANNA, listed[0], aspects=BLAME, overall=-1)
    services.label(BO, listed[0], aspects=PRAISE, overall=1)
    services.take_back(BO, listed[0])
    assert Lesson.objects.get(voice__number=listed[0]).state == "waiting"
    services.label(BO, listed[0], aspects=BLAME, overall=-1)
    assert Lesson.objects.get(voice__number=listed[0]).state == "settled"
    with pytest.raises(Missing):
        services.take_back(CHEN, listed[0])
    assert [row.voice for row in recent_labels(BO)] == [listed[0]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "aspects",
    [
        [["XX", -1, 0, 3]],
        [["AT", 2, 0, 3]],
        [["AT", -1, 3, 3]],
        [["AT", -1, 0, 9_999]],
        [["AT", -1, 0]],
        [["AT", True, 0, 3]],
        [["AT", -1, "0", 3]],
        [["AT", -1, 0, 3]] * 61,
    ],
)
def test_labels_that_do_not_fit_the_text_are_refused_and_not_kept(listed, aspects):
    with pytest.raises(Invalid):
        services.label(ANNA, listed[0], aspects=aspects)
    assert not Label.objects.exists()
    assert ledger.timeline(listed[0]) == []


@pytest.mark.django_db
def test_unknown_demands_and_judgements_are_refused(listed):
    for wrong in ({"demands": ["gold"]}, {"flags": ["x"]}, {"overall": 2}):
        with pytest.raises(Invalid):
            services.label(ANNA, listed[0], **wrong)
    assert not Label.objects.exists()


@pytest.mark.django_db
def test_a_text_nobody_understands_is_set_aside(listed):
    services.label(ANNA, listed[0], unreadable=True)
    assert services.label(BO, listed[0], unreadable=True) == "unreadable"
    assert teaching_figures(ANNA).unreadable == 1


@pytest.mark.django_db
def test_only_the_part_before_the_first_waiting_text_is_a_random_sample(listed):
    for number in (listed[0], listed[1], listed[3]):
        for who in (ANNA, BO):
            services.label(who, number, aspects=BLAME, overall=-1)
    sample = random_labels(HOUSE)
    keys = dict(Voice.objects.values_list("number", "pk"))
    assert [row.key for row in sample.rows] == [keys[listed[0]], keys[listed[1]]]
    row = sample.rows[0]
    assert (row.said, row.overall_said) == (frozenset({("AT", -1)}), -1)
    assert row.probability == Frame.objects.get().rate
    assert (sample.frames[0].drawn, sample.frames[0].settled, sample.frames[0].waiting) == (6, 3, 3)
    there = Voice.objects.get(pk=row.key)
    assert row.read == frozenset(there.mentions.values_list("aspect", "polarity"))


@pytest.mark.django_db
def test_calling_a_sentence_wrong_puts_its_text_first_on_the_list(listed):
    mention = Mention.objects.exclude(voice__lesson__isnull=False).select_related("voice").first()
    number = mention.voice.number
    for right in ("", "CO"):
        services.object_to(CHEN, number, aspect=mention.aspect, polarity=mention.polarity, right=right)
    assert Objection.objects.get().right == "CO"
    assert objections(HOUSE) == ((mention.aspect, mention.polarity, 1),)
    lesson = Lesson.objects.get(voice__number=number)
    assert (lesson.drawn, lesson.readers) == ("wrong", 1)
    assert Lesson.objects.order_by("rank").first() == lesson
    assert teaching_figures(ANNA).objections == 1
    with pytest.raises(Missing):
        services.object_to(CHEN, number, aspect="QU", polarity=1)
    with pytest.raises(Invalid):
        services.object_to(CHEN, number, aspect=mention.aspect, polarity=mention.polarity, right="ZZ")


@pytest.mark.django_db
def test_texts_of_other_outlets_are_not_there(listed):
    local = Actor("staff:ST-FAR", STAFF, AT, 9, "far", {"SH01": ANNA.grants["*"]})
    assert next_lesson(local) is None
    with pytest.raises(Missing):
        services.label(local, listed[0], aspects=BLAME)


@pytest.mark.django_db
def test_training_is_given_settled_texts_outside_the_measured_part(tmp_path, listed):
    stored(40, stars=3)
    services.draw_lessons(HOUSE, active=8)
    with pytest.raises(TooFewLabels):
        services.export_labels(HOUSE, tmp_path / "none.jsonl")
    active = Lesson.objects.filter(drawn="active").select_related("voice")
    for lesson in active:
        for who in (ANNA, BO)[: lesson.readers]:
            services.label(who, lesson.voice.number, aspects=BLAME, overall=-1)
    for who in (ANNA, BO):
        services.label(who, listed[0], aspects=BLAME, overall=-1)
    told = services.export_labels(HOUSE, tmp_path / "labels.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "labels.jsonl").read_text("utf-8").splitlines()]
    assert (told.written, told.held_out) == (len(active), 1) == (len(rows), 1)
    assert listed[0] not in {row["id"] for row in rows}
    assert rows[0]["aspects"][0] == ["AT", -1, rows[0]["text"][:6]]
    assert ledger.timeline("labels")[-1].event == "feedback.labels_exported"


@pytest.mark.django_db
def test_erasure_takes_labels_spans_and_objections_along():
    who = customer()
    services.add_texts(HOUSE, rows=[Row(text) for text in SENTENCES], name="own.csv")
    services.read_unread(HOUSE, READER)
    mine = Voice.objects.get(text=BAD)
    Voice.objects.filter(pk=mine.pk).update(customer=who)
    services.object_to(CHEN, mine.number, aspect="AT", polarity=-1)
    services.label(ANNA, mine.number, aspects=BLAME, overall=-1)
    services.erase_voices(HOUSE, who.number)
    assert not Label.objects.exists()
    assert not Objection.objects.exists()
    assert Lesson.objects.get().aspects == [["AT", -1, 0, 0]]
    assert next_lesson(BO) is None
    with pytest.raises(Missing):
        services.label(BO, mine.number)


@pytest.mark.django_db
def test_agreement_counts_only_texts_that_two_have_read(listed):
    for place, number in enumerate(listed):
        services.label(ANNA, number, aspects=BLAME, overall=-1)
        if place < 5:
            services.label(BO, number, aspects=BLAME if place else PRAISE, overall=-1)
    found = {each.code: each for each in agreement(ANNA)}
    assert (found["AT"].n, found["AT"].spoken, found["AT"].same) == (5, 5, 0.8)
    assert found["AT"].kappa is None


def test_kappa_and_alpha_agree_with_worked_numbers():
    marks = np.array([[1, 1]] * 20 + [[1, 0]] * 5 + [[0, 1]] * 10 + [[0, 0]] * 15, dtype=np.int8)
    assert kappa(marks) == pytest.approx(0.4)
    pairs = [(0, 1), (1, 1), (0, 1), (0, 0), (0, 0), (0, 1), (0, 0), (0, 0), (1, 0), (0, 0)]
    assert alpha(np.array(pairs, dtype=np.int8)) == pytest.approx(0.095, abs=0.001)
    same = np.array([[1, 1], [0, 0]] * 10, dtype=np.int8)
    assert (kappa(same), alpha(same)) == (1.0, 1.0)
    assert kappa(np.zeros((12, 2), dtype=np.int8)) is None
