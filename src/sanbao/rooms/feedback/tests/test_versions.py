"""Versions of the model: brought in, measured on texts nobody learnt from, chosen, taken back, read again."""

import json
import shutil

import pytest

from sanbao.base.errors import Missing, NotAllowed
from sanbao.rooms.feedback import handlers, services
from sanbao.rooms.feedback.adapters import cube
from sanbao.rooms.feedback.adapters.reader import MODEL
from sanbao.rooms.feedback.adapters.versions import Unfit, fetch, shipped_version
from sanbao.rooms.feedback.errors import NoEarlierModel, TooFewLabels, UnfitModel
from sanbao.rooms.feedback.models import Lesson, Mention, Model, Voice
from sanbao.rooms.feedback.queries.measuring import difference, measure
from sanbao.rooms.feedback.queries.versions import (
    active_card,
    active_version,
    current_reader,
    reading_progress,
    versions,
)
from sanbao.rooms.feedback.tests.factories import HOUSE, READER, stored
from sanbao.rooms.feedback.tests.test_teaching import ANNA, BO, CHEN
from sanbao.rooms.ledger import queries as ledger


@pytest.fixture
def folder(tmp_path, settings):
    """Weights of our own: the shipped ones under another hash; the installation's files lie aside."""
    settings.FILES_ROOT = tmp_path / "files"
    own = tmp_path / "own"
    shutil.copytree(MODEL, own)
    told = json.loads((own / "model.json").read_text("utf-8"))
    (own / "model.json").write_text(json.dumps({**told, "made": str(tmp_path)}), "utf-8")
    (own / "card.json").write_text(json.dumps({"model": "ours", "aspects": {}}), "utf-8")
    return own


def taught(count: int) -> None:
    """A random subset with labels that say what the reader of tests says."""
    stored(200)
    services.draw_lessons(HOUSE, random=count)
    for lesson in Lesson.objects.select_related("voice"):
        found = [[m.aspect, m.polarity, m.start, m.end] for m in lesson.voice.mentions.all()]
        for who in (ANNA, BO):
            services.label(who, lesson.voice.number, aspects=found, overall=lesson.voice.overall)


@pytest.mark.django_db
def test_weights_are_kept_under_their_hash_and_do_not_read_before_somebody_says_so(folder):
    version = services.install_model(CHEN, folder, note="  first try ")
    assert services.install_model(CHEN, folder) == version
    assert version.startswith("own-")
    assert active_version() == shipped_version()
    assert [(row.version, row.active) for row in versions(ANNA)] == [
        (version, False),
        (shipped_version(), True),
    ]
    assert [fact.event for fact in ledger.timeline(version)] == ["model.installed"]
    assert fetch(version).read_many(["客服态度很好"])


@pytest.mark.django_db
def test_a_folder_without_weights_is_refused_and_nothing_is_kept(folder, settings):
    (folder / "weights.npz").write_bytes(b"no weights")
    for wrong in (folder, folder.parent / "nowhere"):
        with pytest.raises(UnfitModel):
            services.install_model(CHEN, wrong)
    with pytest.raises(NotAllowed):
        services.install_model(ANNA, folder)
    assert not Model.objects.exists()
    assert not (settings.FILES_ROOT / "models").exists()


@pytest.mark.django_db
def test_a_version_is_activated_and_rolled_back(folder):
    version = services.install_model(CHEN, folder)
    with pytest.raises(NoEarlierModel):
        services.roll_back(CHEN)
    for _turn in range(2):
        assert services.activate_model(CHEN, version) == version
    assert (active_version(), current_reader()[0], active_card()["model"]) == (version, version, "ours")
    assert services.roll_back(CHEN) == shipped_version() == active_version()
    assert active_card()["model"] == "sanbao-text"
    assert Model.objects.filter(active=True).count() == 1
    events = [fact.event for fact in ledger.timeline(version)]
    assert events == ["model.installed", "model.activated"]
    with pytest.raises(Missing):
        services.activate_model(CHEN, "own-000000000000")
    with pytest.raises(NotAllowed):
        services.activate_model(ANNA, version)


@pytest.mark.django_db
def test_a_version_whose_files_have_changed_does_not_read(folder, settings):
    version = services.install_model(CHEN, folder)
    (settings.FILES_ROOT / "models" / version / "model.json").write_text("{}", "utf-8")
    with pytest.raises(UnfitModel):
        services.activate_model(CHEN, version)
    with pytest.raises(Unfit):
        fetch(version)
    assert active_version() == shipped_version()


@pytest.mark.django_db
def test_texts_are_read_again_step_by_step_and_never_counted_twice(folder):
    stored(30)
    before = sorted(Mention.objects.values_list("voice", "aspect", "polarity", "start", "end"))
    services.activate_model(CHEN, services.install_model(CHEN, folder))
    version = active_version()
    assert services.read_again(HOUSE, READER, most=12) == 12
    progress = reading_progress(HOUSE)
    assert (progress.current, progress.left, dict(progress.rows)[version]) == (version, 18, 12)
    assert sorted(Mention.objects.values_list("voice", "aspect", "polarity", "start", "end")) == before
    assert [services.read_again(HOUSE, READER, most=12) for _ in range(3)] == [12, 6, 0]
    assert set(Voice.objects.values_list("reader", flat=True)) == {version}
    assert sorted(Mention.objects.values_list("voice", "aspect", "polarity", "start", "end")) == before
    assert cube.differences() == 0
    services.roll_back(CHEN)
    assert reading_progress(HOUSE).left == 30


@pytest.mark.django_db
def test_the_worker_reads_new_texts_first_and_then_the_old_ones_again(folder):
    stored(5)
    services.activate_model(CHEN, services.install_model(CHEN, folder))
    stored(3, read=False, product="P1")
    assert handlers.read_waiting(HOUSE) == 3
    assert handlers.read_waiting(HOUSE) == 5
    assert handlers.read_waiting(HOUSE) == 0
    assert set(Voice.objects.values_list("reader", flat=True)) == {active_version()}


@pytest.mark.django_db
def test_a_text_that_changes_while_it_is_read_keeps_what_it_has(folder):
    stored(3)
    services.activate_model(CHEN, services.install_model(CHEN, folder))
    first = Voice.objects.order_by("id")[0]

    class Slow:
        def read_many(self, texts):
            services.erase_voices(HOUSE, "CU-NOBODY")
            Voice.objects.filter(pk=first.pk).update(text="", erased_at=first.stored_at)
            return READER.read_many(texts)

    kept = Mention.objects.filter(voice=first).count()
    assert services.read_again(HOUSE, Slow()) == 3
    assert Mention.objects.filter(voice=first).count() == kept
    assert Voice.objects.get(pk=first.pk).reader == shipped_version()


@pytest.mark.django_db
def test_a_version_is_measured_beside_the_one_that_reads_on_the_random_subset(folder):
    taught(12)
    version = services.install_model(CHEN, folder)
    figures = services.measure_model(CHEN, version)
    assert (figures["texts"], figures["against"]) == (12, shipped_version())
    assert figures["before"]["pairs"] == figures["pairs"]
    assert figures["gain"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert figures["pairs"]["low"] < figures["pairs"]["high"]
    assert next(row for row in versions(ANNA) if row.version == version).measured == figures
    assert ledger.timeline(version)[-1].event == "model.measured"


@pytest.mark.django_db
def test_so_few_labels_measure_nothing(folder):
    taught(9)
    version = services.install_model(CHEN, folder)
    with pytest.raises(TooFewLabels):
        services.measure_model(CHEN, version)
    assert Model.objects.get().measured == {}


def test_figures_of_a_known_reading_are_the_known_ones():
    texts = ["客服态度很好", "客服态度恶劣", "网点离家太远", "没说什么"] * 10
    readings = READER.read_many(texts)
    truths = [(frozenset({("AT", 1)}), 1), (frozenset({("AT", 1)}), 1), (frozenset(), 0), (frozenset(), 0)]
    figures, counts = measure(truths * 10, readings)
    assert (figures["aspects"]["AT"]["precision"], figures["aspects"]["AT"]["recall"]) == (0.5, 0.5)
    assert figures["pairs"]["precision"] == pytest.approx(1 / 3)
    assert figures["detection"]["recall"] == 1.0
    assert figures["overall"]["value"] == 0.5
    assert figures["pairs"]["low"] < figures["pairs"]["value"] < figures["pairs"]["high"]
    better = counts.copy()
    better[:, 1] = 0
    assert difference(counts, better)["low"] > 0
