"""The installation: set up once, its roles, the keys of its machines, its demo."""

from datetime import timedelta

import pyotp
import pytest

from sanbao.base.actor import EVERYWHERE, anonymous, system
from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry import queries, services
from sanbao.rooms.registry.errors import (
    SetUpAlready,
    WrongSignIn,
)
from sanbao.rooms.registry.models import Account, Installation, Staff, Token
from sanbao.rooms.registry.rules import ROLES
from sanbao.rooms.registry.tests import factories
from sanbao.rooms.registry.tests.factories import AT

pytestmark = pytest.mark.django_db
HOUSE = system(AT)
DOOR = anonymous(AT)
PASSWORD = "correct horse 电池"
OTHER_PASSWORD = "another horse 订书钉"


def events(number):
    return [fact.event for fact in ledger.timeline(number)]


def digits(secret, at=AT):
    return pyotp.TOTP(secret).at(at)


def join(role="clerk", outlet="BJ01", email="a@x.cn"):
    """Invite somebody and let them join; answers number, second factor, recovery codes."""
    factories.role(role)
    link = services.invite(HOUSE, name="李工", email=email, role=role, outlet=outlet)
    secret = queries.joining(link, AT).secret
    codes = services.accept_invitation(DOOR, token=link, password=PASSWORD, code=digits(secret))
    return Staff.objects.get(email=email).number, secret, codes


def enter(code, at=AT + timedelta(minutes=1), email="a@x.cn", password=PASSWORD):
    return services.sign_in_staff(DOOR.then(at), email=email, password=password, code=code, address="a")


def set_up(**more):
    said = {
        "brand": "三包",
        "time_zone": "Asia/Shanghai",
        "admin_name": "管理员",
        "admin_email": "Admin@x.cn",
        "password": PASSWORD,
    } | more
    return services.init_installation(HOUSE, **said)


def test_an_installation_is_set_up_once_with_roles_and_an_administrator():
    first = set_up()
    at = AT + timedelta(minutes=1)
    actor = queries.actor_for(enter(digits(first.secret, at), at, "admin@x.cn"), at)
    assert actor.everywhere("registry.setup")
    assert {role.code for role in queries.roles(actor)} == {role.code for role in ROLES}
    assert queries.installation().brand == "三包"
    assert not queries.installation().demo
    with pytest.raises(SetUpAlready):
        set_up(admin_email="b@x.cn")
    assert Staff.objects.count() == 1
    assert events("registry") == ["installation.set_up"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("time_zone", "Mars/Base"), ("admin_email", "x"), ("password", "1"), ("admin_name", "")],
)
def test_a_wrong_set_up_leaves_nothing(field, value):
    with pytest.raises(Invalid):
        set_up(**{field: value})
    assert not Installation.objects.exists()
    assert not Account.objects.exists()


def test_only_the_house_sets_up():
    with pytest.raises(NotAllowed):
        services.init_installation(
            factories.staff_actor("admin", EVERYWHERE),
            brand="x",
            time_zone="UTC",
            admin_name="x",
            admin_email="x@x.cn",
            password=PASSWORD,
        )
    assert not Installation.objects.exists()


def test_a_role_is_data_and_works_at_once():
    admin = factories.staff_actor("admin", EVERYWHERE)
    services.put_role(admin, code="night", title_zh="夜班", title_en="Night", grants=["repairs.see"])
    number = services.enlist(admin, name="夜", email="n@x.cn", role="night", outlet="BJ01")
    account = Account.objects.get(staff__number=number)
    assert queries.actor_for(account.pk, AT).may("repairs.see", "BJ01")
    services.put_role(admin, code="night", title_zh="夜班", title_en="Night", grants=[])
    assert not queries.actor_for(account.pk, AT).may("repairs.see", "BJ01")
    assert events("role:night") == ["role.put", "role.put"]
    with pytest.raises(NotAllowed):
        services.put_role(factories.staff_actor("manager"), code="x", title_zh="", title_en="", grants=[])
    for wrong in ({"code": "a b"}, {"grants": ["all"]}):
        with pytest.raises(Invalid):
            services.put_role(admin, **{"code": "x", "title_zh": "", "title_en": "", "grants": []} | wrong)


def test_a_key_acts_as_its_person_with_the_listed_grants_at_most(django_assert_max_num_queries):
    number, *_ = join("manager")
    token, key = services.make_token(
        HOUSE, staff=number, name="till", grants=["repairs.see", "registry.setup"]
    )
    with django_assert_max_num_queries(2):
        actor = queries.actor_for_token(key, AT)
    assert actor.ref == f"token:{token}"
    assert actor.may("repairs.see", "BJ01")
    assert not actor.may("repairs.accept", "BJ01")
    assert not actor.may("registry.setup")
    assert queries.names_of([actor.ref, f"staff:{number}", "owner:CU-1"]) == {
        actor.ref: "till",
        f"staff:{number}": "李工",
    }


def test_a_key_ends_by_time_by_word_and_is_kept_as_a_hash():
    number, *_ = join()
    token, key = services.make_token(HOUSE, staff=number, name="till", days=10)
    assert queries.actor_for_token(key, AT + timedelta(days=10)) is None
    assert key not in str(Token.objects.values())
    services.revoke_token(HOUSE, token)
    services.revoke_token(HOUSE, token)
    assert queries.actor_for_token(key, AT) is None
    assert queries.actor_for_token("", AT) is None
    assert events(token) == ["token.made", "token.revoked"]
    assert queries.tokens(HOUSE)[0].revoked_at == AT


@pytest.mark.parametrize(
    ("said", "field"), [({"days": 0}, "days"), ({"days": 9999}, "days"), ({"name": " "}, "name")]
)
def test_wrong_keys_are_refused(said, field):
    number, *_ = join()
    with pytest.raises(Invalid) as refused:
        services.make_token(HOUSE, staff=number, **{"name": "till"} | said)
    assert refused.value.field == field
    with pytest.raises((NotAllowed, Missing)):
        services.make_token(factories.staff_actor("manager"), staff=number, name="till")
    assert not Token.objects.exists()


def test_every_grant_of_a_shipped_role_exists_and_every_grant_is_in_a_role(settings):
    from importlib import import_module

    known = {
        grant for room in settings.ROOMS for grant in import_module(f"sanbao.rooms.{room}.grants").GRANTS
    }
    given = set().union(*(role.grants for role in ROLES))
    assert given <= known
    assert known - given <= {"complaints.own"}


def test_the_second_factor_of_demo_staff_is_fixed_in_a_demo_alone(settings):
    factories.role("clerk")
    link = services.invite(HOUSE, name="演示", email="clerk@demo.example", role="clerk", outlet="BJ01")
    secret = queries.joining(link, AT).secret
    services.accept_invitation(DOOR, token=link, password=PASSWORD, code=digits(secret))
    with pytest.raises(WrongSignIn):
        enter("246810", email="clerk@demo.example")
    settings.SANBAO = settings.SANBAO | {"demo": True}
    factories.installation(demo=True)
    assert enter("246810", email="clerk@demo.example")
    with pytest.raises(WrongSignIn):
        enter("246810", email="clerk@demo.example", password="wrong")
