"""The question after a repair, answered through the link that was sent with the notice."""

import re
from datetime import timedelta

import pytest
from django.db import connection

from sanbao.base.actor import anonymous
from sanbao.base.errors import Invalid, Missing
from sanbao.rooms.complaints.tests.factories import order
from sanbao.rooms.conversations import queries as talks
from sanbao.rooms.conversations import services as conversations
from sanbao.rooms.conversations.models import Notice
from sanbao.rooms.conversations.tests.factories import Postbox
from sanbao.rooms.feedback import queries, services
from sanbao.rooms.feedback.errors import SurveyClosed
from sanbao.rooms.feedback.models import Survey, Voice
from sanbao.rooms.feedback.tests.factories import AT, HOUSE
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.ledger.models import Entry
from sanbao.rooms.registry.tests.factories import customer, owner_actor

pytestmark = pytest.mark.django_db
LINK = re.compile(r"https://service\.example\.com/s/([\w-]+)")
SOMEBODY = anonymous(AT + timedelta(days=1))


@pytest.fixture(autouse=True)
def known_address(settings):
    settings.SANBAO = settings.SANBAO | {"survey_link": "https://service.example.com/s/%s"}


def letters():
    box = Postbox()
    conversations.send_due(HOUSE, ways={"sms": box, "mail": box})
    return [letter.text for letter in box.letters]


def link(**changes):
    """A returned repair whose owner was asked; the survey's number and what stands in the link."""
    number = services.send_survey(HOUSE, order(customer(**changes)).number)
    (text,) = letters()
    return number, LINK.search(text).group(1)


def everything_stored():
    """Every text column of every table, as one text."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own tables
            found += [str(value) for row in cursor.fetchall() for value in row]
        return "\n".join(found)


def test_one_notice_says_that_the_device_is_back_and_carries_a_link_that_is_kept_nowhere():
    number = services.send_survey(HOUSE, (repair := order(customer())).number)
    assert services.send_survey(HOUSE, repair.number) == number
    assert Notice.objects.count() == 1
    (text,) = letters()
    assert f"维修单{repair.number}已完成" in text
    assert text.count("不用登录") == 1
    token = LINK.search(text).group(1)
    assert len(token) >= 20
    assert token not in everything_stored()
    (shown,) = talks.notices(HOUSE, subject=repair.number).rows
    assert "/s/" not in shown.body
    assert letters() == []


def test_a_link_waits_with_its_notice_and_is_on_no_page():
    repair = order(customer(language="en"))
    services.send_survey(HOUSE, repair.number)
    assert Notice.objects.exclude(link="").count() == 1
    assert "/s/" not in str(talks.notices(HOUSE, subject=repair.number))
    assert "no sign-in needed: https://service.example.com/s/" in letters()[0]


def test_without_a_public_address_the_notice_goes_out_without_a_link(settings):
    settings.SANBAO = settings.SANBAO | {"survey_link": ""}
    services.send_survey(HOUSE, order(customer()).number)
    assert "http" not in letters()[0]
    assert Survey.objects.get().link_hash is None


def test_whoever_holds_the_link_answers_once_and_sees_nobodys_name():
    number, token = link(name="欧阳小满")
    asked = queries.survey_by_link(SOMEBODY, token)
    assert asked.open
    assert "欧阳" not in str(asked)
    services.answer_by_link(SOMEBODY, token, stars=5, in_time=True, words="修得很快")
    assert Survey.objects.get().stars == 5
    assert Voice.objects.get().text == "修得很快"
    fact = ledger.timeline(number)[-1]
    assert (fact.event, fact.actor, fact.facts["by_link"]) == ("survey.answered", "anonymous", True)
    with pytest.raises(SurveyClosed):
        services.answer_by_link(SOMEBODY, token, stars=1)
    assert Survey.objects.get().stars == 5
    assert queries.survey_by_link(SOMEBODY, token).answered


def test_a_link_ends_after_thirty_days_and_with_the_answer_of_the_signed_in_owner():
    number, token = link()
    late = anonymous(AT + timedelta(days=30, seconds=1))
    assert not queries.survey_by_link(late, token).open
    with pytest.raises(SurveyClosed):
        services.answer_by_link(late, token, stars=1)
    services.answer_survey(owner_actor(Survey.objects.get().order.customer), number, stars=4)
    with pytest.raises(SurveyClosed):
        services.answer_by_link(SOMEBODY, token, stars=1)
    assert Survey.objects.get().stars == 4


@pytest.mark.parametrize("wrong", ["", "x", "A" * 22, "\x00", "\ud800", "9" * 500])
def test_another_link_leads_nowhere_and_leaves_nothing_behind(wrong):
    link()
    before = Entry.objects.count()
    with pytest.raises(Missing):
        queries.survey_by_link(SOMEBODY, wrong)
    with pytest.raises(Missing):
        services.answer_by_link(SOMEBODY, wrong, stars=5)
    assert Survey.objects.get().stars is None
    assert Entry.objects.count() == before


def test_a_bad_answer_through_the_link_names_its_field_and_leaves_it_open():
    _number, token = link()
    with pytest.raises(Invalid) as refused:
        services.answer_by_link(SOMEBODY, token, stars=6)
    assert refused.value.field == "stars"
    assert queries.survey_by_link(SOMEBODY, token).open


def test_the_link_of_an_erased_customer_is_dead():
    _number, token = link()
    services.erase_voices(HOUSE, Survey.objects.get().order.customer.number)
    with pytest.raises(Missing):
        services.answer_by_link(SOMEBODY, token, stars=5)
