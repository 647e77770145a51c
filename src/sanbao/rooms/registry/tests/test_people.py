"""Customers: taken down, changed, shown, erased."""

import pytest

from sanbao.base.actor import anonymous, system
from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry import queries, services
from sanbao.rooms.registry.adapters.seals import keyed
from sanbao.rooms.registry.errors import AlreadyThere, NotATarget
from sanbao.rooms.registry.models import Code, Customer
from sanbao.rooms.registry.tests import factories
from sanbao.rooms.registry.tests.factories import AT

pytestmark = pytest.mark.django_db
HOUSE = system(AT)


def events(number):
    return [fact.event for fact in ledger.timeline(number)]


def test_a_clerk_takes_somebody_down_and_sees_them_masked():
    clerk = factories.staff_actor("clerk")
    number = services.register_customer(
        clerk, name=" 欧阳  \U00020bb7🎈 ", phone="138 1234 5678", email="O@x.cn"
    )
    card = queries.customer(clerk, number)
    assert (card.name, card.masked_phone, card.masked_email) == (
        "欧阳 \U00020bb7🎈",
        "138****5678",
        "o***@x.cn",
    )
    assert events(number) == ["customer.registered"]
    assert "138" not in str(ledger.timeline(number)[0].facts)


def test_a_walk_in_needs_neither_phone_nor_name():
    clerk = factories.staff_actor("clerk")
    one, two = services.register_customer(clerk), services.register_customer(clerk)
    assert one != two


def test_a_known_phone_gives_the_customer_we_know_and_changes_nothing():
    known = factories.customer(phone="+8613812345678", name="老王")
    clerk = factories.staff_actor("clerk")
    assert services.register_customer(clerk, name="小李", phone="13812345678") == known.number
    known.refresh_from_db()
    assert known.name == "老王"
    assert events(known.number) == []


def test_phone_of_one_and_email_of_another_is_refused():
    factories.customer(phone="+8613812345678")
    factories.customer(email="a@b.cn")
    with pytest.raises(AlreadyThere):
        services.register_customer(HOUSE, phone="13812345678", email="a@b.cn")
    assert Customer.objects.count() == 2


@pytest.mark.parametrize("who", ["nobody", "owner", "anonymous", "engineer"])
def test_only_who_may_edit_takes_people_down(who):
    actor = {
        "nobody": factories.nobody,
        "owner": factories.owner_actor,
        "anonymous": lambda: anonymous(AT),
        "engineer": lambda: factories.staff_actor("engineer"),
    }[who]()
    before = Customer.objects.count()
    with pytest.raises(NotAllowed):
        services.register_customer(actor, name="x")
    assert Customer.objects.count() == before


@pytest.mark.parametrize(
    ("field", "value", "refusal"),
    [
        ("phone", "12", NotATarget),
        ("email", "x", NotATarget),
        ("name", "长" * 81, Invalid),
        ("language", "fr", Invalid),
    ],
)
def test_what_is_wrong_is_named(field, value, refusal):
    with pytest.raises(refusal) as refused:
        services.register_customer(HOUSE, **{field: value})
    assert refused.value.field == field
    assert not Customer.objects.exists()


def test_an_owner_sees_and_changes_only_themselves():
    mine, other = factories.customer(), factories.customer()
    actor = factories.owner_actor(mine)
    services.update_me(actor, name="新名字", language="en")
    me = queries.me(actor)
    assert (me.name, me.language, me.phone) == ("新名字", "en", mine.phone)
    with pytest.raises(Missing):
        queries.customer(actor, other.number)
    assert queries.search_people(actor, other.name) == ()
    assert events(mine.number) == ["customer.changed"]


def test_changing_nothing_is_no_fact():
    actor = factories.owner_actor()
    services.update_me(actor, name=actor.name)
    assert events(actor.ref.removeprefix("owner:")) == []


def test_a_clerk_mends_a_phone_but_not_into_somebody_elses():
    one, two = factories.customer(), factories.customer()
    clerk = factories.staff_actor("clerk")
    services.update_customer(clerk, one.number, phone="13912345678")
    with pytest.raises(AlreadyThere):
        services.update_customer(clerk, two.number, phone="13912345678")
    two.refresh_from_db()
    assert two.phone != "+8613912345678"
    assert events(two.number) == []


def test_every_view_of_a_full_number_is_a_fact_with_its_reason():
    person = factories.customer(phone="+8613812345678")
    clerk = factories.staff_actor("clerk")
    assert services.reveal(clerk, person.number, "call back")[0] == "+8613812345678"
    services.reveal(clerk, person.number, "call back")
    facts = ledger.timeline(person.number)
    assert [(f.event, f.facts, f.actor) for f in facts] == [
        ("customer.viewed", {"why": "call back"}, clerk.ref)
    ] * 2


def test_a_view_without_reason_or_right_shows_and_records_nothing():
    person = factories.customer()
    with pytest.raises(Invalid) as refused:
        services.reveal(factories.staff_actor("clerk"), person.number, " ")
    assert refused.value.field == "why"
    with pytest.raises(NotAllowed):
        services.reveal(factories.staff_actor("engineer"), person.number, "curious")
    with pytest.raises(Missing):
        services.reveal(factories.owner_actor(), person.number, "curious")
    assert events(person.number) == []


def test_people_are_found_by_number_phone_its_end_email_and_name():
    person = factories.customer(name="诸葛亮", phone="+8613812345678", email="k@shu.cn")
    factories.customer(name="司马懿")
    clerk = factories.staff_actor("clerk")
    for text in (person.number.lower(), "138 1234 5678", "5678", "K@shu.cn", "诸葛", " 诸葛亮 "):
        assert [card.number for card in queries.search_people(clerk, text)] == [person.number], text
    for text in ("", "678", "亮x", "%", "\x00"):
        assert queries.search_people(clerk, text) == (), text


def test_staff_without_search_find_nobody():
    person = factories.customer()
    assert queries.search_people(factories.nobody(), person.name) == ()
    with pytest.raises(Missing):
        queries.customer(factories.nobody(), person.number)


def test_my_data_holds_everything_the_registry_knows():
    mine = factories.customer(email="me@x.cn")
    actor = factories.owner_actor(mine)
    bought = factories.purchase(factories.device(mine))
    services.update_me(actor, name="改名")
    data = queries.my_data(actor)
    assert data["person"]["phone"] == mine.phone
    assert data["person"]["privacy_notice"]["version"] == mine.notice_version
    assert data["devices"][0]["imei"] == bought.device.imei
    assert data["devices"][0]["purchases"][0]["bought_on"] == bought.bought_on.isoformat()
    assert [line["event"] for line in data["log"]] == ["customer.changed"]
    with pytest.raises(NotAllowed):
        queries.my_data(factories.staff_actor("clerk"))


def test_asking_for_erasure_keeps_the_wish_once():
    actor = factories.owner_actor()
    number = services.request_erasure(actor)
    services.request_erasure(actor)
    assert events(number) == ["customer.erasure_asked"]
    assert queries.me(actor).erasure_asked_at == AT


def test_erasure_empties_the_person_and_closes_the_account():
    mine = factories.customer(phone="+8613812345678", email="me@x.cn")
    actor = factories.owner_actor(mine)
    device = factories.device(mine)
    services.update_me(actor, name="别名")
    services.reveal(factories.staff_actor("clerk"), mine.number, "他叫王小明")
    Code.objects.create(target_hash=keyed("target", mine.phone), code_hash="x", made_at=AT, expires_at=AT)
    services.erase_me(actor)
    mine.refresh_from_db()
    device.refresh_from_db()
    assert (mine.name, mine.phone, mine.email, mine.erased_at) == ("", "", "", AT)
    assert device.customer_id is None
    assert not Code.objects.exists()
    assert queries.actor_for(mine.account_id, AT) is None
    assert events(mine.number) == ["customer.changed", "customer.viewed", "customer.erased"]
    assert "王" not in str(ledger.timeline(mine.number))
    assert queries.contact(HOUSE, mine.number) is None
    assert queries.search_people(HOUSE, mine.number) == ()


def test_erasing_twice_is_erasing_once():
    person = factories.customer()
    services.erase(HOUSE, person.number)
    services.erase(HOUSE, person.number)
    assert events(person.number) == ["customer.erased"]


def test_only_who_may_erases_somebody_else():
    person = factories.customer()
    for actor in (factories.staff_actor("manager"), factories.nobody(), factories.owner_actor()):
        with pytest.raises((NotAllowed, Missing)):
            services.erase(actor, person.number)
    with pytest.raises(NotAllowed):
        services.erase_me(factories.staff_actor("admin", "*"))
    person.refresh_from_db()
    assert person.name
    assert events(person.number) == []


def test_contact_is_for_the_house_alone():
    person = factories.customer()
    assert queries.contact(HOUSE, person.number).phone == person.phone
    with pytest.raises(NotAllowed):
        queries.contact(factories.staff_actor("admin", "*"), person.number)
