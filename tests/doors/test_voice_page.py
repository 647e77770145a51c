"""The voice page: every number leads to its sentences, few are hidden, views and alerts belong to people."""

import csv
import html
import io
import itertools
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from tests.doors.test_workbench_voice import reader, signed_in

from sanbao.rooms.complaints.tests.factories import outlet
from sanbao.rooms.feedback import queries, services
from sanbao.rooms.feedback.adapters import cube
from sanbao.rooms.feedback.models import Alert, Cell, Frame, Lesson, Mute, View, Voice
from sanbao.rooms.feedback.models.cells import ALL
from sanbao.rooms.feedback.rules import Row
from sanbao.rooms.feedback.tests.factories import BAD, HOUSE, READER, rows, stored
from sanbao.rooms.registry.models import Product
from sanbao.rooms.registry.tests.factories import AT

pytestmark = pytest.mark.django_db
PAGE = "/desk/voice/"


def form(**fields):
    return {"once": "a-key-of-this-page"} | fields


def table(client, name, **query):
    answer = client.get(reverse("workbench:voice_table", kwargs={"name": name}), query)
    assert answer.streaming
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_every_choice_of_facets_gives_a_page():
    outlet("BJ01")
    Product.objects.create(code="P1", name_zh="一", name_en="One", product_class="phone")
    stored(40, outlet="BJ01", product="P1")
    client = reader()
    choices = {
        "outlet": ["", "BJ01", "nowhere"],
        "product": ["", "P1"],
        "origin": ["", "review"],
        "weeks": ["", "26"],
        "scenario": ["", "manner"],
        "aspect": ["", "AT"],
        "polarity": ["", "1", "-1"],
    }
    for values in list(itertools.product(*choices.values()))[::7]:
        query = dict(zip(choices, values, strict=True))
        assert client.get(PAGE, query).status_code == 200, query
        assert client.get(reverse("workbench:voice_outlets"), query).status_code == 200, query


def test_a_number_equals_the_texts_behind_it():
    stored(60)
    for row in table(reader(), "figures"):
        if len(row["name"]) != 2:
            continue
        behind = table(reader(), "sentences", aspect=row["name"], polarity=row["polarity"])
        assert int(row["texts"]) == len({each["text"] for each in behind}), row["name"]


def test_weeks_add_up_to_the_figures_of_dated_texts():
    stored(60)
    found = table(reader(), "weeks")
    total = {(row["name"], row["polarity"]): int(row["texts"]) for row in table(reader(), "figures")}
    summed = sum(int(row["texts"]) for row in found if (row["name"], row["polarity"]) == ("AT", "-1"))
    assert 0 < summed <= total["AT", "-1"]
    assert all(int(row["n"]) >= 5 for row in found)


def test_fewer_than_five_texts_show_no_share_anywhere():
    stored(4)
    client = reader()
    page = client.get(PAGE).content.decode()
    assert "Fewer than five texts" in page
    assert "voice-lanes" not in page.partition("</style>")[2]
    assert table(client, "figures") == []
    stored(5)
    assert "voice-lanes" in client.get(PAGE).content.decode().partition("</style>")[2]


def test_without_labels_the_page_says_that_nothing_is_corrected():
    stored(40)
    page = reader().get(PAGE).content.decode()
    assert "As read by the program, not corrected." in page
    assert {row["reason"] for row in table(reader(), "figures")} == {"no_labels"}


def test_with_a_labelled_random_sample_shares_are_corrected_with_their_bounds():
    stored(200)
    frame = Frame.objects.create(
        origin="review", edge="f" * 32, rate=1.0, population=200, size=200, drawn_at=AT, drawn_by="t"
    )
    for voice in Voice.objects.prefetch_related("mentions"):
        said = [[m.aspect, m.polarity, m.start, m.end] for m in voice.mentions.all() if m.aspect != "TT"]
        Lesson.objects.create(
            voice=voice, drawn="random", frame=frame, probability=1.0, rank=0, state="settled",
            drawn_at=AT, drawn_by="t", overall=0, settled_at=AT, aspects=said,
        )  # fmt: skip
    assert services.take_sample(HOUSE) == 200
    assert services.take_sample(HOUSE) == 200
    found = {(row["name"], row["polarity"]): row for row in table(reader(), "figures")}
    assert found["AT", "-1"]["reason"] == ""
    assert float(found["AT", "-1"]["corrected"]) == pytest.approx(float(found["AT", "-1"]["share"]), abs=0.01)
    wrong = found["TT", "-1"]
    assert float(wrong["share"]) > 0.1
    assert float(wrong["corrected_high"]) < 0.05
    assert "corrected" in reader().get(PAGE).content.decode()
    services.add_texts(HOUSE, rows=[Row("网上说的：态度恶劣")], name="s", origin="social")
    services.read_unread(HOUSE, READER)
    assert {row["reason"] for row in table(reader(), "figures")} == {"undrawn"}


def test_no_cell_of_a_table_is_a_formula():
    lines = [Row(f"=HYPERLINK(1)客服态度恶劣{at}", product="@x", external_id=str(at)) for at in range(6)]
    services.add_texts(HOUSE, rows=lines, name="=x")
    services.read_unread(HOUSE, READER)
    for name in ("texts", "sentences"):
        for row in table(reader(), name):
            assert not any(str(cell).startswith(("=", "+", "@")) for cell in row.values())
    assert table(reader(), "texts")[0]["excerpt"].startswith("'=")


def test_an_unknown_table_is_missing():
    assert reader().get(PAGE + "tables/secrets.csv").status_code == 404


def test_staff_of_one_outlet_count_their_own_texts_alone():
    outlet("BJ01"), outlet("SH01")
    services.add_texts(HOUSE, rows=rows(12, outlet="BJ01"), name="a")
    services.add_texts(HOUSE, rows=rows(20, outlet="SH01"), name="b")
    services.read_unread(HOUSE, READER)
    client = reader(at="BJ01")
    assert {row["n"] for row in table(client, "figures")} == {"12"}
    assert {row["outlet"] for row in table(client, "outlets")} == {"BJ01"}
    assert table(client, "figures", outlet="SH01")[0]["n"] == "0"
    assert "Outlet SH01" not in client.get(PAGE).content.decode()


def test_a_copy_and_a_text_left_out_are_named_and_not_counted():
    stored(20)
    keys = list(Voice.objects.values_list("pk", flat=True)[:3])
    cube.take(keys)
    Voice.objects.filter(pk__in=keys[:2]).update(counts=False, aside="copy")
    Voice.objects.filter(pk=keys[2]).update(counts=False, aside="left_out")
    cube.add(keys)
    page = html.unescape(reader().get(PAGE).content.decode())
    assert "17 of 20 texts read" in page
    assert "2 copies counted with their originals" in page
    assert "1 left out by decision" in page


def test_the_map_has_one_stop_a_row_and_every_cell_leads_to_its_week():
    stored(60)
    page = html.unescape(reader().get(PAGE).content.decode())
    cells = re.findall(
        r'<a href="([^"]+)" aria-label="[^"]+" data-cell="(\d+),(\d+)"( tabindex="-1")?>', page
    )
    assert cells
    assert all(bool(skipped) == (column != "0") for _href, _row, column, skipped in cells)
    for address, _row, _column, _skipped in cells:
        assert "<mark" in reader().get(address).content.decode(), address
    assert "Show as table" in page


def test_a_view_is_saved_opened_and_removed():
    stored(10)
    client = reader()
    answer = client.post(
        PAGE + "views/save", form(title="差评", facet_polarity="-1", facet_weeks="13", facet_evil="x")
    )
    assert answer["Location"] == f"{PAGE}?weeks=13&polarity=-1"
    view = View.objects.get()
    assert view.facets == {"weeks": "13", "polarity": "-1"}
    assert "差评" in client.get(PAGE).content.decode()
    opened = client.get(reverse("workbench:voice_view", kwargs={"number": view.number})).content.decode()
    assert "<h1>差评</h1>" in opened
    assert "polarity=-1" in opened
    assert "polarity=1&" not in opened
    other = signed_in("feedback.see", at="*")
    assert other.get(reverse("workbench:voice_view", kwargs={"number": view.number})).status_code == 404
    client.post(reverse("workbench:voice_remove", kwargs={"number": view.number}), form())
    assert not View.objects.exists()


def test_a_view_without_a_name_is_told_on_the_page():
    client = reader()
    client.post(PAGE + "views/save", form(title="  "))
    assert not View.objects.exists()
    assert "Give it a name of at most 60 characters." in client.get(PAGE).content.decode()


def test_an_alert_is_shown_with_its_reason_and_muted_by_one_person():
    last = cube.week_start(AT.date()) - timedelta(weeks=1)
    for at in range(26):
        Cell.objects.create(
            outlet=ALL, product=ALL, day=(last - timedelta(weeks=at)).toordinal(), origin="review", read=200,
            at_m=60 if at == 0 else 20,
        )  # fmt: skip
    services.watch_voices(HOUSE)
    number = Alert.objects.get().number
    client = reader()
    page = html.unescape(client.get(PAGE).content.decode())
    assert "Unfriendly" in page
    assert "The week stood out against the eight before it." in page
    client.post(reverse("workbench:voice_mute", kwargs={"number": number}), form(days="28"))
    assert Mute.objects.count() == 1
    listed = client.get(reverse("workbench:voice_alerts")).content.decode()
    assert "Muted by you" in listed
    assert "Pointed out to you" not in client.get(PAGE).content.decode()
    client.post(reverse("workbench:voice_mute", kwargs={"number": number}), {"once": "another", "days": ""})
    assert not Mute.objects.exists()
    assert reader(at="BJ01").get(reverse("workbench:voice_alerts")).content.decode().count(number) == 0


@pytest.mark.parametrize("count", [1, 60])
def test_the_page_costs_the_same_reads_whatever_there_is(count, django_assert_max_num_queries):
    outlet("BJ01")
    stored(count, outlet="BJ01")
    client = reader()
    client.get(PAGE)
    with django_assert_max_num_queries(24):
        client.get(PAGE)


def test_numbers_of_the_page_are_those_of_a_plain_count():
    services.add_texts(HOUSE, rows=[Row(f"{BAD}{at}") for at in range(7)], name="x")
    services.add_texts(HOUSE, rows=[Row(f"电池耐用{at}") for at in range(3)], name="y")
    services.read_unread(HOUSE, READER)
    found = queries.voice_figures(HOUSE, queries.Scope(), whole_until=AT.date())
    assert (found.of("AT", -1).share.count, found.of("AT", -1).share.n) == (7, 10)
    assert (found.of("manner", -1).share.count, found.of("service", -1).share.count) == (7, 7)
    assert found.of("AT", 1).share.count == 0
