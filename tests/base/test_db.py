"""Rows are read, written and changed by statements put together once; they do what Django's own do."""

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet
from tests.demo.test_world import END, HOUSE

from sanbao.base.actor import OWNER, Actor
from sanbao.base.db import Visible, change_if, compare_and_set, insert, insert_all
from sanbao.base.errors import Missing, Overtaken
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
