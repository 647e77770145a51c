"""Labelling, disputes, versions and suspicious texts on the workbench."""

import json
import re

import pytest
from django.urls import reverse
from tests.doors.test_workbench_voice import signed_in

from sanbao.rooms.feedback import services
from sanbao.rooms.feedback.adapters.versions import shipped_version
from sanbao.rooms.feedback.models import Label, Lesson, Mention, Model, Objection, Suspicion, Voice
from sanbao.rooms.feedback.rules import Row
from sanbao.rooms.feedback.tests.factories import HOUSE, READER, stored

pytestmark = pytest.mark.django_db
TEACH = ("feedback.see", "feedback.teach")
JUDGE = (*TEACH, "feedback.judge")
PAGES = ("teach", "teach_read", "models", "suspicious")


def listed(count: int = 4) -> str:
    """The number of the first text on the list."""
    stored(120)
    services.draw_lessons(HOUSE, random=count)
    return Lesson.objects.order_by("rank").first().voice.number


def flat(page) -> str:
    return page.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("full", [False, True])
def test_every_page_renders_empty_and_full(language, full):
    if full:
        listed()
        services.compare_waiting(HOUSE)
    for grants in (TEACH, JUDGE):
        client = signed_in(*grants, language=language)
        for name in PAGES:
            assert client.get(reverse(f"workbench:{name}")).status_code == 200, name


@pytest.mark.parametrize("name", PAGES)
def test_nobody_sees_it_without_the_grant(name):
    assert signed_in("repairs.see").get(reverse(f"workbench:{name}")).status_code == 403


def test_a_text_is_labelled_by_the_form_and_the_next_one_comes():
    listed()
    client = signed_in(*TEACH)
    page = flat(client.get(reverse("workbench:teach_read")))
    voice = re.search(r'name="voice" value="(VO-[^"]+)"', page)[1]
    marks = json.dumps([["AT", -1, 0, 4]])
    sent = {"voice": voice, "marks": marks, "overall": "-1", "demands": ["refund"], "flags": ["legal"]}
    answer = client.post(reverse("workbench:teach_read"), sent)
    label = Label.objects.get()
    assert answer.status_code == 302
    assert (label.aspects, label.overall, label.demands, label.flags) == (
        [["AT", -1, 0, 4]],
        -1,
        ["refund"],
        ["legal"],
    )
    shown = re.findall(r'name="voice" value="([^"]+)"><input', flat(client.get(answer.url)))
    assert len(shown) == 1
    assert voice not in shown
    client.post(reverse("workbench:teach_back"), {"voice": voice})
    assert not Label.objects.exists()


def test_a_text_is_labelled_without_scripts():
    voice = listed()
    client = signed_in(*TEACH)
    page = flat(client.get(reverse("workbench:teach_text", kwargs={"number": voice})))
    name = re.search(r'name="(clause-\d+-\d+)"', page)[1]
    start = name.split("-")[1]
    sent = {"voice": voice, "marks": "[]", name: "CO", f"sign-{start}": "1", "overall": "1"}
    client.post(reverse("workbench:teach_text", kwargs={"number": voice}), sent)
    _clause, first, last = name.split("-")
    assert Label.objects.get().aspects == [["CO", 1, int(first), int(last)]]


@pytest.mark.parametrize("marks", ["no json", "{}", "[1]", '[["AT"]]', '[["AT",1,0,99999]]', "null"])
def test_marks_that_make_no_sense_are_refused_with_a_sentence(marks):
    voice = listed()
    client = signed_in(*TEACH)
    answer = client.post(reverse("workbench:teach_read"), {"voice": voice, "marks": marks}, follow=True)
    assert answer.status_code == 200
    assert "A mark names an aspect" in flat(answer)
    assert not Label.objects.exists()


def test_a_skipped_text_comes_back_only_after_the_others():
    listed(3)
    client = signed_in(*TEACH)
    seen = []
    for _turn in range(3):
        page = flat(client.get(reverse("workbench:teach_read")))
        seen.append(re.search(r'name="voice" value="(VO-[^"]+)"', page)[1])
        client.post(reverse("workbench:teach_skip"), {"voice": seen[-1]})
    assert len(set(seen)) == 3
    assert "data-teach" in flat(client.get(reverse("workbench:teach_read")))


def test_the_labelling_page_tells_nothing_of_the_model_or_the_other_reader():
    voice = listed()
    first, second = signed_in(*TEACH), signed_in(*TEACH)
    first.post(reverse("workbench:teach_read"), {"voice": voice, "marks": '[["QU",-1,0,3]]', "overall": "-1"})
    page = flat(second.get(reverse("workbench:teach_text", kwargs={"number": voice})))
    assert "&#34;QU&#34;" not in page
    assert "QU&quot;" not in page
    assert "unsure" not in page
    assert second.get(reverse("workbench:teach_dispute", kwargs={"number": voice})).status_code == 403


def test_a_dispute_is_settled_on_its_page():
    voice = listed()
    for client, code in ((signed_in(*TEACH), "AT"), (signed_in(*TEACH), "CO")):
        client.post(reverse("workbench:teach_read"), {"voice": voice, "marks": f'[["{code}",-1,0,3]]'})
    judge = signed_in(*JUDGE)
    assert "Two readers disagree" in flat(judge.get(reverse("workbench:teach")))
    address = reverse("workbench:teach_dispute", kwargs={"number": voice})
    page = flat(judge.get(address))
    assert page.count("data-take") == 2
    judge.post(address, {"voice": voice, "marks": '[["AT",-1,0,3]]', "overall": "-1"})
    assert Lesson.objects.get(voice__number=voice).state == "settled"


def test_calling_a_sentence_wrong_is_one_click_and_comes_back():
    stored(8)
    mention = Mention.objects.select_related("voice").first()
    client = signed_in(*TEACH)
    place = reverse("workbench:sentences")
    assert "/wrong" in flat(client.get(place))
    address = reverse("workbench:object", kwargs={"number": mention.voice.number})
    sent = {"aspect": mention.aspect, "polarity": mention.polarity, "next": place, "right": "CO -1"}
    answer = client.post(address, sent)
    assert (answer.status_code, answer.url) == (302, place)
    assert (Objection.objects.get().right, Objection.objects.get().right_polarity) == ("CO", -1)
    away = client.post(address, sent | {"next": "https://elsewhere.example/"})
    assert away.url == reverse("workbench:text", kwargs={"number": mention.voice.number})


def test_a_suspicion_is_decided_with_a_reason():
    text = "这款手机真的很好用，售后也很贴心，强烈推荐大家购买"
    services.add_texts(HOUSE, rows=[Row(text, stars=5, product=f"P{n}") for n in range(6)], name="a.csv")
    services.read_unread(HOUSE, READER)
    services.compare_waiting(HOUSE)
    number = Suspicion.objects.get().number
    address = reverse("workbench:suspicion", kwargs={"number": number})
    assert signed_in(*TEACH).post(address, {"decision": "left_out", "why": "x"}).status_code == 403
    judge = signed_in(*JUDGE)
    assert "Say why" in flat(judge.post(address, {"decision": "left_out", "why": ""}, follow=True))
    page = flat(judge.post(address, {"decision": "left_out", "why": "one shop"}, follow=True))
    assert "one shop" in page
    assert Voice.objects.filter(aside="left_out").count() == 6


def test_versions_are_chosen_and_taken_back_on_their_page(tmp_path, settings):
    settings.FILES_ROOT = tmp_path
    judge = signed_in(*JUDGE)
    step = reverse("workbench:model_step", kwargs={"verb": "back"})
    assert "No version was active" in flat(judge.post(step, {"version": ""}, follow=True))
    measure = reverse("workbench:model_step", kwargs={"verb": "measure"})
    assert "0 labelled texts" in flat(judge.post(measure, {"version": shipped_version()}, follow=True))
    assert Model.objects.count() <= 1
    assert judge.post(reverse("workbench:model_step", kwargs={"verb": "dance"})).status_code == 404
    assert signed_in(*TEACH).post(step, {"version": ""}).status_code == 403
