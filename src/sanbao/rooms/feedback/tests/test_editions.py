"""Editions of the report: they stay what they were, come by themselves, and forget whom the house forgets."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from sanbao.base.actor import system
from sanbao.base.errors import Missing, NotAllowed
from sanbao.rooms.complaints.tests.factories import case
from sanbao.rooms.feedback import queries, services
from sanbao.rooms.feedback.models import Edition, Passage, Voice
from sanbao.rooms.feedback.queries.report import as_record, from_record
from sanbao.rooms.feedback.rules import Row
from sanbao.rooms.feedback.tests.factories import BAD, GOOD, HOUSE, READER, reader_of_feedback, stored
from sanbao.rooms.ledger.models import Entry
from sanbao.rooms.registry.tests.factories import installation, nobody

SHANGHAI = ZoneInfo("Asia/Shanghai")


def said(*rows: tuple[str, date]) -> None:
    services.add_texts(HOUSE, rows=[Row(text, said_on=on) for text, on in rows], name="a")
    services.read_unread(HOUSE, READER)


@pytest.mark.django_db
def test_a_report_can_be_written_down_and_read_back_equal():
    installation(brand="试用品牌")
    stored(40)
    case()
    report = queries.report(HOUSE)
    assert from_record(as_record(report)) == report
    with pytest.raises(ValueError, match="validation error"):
        from_record({"brand": "x"})


@pytest.mark.django_db
def test_an_edition_stays_when_the_figures_move_on():
    stored(40)
    before = queries.report(HOUSE)
    number = services.keep_report(HOUSE)
    said((f"{BAD}另外等了很久。", date(2026, 3, 1)))
    assert queries.report(HOUSE) != before
    kept = queries.edition(HOUSE, number)
    assert kept.report == before
    assert (kept.card.texts, kept.card.erased) == (40, 0)
    entry = Entry.objects.get(subject=number)
    assert (entry.event, entry.facts["hash"]) == ("report.kept", kept.card.hash)


@pytest.mark.django_db
def test_two_editions_of_the_same_moment_are_the_same():
    stored(40)
    first, second = services.keep_report(HOUSE), services.keep_report(HOUSE)
    assert queries.edition(HOUSE, first).card.hash == queries.edition(HOUSE, second).card.hash


@pytest.mark.django_db
def test_erased_words_leave_every_edition_and_their_places_stay():
    filed = case()
    services.add_complaint_words(HOUSE, filed)
    voice = Voice.objects.get(subject=filed)
    Voice.objects.filter(pk=voice.pk).update(text=BAD)
    services.read_unread(HOUSE, READER)
    number = services.keep_report(HOUSE)
    words = Passage.objects.filter(voice=voice).count()
    assert words
    services.erase_voices(HOUSE, voice.customer.number)
    kept = queries.edition(HOUSE, number)
    assert kept.card.erased == words
    gone = [s for part in kept.report.drawn.values() for s in part if s.voice == voice.number]
    assert len(gone) == words
    assert {(s.quote.before, s.quote.span, s.quote.after, s.reasons) for s in gone} == {("", "", "", ())}


@pytest.mark.django_db
def test_the_month_is_kept_once_on_the_first_of_the_next_where_the_house_stands():
    installation()
    said((BAD, date(2026, 2, 3)), (GOOD, date(2026, 2, 28)), (GOOD, date(2026, 3, 1)))
    late = system(datetime(2026, 2, 28, 23, 59, tzinfo=SHANGHAI), "clock")
    assert services.keep_monthly(late) == ""
    first = system(datetime(2026, 3, 1, 0, 1, tzinfo=SHANGHAI), "clock")
    number = services.keep_monthly(first)
    assert services.keep_monthly(first) == ""
    found = queries.edition(HOUSE, number)
    assert (found.card.since, found.card.until, found.card.texts) == (
        date(2026, 2, 1),
        date(2026, 2, 28),
        2,
    )
    assert found.card.monthly


@pytest.mark.django_db
def test_a_month_without_texts_or_a_house_without_a_name_keeps_nothing():
    first = system(datetime(2026, 3, 1, 12, tzinfo=SHANGHAI), "clock")
    assert services.keep_monthly(first) == ""
    installation()
    assert services.keep_monthly(first) == ""
    assert not Edition.objects.exists()


@pytest.mark.django_db
def test_only_its_maker_and_those_who_see_everything_read_an_edition():
    stored(5)
    mine = replace(reader_of_feedback("BJ01"), id=41, ref="staff:ST-1")
    other = replace(reader_of_feedback("BJ01"), id=42, ref="staff:ST-2")
    number = services.keep_report(mine)
    assert [row.number for row in queries.editions(mine).rows] == [number]
    assert [row.number for row in queries.editions(reader_of_feedback()).rows] == [number]
    assert queries.editions(other).rows == ()
    with pytest.raises(Missing):
        queries.edition(other, number)
    for ask in (
        lambda: services.keep_report(nobody()),
        lambda: queries.editions(nobody()),
        lambda: services.keep_monthly(mine),
    ):
        with pytest.raises(NotAllowed):
            ask()
    assert Edition.objects.count() == 1
