"""Members of staff: invited, joined, locked out, let go."""

from datetime import timedelta

import pyotp
import pytest

from sanbao.base.actor import EVERYWHERE, anonymous, system
from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry import queries, services
from sanbao.rooms.registry.errors import (
    AlreadyThere,
    LastAdministrator,
    LinkOver,
    NotATarget,
    NotYoursToGive,
    WeakPassword,
    WrongCode,
    WrongSignIn,
)
from sanbao.rooms.registry.models import Account, Assignment, Link, Staff
from sanbao.rooms.registry.rules import LOCK_AFTER, RECOVERY_CODES
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


def test_an_invited_clerk_joins_signs_in_and_holds_the_grants_of_the_role():
    number, secret, codes = join()
    later = AT + timedelta(minutes=1)
    actor = queries.actor_for(enter(digits(secret, later), later, " A@X.cn "), later)
    assert actor.ref == f"staff:{number}"
    assert actor.may("repairs.accept", "BJ01")
    assert not actor.may("repairs.accept", "SH01")
    assert len(set(codes)) == RECOVERY_CODES
    assert events(number) == ["staff.enlisted", "staff.invited", "staff.joined", "staff.signed_in"]


def test_nothing_that_opens_a_door_can_be_read_back_from_the_tables():
    factories.role("clerk")
    link = services.invite(HOUSE, name="李工", email="a@x.cn", role="clerk", outlet="BJ01")
    secret = queries.joining(link, AT).secret
    codes = services.accept_invitation(DOOR, token=link, password=PASSWORD, code=digits(secret))
    member = Staff.objects.get()
    kept = f"{list(Link.objects.values())} {member.recovery_hashes} {Account.objects.values('password')}"
    assert link not in kept
    assert PASSWORD not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_an_invitation_works_once_within_seven_days():
    factories.role("clerk")
    link = services.invite(HOUSE, name="李工", email="a@x.cn", role="clerk", outlet="BJ01")
    secret = queries.joining(link, AT).secret
    late = AT + timedelta(days=7)
    with pytest.raises(LinkOver):
        services.accept_invitation(DOOR.then(late), token=link, password=PASSWORD, code=digits(secret, late))
    services.accept_invitation(DOOR, token=link, password=PASSWORD, code=digits(secret))
    for token in (link, "x", ""):
        with pytest.raises(LinkOver):
            queries.joining(token, AT)
        with pytest.raises(LinkOver):
            services.accept_invitation(DOOR, token=token, password=PASSWORD, code=digits(secret))


@pytest.mark.parametrize(
    ("password", "code", "refusal"),
    [("short", None, WeakPassword), ("1234567890", None, WeakPassword), (PASSWORD, "000", WrongCode)],
)
def test_joining_needs_a_good_password_and_a_second_factor_that_was_taken_over(password, code, refusal):
    factories.role("clerk")
    link = services.invite(HOUSE, name="李工", email="a@x.cn", role="clerk", outlet="BJ01")
    right = digits(queries.joining(link, AT).secret)
    with pytest.raises(refusal) as refused:
        services.accept_invitation(DOOR, token=link, password=password, code=code or right)
    assert refused.value.field in {"password", "code"}
    assert Staff.objects.get().joined_at is None
    assert queries.joining(link, AT)


def test_a_time_step_opens_once():
    _, secret, _ = join()
    with pytest.raises(WrongSignIn):
        enter(digits(secret), AT)
    at = AT + timedelta(minutes=1)
    enter(digits(secret, at), at)
    for moment in (at, at + timedelta(seconds=29)):
        with pytest.raises(WrongSignIn):
            enter(digits(secret, at), moment)


def test_a_recovery_code_opens_once_in_any_writing():
    _, _, codes = join()
    enter(codes[0].lower().replace("-", " "))
    with pytest.raises(WrongSignIn):
        enter(codes[0])
    enter(codes[1])
    assert len(Staff.objects.get().recovery_hashes) == RECOVERY_CODES - 2


def test_unknown_email_wrong_password_and_wrong_code_answer_the_same():
    _, secret, _ = join()
    good = digits(secret, AT + timedelta(minutes=1))
    said = set()
    for wrong in (
        {"email": "b@x.cn", "code": good},
        {"password": "x", "code": good},
        {"code": "12"},
        {"email": "\x00", "code": "\x00", "password": "\x00"},
    ):
        with pytest.raises(WrongSignIn) as refused:
            enter(**wrong)
        said.add((str(refused.value), refused.value.code, refused.value.field))
    assert len(said) == 1


def test_five_wrong_tries_close_the_door_for_fifteen_minutes():
    number, secret, _ = join()
    at = AT + timedelta(minutes=1)
    for _ in range(LOCK_AFTER):
        with pytest.raises(WrongSignIn):
            enter("000", at)
    with pytest.raises(WrongSignIn):
        enter(digits(secret, at), at)
    open_again = at + timedelta(minutes=15)
    assert enter(digits(secret, open_again), open_again)
    assert events(number)[-2:] == ["staff.locked", "staff.signed_in"]
    assert Staff.objects.get().failed_tries == 0


def test_a_right_try_forgives_the_wrong_ones():
    _, secret, _ = join()
    for turn in range(3):
        at = AT + timedelta(minutes=1 + turn)
        for _ in range(LOCK_AFTER - 1):
            with pytest.raises(WrongSignIn):
                enter("000", at)
        enter(digits(secret, at), at)


def test_recovery_replaces_password_and_second_factor_and_ends_sessions():
    number, secret, codes = join()
    before = Account.objects.get(staff__number=number).get_session_auth_hash()
    manager = factories.staff_actor("manager")
    link = services.make_link(manager, number)
    shown = queries.joining(link, AT)
    assert (shown.purpose, shown.email) == ("recover", "a@x.cn")
    services.accept_invitation(DOOR, token=link, password=OTHER_PASSWORD, code=digits(shown.secret))
    at = AT + timedelta(minutes=1)
    for password, code in ((PASSWORD, digits(shown.secret, at)), (OTHER_PASSWORD, digits(secret, at))):
        with pytest.raises(WrongSignIn):
            enter(code, at, password=password)
    with pytest.raises(WrongSignIn):
        enter(codes[0], at, password=OTHER_PASSWORD)
    assert enter(digits(shown.secret, at), at, password=OTHER_PASSWORD)
    assert Account.objects.get(staff__number=number).get_session_auth_hash() != before
    assert "staff.recovered" in events(number)


def test_a_new_link_ends_the_old_one():
    factories.role("clerk")
    first = services.invite(HOUSE, name="李工", email="a@x.cn", role="clerk", outlet="BJ01")
    second = services.make_link(HOUSE, Staff.objects.get().number)
    with pytest.raises(LinkOver):
        queries.joining(first, AT)
    assert queries.joining(second, AT).purpose == "invite"


def test_changing_the_password_needs_the_old_one_and_a_code():
    number, secret, _ = join()
    at = AT + timedelta(minutes=1)
    actor = queries.actor_for(Account.objects.get(staff__number=number).pk, at)
    for old, code in (("x", digits(secret, at)), (PASSWORD, "1")):
        with pytest.raises(WrongSignIn):
            services.change_password(actor, old=old, new=OTHER_PASSWORD, code=code)
    with pytest.raises(WeakPassword):
        services.change_password(actor, old=PASSWORD, new="x", code=digits(secret, at))
    services.change_password(actor, old=PASSWORD, new=OTHER_PASSWORD, code=digits(secret, at))
    assert Account.objects.get(staff__number=number).check_password(OTHER_PASSWORD)
    assert "staff.password_changed" in events(number)


def test_a_manager_gives_only_what_they_hold_where_they_hold_it():
    manager = factories.staff_actor("manager", "BJ01")
    for role in ("clerk", "admin", "handler"):
        factories.role(role)
    services.enlist(manager, name="新人", email="n@x.cn", role="clerk", outlet="BJ01")
    for role, outlet, refusal in (
        ("admin", "BJ01", NotYoursToGive),
        ("handler", "BJ01", NotYoursToGive),
        ("clerk", "SH01", NotAllowed),
        ("clerk", EVERYWHERE, NotAllowed),
        ("none", "BJ01", Missing),
        ("clerk", "", NotAllowed),
    ):
        with pytest.raises(refusal):
            services.enlist(manager, name="新人", email="m@x.cn", role=role, outlet=outlet)
    assert not Staff.objects.filter(email="m@x.cn").exists()


def test_a_manager_cannot_reach_people_above_or_beside_them():
    manager = factories.staff_actor("manager", "BJ01")
    boss = factories.staff(("admin", EVERYWHERE), ("clerk", "BJ01"))
    beside = factories.staff(("clerk", "SH01"))
    with pytest.raises(NotYoursToGive):
        services.make_link(manager, boss.number)
    with pytest.raises(NotYoursToGive):
        services.leave(manager, boss.number)
    with pytest.raises(Missing):
        services.make_link(manager, beside.number)
    with pytest.raises(Missing):
        services.leave(manager, beside.number)
    assert not Link.objects.exists()
    assert events(boss.number) == events(beside.number) == []


def test_a_clerk_invites_nobody():
    with pytest.raises(NotAllowed):
        services.invite(factories.staff_actor("clerk"), name="x", email="x@x.cn", role="clerk", outlet="BJ01")
    assert not Link.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "refusal"),
    [("email", "x", NotATarget), ("name", " ", Invalid), ("language", "fr", Invalid)],
)
def test_what_is_wrong_with_an_invitation_is_named(field, value, refusal):
    factories.role("clerk")
    said = {"name": "李工", "email": "a@x.cn", "role": "clerk", "outlet": "BJ01"} | {field: value}
    with pytest.raises(refusal) as refused:
        services.invite(HOUSE, **said)
    assert refused.value.field == field
    assert not Account.objects.exists()


def test_an_email_is_used_once():
    join()
    with pytest.raises(AlreadyThere):
        services.invite(HOUSE, name="b", email="A@x.cn", role="clerk", outlet="BJ01")
    assert Account.objects.count() == 1


def test_roles_are_given_and_taken_once():
    number, *_ = join()
    factories.role("engineer")
    for _ in range(2):
        services.assign(HOUSE, number, role="engineer", outlet="SH01")
    assert {post.role for post in queries.staff(HOUSE, number).posts} == {"clerk", "engineer"}
    for _ in range(2):
        services.unassign(HOUSE, number, role="engineer", outlet="SH01")
    assert [e for e in events(number) if "assigned" in e] == ["staff.assigned", "staff.unassigned"]


def test_the_last_administrator_stays():
    admin = factories.staff_actor("admin", EVERYWHERE)
    number = admin.ref.removeprefix("staff:")
    with pytest.raises(LastAdministrator):
        services.unassign(admin, number, role="admin", outlet=EVERYWHERE)
    with pytest.raises(LastAdministrator):
        services.leave(admin, number)
    assert Assignment.objects.count() == 1
    factories.staff(("admin", EVERYWHERE))
    services.leave(admin, number)


def test_leaving_ends_sessions_links_and_keys_at_once():
    number, secret, codes = join()
    account = Account.objects.get(staff__number=number)
    link = services.make_link(HOUSE, number)
    _, key = services.make_token(HOUSE, staff=number, name="till")
    services.leave(HOUSE, number)
    services.leave(HOUSE, number)
    at = AT + timedelta(minutes=1)
    assert queries.actor_for(account.pk, at) is None
    assert queries.actor_for_token(key, at) is None
    for code in (digits(secret, at), codes[0]):
        with pytest.raises(WrongSignIn):
            enter(code, at)
    with pytest.raises(LinkOver):
        queries.joining(link, at)
    for verb in (services.make_link, lambda a, n: services.assign(a, n, role="clerk", outlet="BJ01")):
        with pytest.raises(Invalid):
            verb(HOUSE, number)
    assert events(number).count("staff.left") == 1
    account.refresh_from_db()
    assert not account.has_usable_password()


def test_staff_see_their_own_outlets_people():
    manager = factories.staff_actor("manager", "BJ01")
    here, there = factories.staff(("clerk", "BJ01"), ("engineer", "BJ01")), factories.staff(("clerk", "SH01"))
    seen = {card.number for card in queries.staff_list(manager)}
    assert seen == {here.number, manager.ref.removeprefix("staff:")}
    with pytest.raises(Missing):
        queries.staff(manager, there.number)
    clerk = factories.staff_actor("clerk")
    assert [card.id for card in queries.staff_list(clerk)] == [clerk.id]
    assert queries.staff_list(factories.owner_actor()) == ()
    assert {card.id for card in queries.colleagues(clerk, "BJ01", "repairs.work")} >= {here.pk}
    with pytest.raises(NotAllowed):
        queries.colleagues(clerk, "SH01", "repairs.work")


def test_the_staff_list_costs_the_same_at_thirty(django_assert_max_num_queries):
    for _ in range(30):
        factories.staff(("clerk", "BJ01"))
    with django_assert_max_num_queries(3):
        assert len(queries.staff_list(HOUSE)) == 30


def test_staff_choose_their_language():
    actor = factories.staff_actor("clerk")
    number = actor.ref.removeprefix("staff:")
    for _ in range(2):
        services.set_my_language(actor, "en")
    assert queries.staff(actor, number).language == "en"
    assert events(number) == ["staff.changed"]
    with pytest.raises(Invalid):
        services.set_my_language(actor, "fr")
    with pytest.raises(NotAllowed):
        services.set_my_language(factories.owner_actor(), "en")


def test_names_are_read_in_one_go_for_pages():
    one, two = factories.staff(), factories.customer()
    assert queries.staff_names([one.pk, 0]) == {one.pk: one.name}
    assert queries.customers(HOUSE, [two.pk])[two.pk].number == two.number
    assert queries.customers(factories.nobody(), [two.pk]) == {}


def test_the_database_alone_makes_no_codes(settings):
    number, secret, _ = join()
    kept = Staff.objects.get(number=number).totp_secret
    assert secret not in kept
    later = AT + timedelta(minutes=1)
    assert enter(digits(secret, later), later)
    settings.SECRET_KEY = "another key"
    much_later = AT + timedelta(minutes=5)
    with pytest.raises(WrongSignIn):
        enter(digits(secret, much_later), much_later)


def test_a_second_factor_of_an_earlier_version_goes_on_as_it_is():
    number, _, _ = join()
    older = pyotp.random_base32()
    Staff.objects.filter(number=number).update(totp_secret=older)
    later = AT + timedelta(minutes=1)
    assert enter(digits(older, later), later)
