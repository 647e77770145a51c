"""What customers say, on the workbench: numbers lead to sentences, no word of another outlet."""

import re
import time

import pytest
from django.test import Client
from django.urls import reverse

from sanbao.doors import actors
from sanbao.rooms.complaints.tests.factories import case, outlet
from sanbao.rooms.feedback import services
from sanbao.rooms.feedback.models import Voice
from sanbao.rooms.feedback.rules import Row
from sanbao.rooms.feedback.tests.factories import HOUSE, READER, rows, stored
from sanbao.rooms.registry.models import Role
from sanbao.rooms.registry.tests.factories import AT, staff

pytestmark = pytest.mark.django_db
PAGES = ("voice", "sentences", "texts", "report", "report_file")


def signed_in(*grants: str, at: str = "*", language: str = "en") -> Client:
    """The browser of a member of staff with exactly these grants."""
    Role.objects.update_or_create(
        code="probe", defaults={"title_zh": "x", "title_en": "x", "grants": list(grants)}
    )
    member = staff(joined_at=AT)
    member.assignments.create(role_id="probe", outlet=at)
    client = Client(headers={"accept-language": language})
    client.cookies["django_language"] = language
    client.force_login(member.account)
    session = client.session
    session[actors._SEEN] = int(time.time())
    session.save()
    return client


def reader(at: str = "*", language: str = "en") -> Client:
    return signed_in("feedback.see", "feedback.report", at=at, language=language)


@pytest.mark.parametrize("name", PAGES)
def test_nobody_reads_without_signing_in_and_without_the_grant(name):
    address = reverse(f"workbench:{name}")
    assert Client().get(address).status_code == 302
    assert signed_in("repairs.see").get(address).status_code == 403


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("count", [0, 5, 60])
def test_every_page_renders_empty_with_few_and_with_many(language, count):
    stored(count)
    case()
    client = reader(language=language)
    for name in PAGES:
        assert client.get(reverse(f"workbench:{name}")).status_code == 200


def test_every_link_of_the_voice_page_and_the_report_leads_to_sentences():
    stored(60)
    client = reader()
    found = set()
    for name in ("voice", "report"):
        page = client.get(reverse(f"workbench:{name}")).content.decode()
        found |= set(re.findall(r'href="(/desk/voice/sentences/[^"]*)"', page))
    assert len(found) > 10
    for address in found:
        page = client.get(address.replace("&amp;", "&")).content.decode()
        assert "<mark" in page, address


def test_a_sentence_leads_to_its_text_with_everything_read_in_it():
    stored(2)
    number = Voice.objects.order_by("id").last().number
    page = (
        reader(language="zh-hans").get(reverse("workbench:text", kwargs={"number": number})).content.decode()
    )
    assert "爱理不理" in page
    assert "服务态度" in page
    assert reader().get(reverse("workbench:text", kwargs={"number": "VO-0000-0000-0"})).status_code == 404


def test_staff_of_one_outlet_see_no_word_of_another():
    outlet("BJ01"), outlet("SH01")
    services.add_texts(HOUSE, rows=[Row("这里的客服态度恶劣甲", outlet="BJ01")], name="a")
    services.add_texts(HOUSE, rows=[Row("那里的客服态度恶劣乙", outlet="SH01")], name="b")
    services.read_unread(HOUSE, READER)
    client = reader(at="BJ01", language="zh-hans")
    for name in PAGES:
        assert "恶劣乙" not in client.get(reverse(f"workbench:{name}")).content.decode()
    assert "恶劣甲" in client.get(reverse("workbench:texts")).content.decode()
    hidden = Voice.objects.get(outlet="SH01").number
    assert client.get(reverse("workbench:text", kwargs={"number": hidden})).status_code == 404


def test_search_and_facets_narrow_what_is_shown():
    outlet("BJ01")
    services.add_texts(HOUSE, rows=rows(8, outlet="BJ01"), name="a")
    services.add_texts(HOUSE, rows=rows(8, said_on=None), name="b", origin="social")
    services.read_unread(HOUSE, READER)
    client = reader(language="zh-hans")
    page = client.get(reverse("workbench:texts"), {"words": "推来推去"}).content.decode()
    assert page.count("推来推去") >= 3
    assert "态度恶劣" not in page
    for query in ({"origin": "social"}, {"outlet": "BJ01"}, {"since": "2026-01-01", "until": "2026-12-31"}):
        assert client.get(reverse("workbench:voice"), query).status_code == 200
    assert (
        client.get(reverse("workbench:voice"), {"since": "nonsense", "origin": "x", "after": "y"}).status_code
        == 200
    )


@pytest.mark.parametrize("count", [1, 30])
def test_the_lists_cost_the_same_reads_whatever_their_length(count, django_assert_max_num_queries):
    stored(count)
    client = reader()
    for name in ("sentences", "texts"):
        client.get(reverse(f"workbench:{name}"))
        with django_assert_max_num_queries(12):
            client.get(reverse(f"workbench:{name}"))


def test_the_file_of_the_report_is_handed_out_as_a_download():
    answer = reader().get(reverse("workbench:report_file"))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content.startswith(b"<!doctype html>")
