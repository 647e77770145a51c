"""Rows are read, written and changed by statements put together once; they do what Django's own do."""

from datetime import datetime

import pytest
from django.apps import apps
from django.core.exceptions import FieldError
from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet
from tests.demo.test_world import END, HOUSE

from sanbao.base.actor import OWNER, Actor
from sanbao.base.db import Visible, change_if, compare_and_set, insert, insert_all, insert_new
from sanbao.base.errors import Missing, Overtaken
from sanbao.base.kept import KeptRead
from sanbao.base.rows import one
from sanbao.demo import world
from sanbao.rooms.ledger.models import Entry
from sanbao.rooms.registry.models import Customer, Device
from sanbao.rooms.repairs.models import Order


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """A small world, thrown away afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        world.build(HOUSE, progress=lambda _: None, size="small")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def town(filled, db):
    return filled


def plain(row: models.Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_every_table_is_read_as_django_reads_it(town):
    read = 0
    for model in apps.get_models():
        if isinstance(model._default_manager.all(), Visible):
            row = QuerySet.first(model._default_manager.order_by("pk"))
            if row is not None:
                read += 1
                assert plain(model._default_manager.get(pk=row.pk)) == plain(row)
                assert plain(model._default_manager.first()) == plain(row)
    assert read > 20


def test_what_a_row_points_at_comes_in_the_same_read(town, django_assert_num_queries):
    number = Order.objects.exclude(engineer=None).values_list("number", flat=True)[0]
    related = ("device__product", "customer", "engineer")
    with django_assert_num_queries(1):
        row = Order.objects.select_related(*related).get(number=number)
        seen = plain(row.device.product), plain(row.customer), plain(row.engineer)
    expected = QuerySet.get(Order.objects.all(), number=number)
    assert seen == (plain(expected.device.product), plain(expected.customer), plain(expected.engineer))


def test_two_actors_never_share_what_narrows_a_read(town):
    first, second = Order.objects.order_by("id").select_related("customer")[:2]
    for _ in range(2):
        for mine, theirs in ((first, second), (second, first)):
            owner = Actor(f"owner:{mine.customer.number}", OWNER, END, mine.customer_id)
            assert Order.objects.pick(owner, number=mine.number).pk == mine.pk
            with pytest.raises(Missing):
                Order.objects.pick(owner, number=theirs.number)


def test_what_is_not_plain_is_left_to_django(town):
    row = Device.objects.order_by("pk").first()
    assert Device.objects.only("number").get(pk=row.pk).get_deferred_fields()
    assert Device.objects.annotate(n=models.Value(7)).get(pk=row.pk).n == 7
    assert Device.objects.filter(pk__in=()).first() is None
    assert Device.objects.values_list("number", flat=True).first() == row.number
    assert one(Device.objects.none()) is None
    with pytest.raises(Device.MultipleObjectsReturned):
        Device.objects.get()
    with pytest.raises(Device.DoesNotExist):
        Device.objects.get(number="DV-none")


@pytest.mark.django_db
def test_a_row_is_written_once_and_knows_its_key():
    row = Customer(number="CU-1", made_at=END)
    insert(row)
    assert plain(QuerySet.get(Customer.objects.all(), pk=row.pk)) == plain(row)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Customer(number="CU-1", made_at=END))
    assert Customer.objects.filter(number="CU-1").count() == 1


@pytest.mark.django_db
def test_a_row_changes_only_while_it_holds_what_was_seen():
    row = Customer.objects.create(number="CU-1", made_at=END, name="一")
    assert change_if(row, seen={"name": "一", "erased_at": None}, changes={"name": "二"})
    assert (row.name, Customer.objects.get(pk=row.pk).name) == ("二", "二")
    assert not change_if(row, seen={"name": "一"}, changes={"name": "三"})
    assert not change_if(row, seen={"account": None, "erased_at": END}, changes={"name": "三"})
    with pytest.raises(Overtaken):
        compare_and_set(row, seen={"name": "一"}, changes={"name": "三"})
    assert (row.name, Customer.objects.get(pk=row.pk).name) == ("二", "二")


@pytest.mark.django_db
def test_json_is_not_compared():
    row = Entry.objects.create(subject="X", event="x.y", actor="system:t", at=END)
    with pytest.raises(TypeError):
        change_if(row, seen={"facts": {}}, changes={"event": "x.z"})


@pytest.mark.django_db
def test_rows_written_together_are_all_there_and_none_is_no_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        insert_all([Customer(number=f"CU-{n}", made_at=END, name="同") for n in range(3)])
    with django_assert_num_queries(0):
        insert_all([])
    assert Customer.objects.filter(name="同").count() == 3


@pytest.mark.parametrize(
    "asked",
    [
        {"state": "returned"},
        {"state__in": ("returned", "ready"), "ready_at__isnull": False},
        {"pk__gt": 7, "made_at__lte": END},
        {"outlet_id": "BJ01", "customer__name__startswith": "陈"},
        {"device__product__code": "MI-14", "covered": True},
        {"number__startswith": "RO-"},
        {"engineer_id": None},
        {"pk__in": ()},
    ],
)
@pytest.mark.parametrize("order", [("pk",), ("-made_at", "id"), ("outlet_id", "-pk"), ()])
def test_a_list_is_narrowed_and_sorted_as_django_does_it(town, asked, order):
    ours = Order.objects.filter(**asked).order_by(*order)
    theirs = QuerySet(Order).filter(**asked).order_by(*order)
    assert [plain(row) for row in ours[1:20]] == [plain(row) for row in theirs[1:20]]
    if order:
        assert [row.pk for row in ours] == [row.pk for row in theirs]


def test_a_list_that_is_not_plain_is_left_to_django(town):
    rows = Order.objects.order_by("customer__name", "pk")
    assert [row.pk for row in rows] == list(rows.values_list("pk", flat=True))
    assert [row.pk for row in Order.objects.order_by("pk").reverse()][-1] == Order.objects.first().pk
    assert len({row.state for row in Order.objects.distinct()}) > 5
    assert Order.objects.order_by("pk").prefetch_related("lines")[0].lines.all() is not None


def test_a_relation_may_not_be_compared_with_an_object_of_another_table(town):
    with pytest.raises(ValueError, match="Must be"):
        Order.objects.filter(device=Customer.objects.first())
    with pytest.raises(FieldError):
        Order.objects.filter(nothing="x")


def test_a_kept_read_gives_what_the_query_gives_whatever_its_values(town, django_assert_num_queries):
    def make(states, before, outlet):
        return Order.objects.filter(state__in=states, made_at__lt=before, outlet_id=outlet).order_by("pk")

    ask = KeptRead(make, states=(str,), before=datetime, outlet=str)
    for states in (("returned",), ("returned", "ready"), ("nothing",)):
        for outlet in ("BJ01", "BJ09"):
            told = {"states": states, "before": END, "outlet": outlet}
            with django_assert_num_queries(1):
                found = ask(**told)
            assert [plain(row) for row in found] == [plain(row) for row in make(**told)]


def test_a_kept_read_gives_values_and_what_was_added(town):
    numbers = KeptRead(lambda key: Device.objects.filter(pk=key).values_list("number", flat=True), key=int)
    pairs = KeptRead(
        lambda key: Device.objects.filter(pk=key).values_list("number", "customer__number"), key=int
    )
    added = KeptRead(lambda key: Device.objects.filter(pk=key).annotate(n=models.F("pk") + 1), key=int)
    row = Device.objects.select_related("customer").order_by("pk").first()
    assert numbers(key=row.pk) == [row.number]
    assert pairs(key=row.pk) == [(row.number, row.customer.number)]
    assert added(key=row.pk)[0].n == row.pk + 1


def test_a_kept_read_refuses_values_that_the_query_makes_something_else_of(town):
    with pytest.raises(TypeError):
        KeptRead(lambda word: Device.objects.filter(number__startswith=word), word=str)(word="DV")


@pytest.mark.django_db
def test_a_row_that_is_there_is_not_written_again_and_nothing_else_is_lost():
    first, second = (Customer(number="CU-1", made_at=END, name=name) for name in "一二")
    assert insert_new(first)
    assert not insert_new(second)
    assert second.pk is None
    insert_all([Customer(number=f"CU-{n}", made_at=END) for n in (1, 2)], only_new=True)
    rows = Customer.objects.filter(number__in=("CU-1", "CU-2")).order_by("number")
    assert list(rows.values_list("number", "name")) == [
        ("CU-1", "一"),
        ("CU-2", ""),
    ]
