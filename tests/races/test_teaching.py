"""Two who label the same text, two who settle it, two who choose a version, two workers who read again."""

import json
import shutil

import pytest
from tests.races.test_outlets import together

from sanbao.rooms.feedback import services
from sanbao.rooms.feedback.adapters import cube
from sanbao.rooms.feedback.adapters.reader import MODEL
from sanbao.rooms.feedback.models import Label, Lesson, Mention, Model, Voice
from sanbao.rooms.feedback.rules import Row
from sanbao.rooms.feedback.tests.factories import HOUSE, READER, stored
from sanbao.rooms.feedback.tests.test_stream import copies
from sanbao.rooms.feedback.tests.test_teaching import ANNA, BLAME, CHEN, PRAISE, teacher
from sanbao.rooms.ledger import queries as ledger

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
FOUR = [teacher(name) for name in ("ONE", "TWO", "THREE", "FOUR")]


def one_text() -> str:
    stored(60)
    services.draw_lessons(HOUSE, random=1)
    return Lesson.objects.select_related("voice").get().voice.number


def test_of_four_who_label_the_same_text_at_once_two_are_kept():
    voice = one_text()
    results = together(4, lambda n: services.label(FOUR[n], voice, aspects=BLAME, overall=-1))
    assert sorted(results) == ["already_labelled", "already_labelled", "won", "won"]
    assert Lesson.objects.get().state == "settled"
    assert len(ledger.timeline(voice)) == Label.objects.count() == 2


def test_one_who_sends_a_text_twice_at_once_has_labelled_it_once():
    voice = one_text()
    results = together(3, lambda _n: services.label(ANNA, voice, aspects=BLAME, overall=-1))
    assert results.count("won") == 1
    assert (Label.objects.count(), Lesson.objects.get().state) == (1, "waiting")


def test_two_who_want_to_be_the_only_reader_are_held_against_each_other():
    voice = one_text()
    Lesson.objects.update(readers=1)
    marks = (BLAME, PRAISE)
    results = together(2, lambda n: services.label(FOUR[n], voice, aspects=marks[n], overall=0))
    assert results == ["won", "won"]
    assert Lesson.objects.get().state == "split"


def test_a_dispute_is_settled_once():
    voice = one_text()
    for who, marks in zip(FOUR, (BLAME, PRAISE), strict=False):
        services.label(who, voice, aspects=marks)
    judges = [teacher(name, "feedback.judge") for name in ("J1", "J2", "J3")]
    results = together(3, lambda n: services.settle(judges[n], voice, aspects=BLAME, overall=-1))
    assert sorted(results) == ["illegal_move", "illegal_move", "won"]
    assert [fact.event for fact in ledger.timeline(voice)].count("feedback.settled") == 1


def test_two_drawings_at_once_put_no_text_on_the_list_twice():
    stored(200)
    together(3, lambda _n: services.draw_lessons(HOUSE, random=5, active=5))
    assert Lesson.objects.count() == Lesson.objects.values("voice").distinct().count()
    random = Lesson.objects.filter(frame__isnull=False)
    frame = random.first().frame
    assert random.count() == Voice.objects.filter(fingerprint__lte=frame.edge).count() == frame.size


def test_of_versions_chosen_at_once_one_is_active(tmp_path, settings):
    settings.FILES_ROOT = tmp_path / "files"
    found = []
    for name in ("a", "b"):
        shutil.copytree(MODEL, tmp_path / name)
        told = json.loads((tmp_path / name / "model.json").read_text("utf-8"))
        (tmp_path / name / "model.json").write_text(json.dumps({**told, "made": name}), "utf-8")
        found.append(services.install_model(CHEN, tmp_path / name))
    results = together(4, lambda n: services.activate_model(CHEN, found[n % 2]))
    assert set(results) == {"won"}
    assert Model.objects.filter(active=True).count() == 1


def test_texts_read_again_by_two_workers_at_once_are_counted_once():
    stored(40)
    before = sorted(Mention.objects.values_list("voice", "aspect", "polarity"))
    together(4, lambda _n: services.read_again(HOUSE, READER, version="zzz"))
    assert sorted(Mention.objects.values_list("voice", "aspect", "polarity")) == before
    assert cube.differences() == 0


def test_texts_compared_by_two_workers_at_once_are_set_aside_once():
    services.add_texts(
        HOUSE, rows=[*copies(6), *(Row(f"别的话说了{n}遍也没有用处啊") for n in range(5))], name="a"
    )
    services.read_unread(HOUSE, READER)
    together(3, lambda _n: [services.compare_waiting(HOUSE) for _turn in range(3)])
    assert Voice.objects.filter(cluster__isnull=True).count() == 0
    assert Voice.objects.filter(cluster=Voice.objects.order_by("id")[0].pk, counts=False).count() == 5
    assert cube.differences() == 0
