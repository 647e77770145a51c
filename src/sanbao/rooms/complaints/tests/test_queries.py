"""Lists and their costs: the queue by time left, pages without gaps, who sees what."""

from datetime import timedelta

import pytest

from sanbao.base.actor import anonymous
from sanbao.base.errors import Invalid, Missing
from sanbao.rooms.complaints import handlers, queries, services
from sanbao.rooms.complaints.models import Case
from sanbao.rooms.complaints.tests.factories import (
    ANSWER,
    AT,
    HOUSE,
    case,
    customer,
    desk,
    order,
    outlet,
    owner_actor,
    photo,
)
from sanbao.rooms.ledger.queries import Fact

pytestmark = pytest.mark.django_db


def test_the_queue_shows_least_time_left_first_and_pages_without_a_gap():
    late = case(at=AT - timedelta(days=20))
    taken = case()
    fresh = [case() for _ in range(3)]
    services.take(desk(), taken)
    services.answer(desk(), case(), **ANSWER)
    first = queries.queue(HOUSE, most=2)
    second = queries.queue(HOUSE, first.after, most=2)
    third = queries.queue(HOUSE, second.after, most=2)
    shown = [row.number for page in (first, second, third) for row in page.rows]
    assert shown == [late, *fresh, taken]
    assert third.after == ""
    assert (first.rows[0].overdue, first.rows[1].overdue) == (True, False)
    assert first.rows[0].legal_time_left < timedelta(0) < first.rows[1].legal_time_left


def test_the_queue_narrows_to_an_outlet_or_a_handler():
    handler, mine, other = desk(), case(), case()
    services.take(handler, mine)
    assert [row.number for row in queries.queue(HOUSE, handler=handler.ref[6:]).rows] == [mine]
    assert [row.number for row in queries.queue(HOUSE, handler="none").rows] == [other]
    outlet("SH01")
    away = case(outlet="SH01")
    assert [row.number for row in queries.queue(HOUSE, outlet="SH01").rows] == [away]
    assert [row.number for row in queries.queue(desk("SH01")).rows] == [away]
    assert queries.outlet_load(HOUSE) == {"BJ01": 2, "SH01": 1}


@pytest.mark.parametrize("wrong", ["x", "~", "2026-01-01~1", "2026-13-41T00:00:00+00:00~1", "\x00", "😀~1"])
def test_a_cursor_from_elsewhere_is_refused(wrong):
    for read in (queries.queue, queries.all_cases):
        with pytest.raises(Invalid):
            read(HOUSE, wrong)


def test_a_cursor_whose_plus_sign_became_a_blank_still_works():
    for _ in range(2):
        case()
    after = queries.queue(HOUSE, most=1).after
    assert "+" in after
    assert len(queries.queue(HOUSE, after.replace("+", " ")).rows) == 1


def test_owners_see_their_own_cases_and_nobody_elses():
    who = customer()
    mine, other = case(who), case()
    assert [row.number for row in queries.my_cases(owner_actor(who)).rows] == [mine]
    assert queries.my_cases(desk()).rows == ()
    assert queries.all_cases(anonymous(AT)).rows == ()
    for read in (queries.case, lambda a, n: queries.deadline(a, n, "decision")):
        with pytest.raises(Missing):
            read(owner_actor(who), other)
    with pytest.raises(Missing):
        queries.deadline(owner_actor(who), mine, "authority_acceptance")


def test_cases_are_found_by_order_by_number_and_by_customer():
    who = customer()
    repair = order(who).number
    number = case(who, order=repair)
    assert [row.number for row in queries.cases_of(desk(), repair)] == [number]
    assert [row.number for row in queries.search(desk(), f" {number.lower()} ")] == [number]
    assert queries.search(owner_actor(), number) == ()
    assert [row.number for row in queries.all_cases(desk(), customer=who.number).rows] == [number]
    first = case(who)
    page = queries.all_cases(desk(), most=1, states=("filed",))
    assert [row.number for row in (*page.rows, *queries.all_cases(desk(), page.after).rows)] == [
        first,
        number,
    ]


@pytest.mark.parametrize("size", [1, 30])
def test_lists_cost_one_query_and_a_page_five_however_many_there_are(size, django_assert_num_queries):
    who, clerk = customer(), desk()
    repair = order(who).number
    files = tuple(photo(who).number for _ in range(min(size, 20)))
    numbers = [case(who, order=repair, files=files) for _ in range(size)]
    for read in (
        lambda: queries.queue(clerk).rows,
        lambda: queries.all_cases(clerk).rows,
        lambda: queries.my_cases(owner_actor(who)).rows,
        lambda: queries.cases_of(clerk, repair),
    ):
        with django_assert_num_queries(1):
            assert len(read()) == size
    with django_assert_num_queries(5):
        queries.case(clerk, numbers[0])
    with django_assert_num_queries(2):
        queries.deadline(clerk, numbers[0], "decision")


def test_handlers_react_to_answers_about_cases_only_and_to_erasure():
    who = customer()
    number = case(who)
    for subject in (number, "RO-1", None):
        handlers.on_thread_answered(HOUSE, Fact(1, "TH-1", "thread.answered", "", AT, {"subject": subject}))
    assert queries.case(HOUSE, number).row.next_clock == "decision"
    handlers.on_customer_erased(HOUSE, Fact(2, who.number, "customer.erased", "", AT, {}))
    assert Case.objects.get(number=number).words == ""


def test_a_nul_in_a_filter_finds_nothing_and_breaks_nothing():
    number = case()
    assert queries.queue(HOUSE, outlet="\x00").rows == queries.queue(HOUSE, handler="\x00").rows == ()
    assert queries.all_cases(HOUSE, customer="\x00").rows == queries.cases_of(HOUSE, "\x00") == ()
    assert queries.search(HOUSE, "\x00") == ()
    for read in (lambda: queries.case(HOUSE, "\x00"), lambda: queries.deadline(HOUSE, number, "\x00")):
        with pytest.raises(Missing):
            read()
    with pytest.raises(Invalid):
        services.add_evidence(HOUSE, number, file="FL-1", note="\x00")
