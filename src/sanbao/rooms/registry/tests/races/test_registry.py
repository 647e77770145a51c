"""Two at once: one code, one device, one link, one lock, one cap."""

import threading
from datetime import timedelta

import pyotp
import pytest
from django.db import connection
from django.db.models import Q

from sanbao.base.actor import anonymous, system
from sanbao.base.errors import Refusal
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry import queries, services
from sanbao.rooms.registry.adapters import seals
from sanbao.rooms.registry.errors import WrongCode
from sanbao.rooms.registry.models import Account, Code, Customer, Device, Meter, Staff
from sanbao.rooms.registry.rules import NOTICE_VERSION
from sanbao.rooms.registry.services import codes
from sanbao.rooms.registry.tests import factories
from sanbao.rooms.registry.tests.factories import AT

HOUSE, DOOR = system(AT), anonymous(AT)
PHONE = "+8613812345678"
PASSWORD = "correct horse 电池"


@pytest.fixture
def at_once():
    """Do the same thing in several threads at the same moment; answers what each came to."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's writers queue: threads prove nothing there")

    def run(act, times=4):
        start, results = threading.Barrier(times), []

        def one():
            start.wait()
            try:
                results.append(act())
            except Refusal as refused:
                results.append(type(refused).__name__)
            finally:
                connection.close()

        crowd = [threading.Thread(target=one) for _ in range(times)]
        for each in crowd:
            each.start()
        for each in crowd:
            each.join()
        return results

    return run


def code_for(target, code="123456"):
    digest = seals.keyed("target", target)
    Code.objects.create(
        target_hash=digest,
        code_hash=seals.keyed("code", f"{digest}:{code}"),
        made_at=AT,
        expires_at=AT + timedelta(minutes=10),
    )
    return code


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_code_makes_one_account_however_often_it_is_sent(at_once):
    code = code_for(PHONE)

    def enter():
        return services.sign_in_code(
            DOOR, target=PHONE, code=code, address="a", notice_version=NOTICE_VERSION
        )

    results = at_once(enter)
    assert sum(isinstance(result, int) for result in results) == 1
    assert Customer.objects.count() == Account.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_code_is_tried_five_times_by_a_crowd_as_well(at_once):
    code_for(PHONE)

    def guess():
        return services.sign_in_code(
            DOOR, target=PHONE, code="000000", address="a", notice_version=NOTICE_VERSION
        )

    assert set(at_once(guess, times=8)) == {"WrongCode"}
    assert Code.objects.get().tries == 5


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_device_is_one_row_and_one_fact(at_once):
    imei = factories.imei()
    results = at_once(lambda: services.add_device(HOUSE, imei=imei))
    assert len(set(results)) == Device.objects.count() == 1
    assert len(ledger.timeline(results[0])) == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_owners_one_device_of_nobody(at_once):
    device = factories.device(customer=None)
    owners = [factories.owner_actor(), factories.owner_actor()]
    results = at_once(lambda: services.claim_device(owners.pop(), imei=device.imei), times=2)
    assert sorted(results, key=str) == sorted(["AnothersDevice", device.number])
    assert [fact.event for fact in ledger.timeline(device.number)] == ["device.claimed"]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_imei_as_a_first_and_as_a_second_at_once_stands_for_one_device(at_once):
    device, imei = factories.device(), factories.imei()
    turns = [
        lambda: services.add_device(HOUSE, imei=imei),
        lambda: services.add_second_imei(HOUSE, device.number, imei=imei),
    ]

    def act():
        return turns.pop()()

    results = at_once(act, times=2)
    found = Device.objects.filter(Q(imei=imei) | Q(second_imei=imei))
    assert found.count() == 1
    assert "ImeiTaken" in results or set(results) == {device.number}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_phone_is_one_customer(at_once):
    results = at_once(lambda: services.register_customer(HOUSE, phone=PHONE))
    assert len(set(results)) == Customer.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_cap_holds_against_a_crowd(at_once):
    results = at_once(lambda: [services.count_attempt(DOOR, "claim", "x") for _ in range(6)], times=4)
    assert "SlowDown" in results
    assert Meter.objects.get().count == 20


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_invitation_is_accepted_once(at_once):
    factories.role("clerk")
    link = services.invite(HOUSE, name="李工", email="a@x.cn", role="clerk", outlet="BJ01")
    code = pyotp.TOTP(queries.joining(link, AT).secret).at(AT)
    results = at_once(
        lambda: services.accept_invitation(DOOR, token=link, password=PASSWORD, code=code), times=3
    )
    assert sum(isinstance(result, tuple) for result in results) == 1
    number = Staff.objects.get().number
    assert [fact.event for fact in ledger.timeline(number)].count("staff.joined") == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_time_step_lets_one_in(at_once):
    factories.role("clerk")
    link = services.invite(HOUSE, name="李工", email="a@x.cn", role="clerk", outlet="BJ01")
    secret = queries.joining(link, AT).secret
    services.accept_invitation(DOOR, token=link, password=PASSWORD, code=pyotp.TOTP(secret).at(AT))
    later = AT + timedelta(minutes=1)
    code = pyotp.TOTP(secret).at(later)
    results = at_once(
        lambda: services.sign_in_staff(
            DOOR.then(later), email="a@x.cn", password=PASSWORD, code=code, address="a"
        ),
        times=3,
    )
    assert sum(isinstance(result, int) for result in results) == 1


@pytest.mark.django_db
def test_a_code_that_is_used_between_look_and_use_opens_nothing(monkeypatch):
    code = code_for(PHONE)
    real = codes._use

    def slow(actor, proof):
        Code.objects.update(used_at=AT)
        real(actor, proof)

    monkeypatch.setattr(codes, "_use", slow)
    with pytest.raises(WrongCode):
        services.sign_in_code(DOOR, target=PHONE, code=code, address="a", notice_version=NOTICE_VERSION)
    assert not Customer.objects.exists()
    assert not Account.objects.exists()
