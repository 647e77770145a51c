"""Owners sign in with one-time codes."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanbao.base.actor import anonymous
from sanbao.base.errors import NotAllowed
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry import queries, services
from sanbao.rooms.registry.adapters.senders import Outbox, SmsGateway, SmtpMail, sender_for
from sanbao.rooms.registry.adapters.targets import tidy_email, tidy_phone
from sanbao.rooms.registry.errors import AlreadyThere, NotATarget, NoticeNeeded, SlowDown, WrongCode
from sanbao.rooms.registry.models import Account, Code, Customer, Meter
from sanbao.rooms.registry.rules import CODE_TRIES, DEMO_CODE, NOTICE_VERSION, demo_code_for
from sanbao.rooms.registry.tests import factories
from sanbao.rooms.registry.tests.factories import AT

PHONE = "138 1234 5678"
WHO = anonymous(AT)


@pytest.fixture
def sent(monkeypatch, django_capture_on_commit_callbacks):
    """Ask for a code; answers what was sent."""
    outbox = []

    class Kept:
        def send(self, target, subject, text):
            outbox.append((target, text))

    monkeypatch.setattr("sanbao.rooms.registry.services.codes.sender_for", lambda target: Kept())

    def ask(target=PHONE, actor=WHO, address="10.0.0.1", **more):
        outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            services.request_code(actor, target=target, address=address, **more)
        return re.search(r"\d{6}", outbox[0][1]).group() if outbox else ""

    ask.outbox = outbox
    return ask


def enter(code, actor=WHO, target=PHONE, notice=NOTICE_VERSION):
    return services.sign_in_code(actor, target=target, code=code, address="10.0.0.1", notice_version=notice)


@pytest.mark.django_db
def test_the_first_sign_in_makes_account_and_customer_and_keeps_the_notice(sent):
    account = enter(sent())
    actor = queries.actor_for(account, AT)
    me = queries.me(actor)
    assert (me.phone, me.notice_version, me.notice_at) == ("+8613812345678", NOTICE_VERSION, AT)
    assert [fact.event for fact in ledger.timeline(me.number)] == ["customer.joined"]
    assert ledger.timeline(me.number)[0].actor == f"owner:{me.number}"


@pytest.mark.django_db
def test_the_second_sign_in_finds_the_same_customer(sent):
    first = enter(sent())
    later = WHO.then(AT + timedelta(minutes=5))
    assert enter(sent(actor=later), later) == first
    assert Customer.objects.count() == Account.objects.count() == 1


@pytest.mark.django_db
def test_somebody_a_clerk_took_down_gets_their_account_at_the_first_sign_in(sent):
    known = factories.customer(signed_up=False, phone="+8613812345678", name="老王")
    actor = queries.actor_for(enter(sent()), AT)
    assert (actor.id, actor.name) == (known.pk, "老王")


@pytest.mark.django_db
def test_an_email_address_works_as_well(sent):
    account = enter(sent(" Wang@Example.COM "), target="wang@example.com")
    assert queries.me(queries.actor_for(account, AT)).email == "wang@example.com"


@pytest.mark.django_db
def test_without_the_notice_nobody_is_taken_down_and_the_code_stays_good(sent):
    code = sent()
    with pytest.raises(NoticeNeeded) as refused:
        enter(code, notice="")
    assert refused.value.field == "notice"
    assert not Customer.objects.exists()
    assert ledger.timeline("registry")[-1].event == "code.sent"
    assert enter(code)


@pytest.mark.django_db
def test_the_ledger_says_that_a_code_was_sent_and_not_to_whom(sent):
    sent()
    fact = ledger.timeline("registry")[0]
    assert (fact.event, fact.facts, fact.actor) == ("code.sent", {"by": "sms"}, "anonymous")


@pytest.mark.django_db
def test_nothing_readable_is_kept_of_code_and_target(sent):
    code = sent()
    row = Code.objects.get()
    kept = f"{row.target_hash} {row.code_hash} {list(Meter.objects.values_list('who', flat=True))}"
    assert code not in kept
    assert "13812345678" not in kept


@pytest.mark.django_db
def test_a_code_works_once(sent):
    code = sent()
    enter(code)
    with pytest.raises(WrongCode):
        enter(code)


@pytest.mark.django_db
def test_a_code_lives_ten_minutes(sent):
    code = sent()
    with pytest.raises(WrongCode):
        enter(code, WHO.then(AT + timedelta(minutes=10)))
    assert not Customer.objects.exists()
    assert enter(code, WHO.then(AT + timedelta(minutes=9, seconds=59)))


@pytest.mark.django_db
def test_after_five_wrong_tries_the_right_code_is_wrong_too(sent):
    code = sent()
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(CODE_TRIES):
        with pytest.raises(WrongCode):
            enter(wrong)
    with pytest.raises(WrongCode):
        enter(code)
    assert Code.objects.get().tries == CODE_TRIES
    assert not Customer.objects.exists()


@pytest.mark.django_db
def test_only_the_newest_code_counts(sent):
    old = sent()
    later = WHO.then(AT + timedelta(minutes=2))
    new = sent(actor=later)
    if old != new:
        with pytest.raises(WrongCode):
            enter(old, later)
    assert enter(new, later)


@pytest.mark.django_db
def test_asking_twice_in_a_minute_sends_one_message(sent):
    assert sent()
    assert sent(actor=WHO.then(AT + timedelta(seconds=59))) == ""
    assert Code.objects.count() == 1


@pytest.mark.django_db
def test_one_number_gets_five_codes_an_hour(sent):
    for turn in range(5):
        sent(actor=WHO.then(AT + timedelta(minutes=2 * turn)), address=f"10.0.0.{turn}")
    with pytest.raises(SlowDown) as refused:
        sent(actor=WHO.then(AT + timedelta(minutes=20)), address="10.0.0.9")
    assert refused.value.facts["minutes"] == 40
    assert (Code.objects.count(), len(ledger.timeline("registry"))) == (5, 5)


@pytest.mark.django_db
def test_one_address_gets_thirty_codes_an_hour(sent):
    for turn in range(30):
        sent(target=f"1381234{turn:04d}")
    with pytest.raises(SlowDown):
        sent(target="13912340000")
    assert Code.objects.count() == 30
    assert sent(target="13912340000", address="10.0.0.2")


@pytest.mark.django_db
def test_known_and_unknown_numbers_cost_the_same_queries(sent):
    factories.customer(phone="+8613812345678")
    sent(target="13700000000", address="the meter of the day exists now")
    counts = []
    for target in ("13812345678", "13912345678"):
        with CaptureQueriesContext(connection) as seen:
            sent(target=target, address=target)
        counts.append(len(seen))
        assert not any("registry_customer" in query["sql"] for query in seen)
    assert counts[0] == counts[1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "target", ["", "12345", "a@b", "138 1234 567", "1" * 50, "13812345678\x00", "<b>@x.y"]
)
def test_what_is_neither_phone_nor_email_is_refused_by_name(sent, target):
    with pytest.raises(NotATarget) as refused:
        sent(target=target)
    assert refused.value.field == "target"
    assert refused.value.remedy
    assert not Code.objects.exists()
    assert not ledger.timeline("registry")


def test_numbers_are_tidied_as_people_type_them():
    assert tidy_phone("１３８ 1234-5678") == "+8613812345678"
    assert tidy_phone("+44 20 7946 0958") == "+442079460958"
    assert tidy_phone("8613812345678") == "+8613812345678"
    assert tidy_email(" A@B.cn ") == "a@b.cn"
    assert tidy_email("a@" + "b" * 300 + ".cn") is None


@pytest.mark.django_db
def test_an_owner_changes_their_phone_only_with_a_code_sent_to_it(sent):
    mine = factories.customer(phone="+8613900000000")
    actor = factories.owner_actor(mine)
    code = sent()
    with pytest.raises(WrongCode):
        services.change_target(actor, target="13700000000", code=code, address="a")
    services.change_target(actor, target=PHONE, code=code, address="a")
    assert queries.me(actor).phone == "+8613812345678"
    with pytest.raises(NotAllowed):
        services.change_target(WHO, target=PHONE, code=code, address="a")


@pytest.mark.django_db
def test_nobody_takes_over_the_number_of_another_customer(sent):
    other = factories.customer(phone="+8613812345678")
    actor = factories.owner_actor()
    before = queries.me(actor)
    with pytest.raises(AlreadyThere):
        services.change_target(actor, target=PHONE, code=sent(), address="a")
    assert queries.me(actor) == before
    other.refresh_from_db()
    assert other.phone == "+8613812345678"


@pytest.mark.parametrize(
    ("switched_on", "demo_installation", "target", "code"),
    [
        (True, True, "+8613800000001", DEMO_CODE),
        (True, True, "clerk@demo.example", DEMO_CODE),
        (True, True, "+8613812345678", None),
        (False, True, "+8613800000001", None),
        (True, False, "+8613800000001", None),
        (False, False, "clerk@demo.example", None),
    ],
)
def test_the_fixed_code_exists_in_demo_worlds_alone(switched_on, demo_installation, target, code):
    assert demo_code_for(target, switched_on=switched_on, demo_installation=demo_installation) == code


@pytest.mark.django_db
@pytest.mark.parametrize(("setting", "row"), [(True, None), (True, False), (False, True), (False, None)])
def test_the_fixed_code_opens_nothing_outside_a_demo(settings, setting, row):
    settings.SANBAO = settings.SANBAO | {"demo": setting}
    if row is not None:
        factories.installation(demo=row)
    with pytest.raises(WrongCode):
        enter(DEMO_CODE, target="13800000001")
    assert not Customer.objects.exists()


@pytest.mark.django_db
def test_the_fixed_code_opens_a_demo_phone_in_a_demo(settings):
    settings.SANBAO = settings.SANBAO | {"demo": True}
    factories.installation(demo=True)
    assert enter(DEMO_CODE, target="13800000001")
    with pytest.raises(WrongCode):
        enter(DEMO_CODE, target=PHONE)


def test_the_outbox_keeps_messages_for_its_owner_alone(tmp_path):
    Outbox(tmp_path / "outbox").send("+8613812345678", "s", "您的验证码 123456")
    kept = next((tmp_path / "outbox").iterdir())
    assert "123456" in kept.read_text(encoding="utf-8")
    assert kept.stat().st_mode & 0o077 == 0


def test_the_way_out_follows_the_settings(settings):
    settings.SANBAO = settings.SANBAO | {"sms_url": "", "mail_url": ""}
    assert isinstance(sender_for("+8613812345678"), Outbox)
    settings.SANBAO = settings.SANBAO | {"sms_url": "https://sms.example", "mail_url": "smtp://m.example"}
    assert isinstance(sender_for("+8613812345678"), SmsGateway)
    assert isinstance(sender_for("a@b.cn"), SmtpMail)
    with pytest.raises(ValueError, match="https"):
        SmsGateway("http://sms.example")


@pytest.mark.django_db
def test_a_gateway_that_is_down_leaves_no_number_in_the_log(
    monkeypatch, caplog, django_capture_on_commit_callbacks
):
    class Down:
        def send(self, target, subject, text):
            raise OSError(f"cannot reach {target}")

    monkeypatch.setattr("sanbao.rooms.registry.services.codes.sender_for", lambda target: Down())
    with django_capture_on_commit_callbacks(execute=True):
        services.request_code(WHO, target=PHONE, address="a")
    assert "could not be sent" in caplog.text
    assert "138" not in caplog.text


@pytest.mark.django_db
def test_codes_speak_the_language_of_the_page(sent):
    sent(language="en")
    assert "your code is" in sent.outbox[0][1]
    sent(target="13912345678", address="b", language="zh-hans")
    assert "验证码" in sent.outbox[0][1]


@pytest.mark.django_db
def test_old_codes_and_meters_are_forgotten(sent):
    sent()
    with pytest.raises(NotAllowed):
        services.forget_attempts(WHO)
    later = AT + timedelta(days=4)
    from_house = factories.bearer("registry.setup", at=later)
    assert services.forget_attempts(from_house) > 1
    assert not Code.objects.exists()
    assert not Meter.objects.exists()


@pytest.mark.django_db
def test_public_checks_are_counted_by_address():
    for _ in range(30):
        services.count_attempt(WHO, "coverage", "10.0.0.1")
    with pytest.raises(SlowDown):
        services.count_attempt(WHO, "coverage", "10.0.0.1")
    services.count_attempt(WHO, "coverage", "10.0.0.2")
    services.count_attempt(WHO.then(AT + timedelta(hours=1)), "coverage", "10.0.0.1")
