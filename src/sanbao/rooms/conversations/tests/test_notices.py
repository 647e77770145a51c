"""Notices: one for each cause, in the customer's language, sent outside of every transaction, never lost."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from django.db import connection

from sanbao.base.errors import Missing, NotAllowed
from sanbao.rooms.conversations import queries, rules, services
from sanbao.rooms.conversations.adapters import gateways
from sanbao.rooms.conversations.adapters.gateways import Letter, Outbox, SmsGateway, SmtpMail, ways_out
from sanbao.rooms.conversations.errors import NotFailed
from sanbao.rooms.conversations.models import Notice
from sanbao.rooms.conversations.states import LEASE, MOST_ATTEMPTS
from sanbao.rooms.conversations.tests.factories import (
    AT,
    HOUSE,
    Postbox,
    agent,
    customer,
    notice,
    owner_actor,
)
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry.models import Customer

LETTER = Letter("NT-1", "+8613800138000", "设备修好了", "维修单RO-1已修好。")


def send(ways, at=AT, most=50):
    return services.send_due(HOUSE.then(at), ways=ways, most=most)


def events():
    return [fact.event for fact in ledger.timeline("RO-1")]


@pytest.mark.django_db
def test_one_cause_makes_one_notice_of_a_kind_however_often_it_is_told():
    who = customer()
    wish = {"customer": who.number, "subject": "RO-1", "cause": 7, "facts": {"number": "RO-1"}}
    first = services.tell(HOUSE, template="repair.ready", **wish)
    assert services.tell(HOUSE, template="repair.ready", **wish) == first
    assert services.tell(HOUSE, template="repair.returned", **wish) != first
    assert Notice.objects.count() == 2
    with pytest.raises(NotAllowed):
        services.tell(agent(), template="repair.ready", **wish | {"cause": 8})


@pytest.mark.django_db
def test_a_notice_that_slips_in_between_is_the_one(monkeypatch):
    wish = {
        "customer": customer().number, "subject": "RO-1", "template": "repair.ready", "cause": 7, "facts": {},
    }  # fmt: skip
    real, first = rules.body_of, []

    def slow(*given):
        monkeypatch.setattr(rules, "body_of", real)
        first.append(services.tell(HOUSE, **wish))
        return real(*given)

    monkeypatch.setattr(rules, "body_of", slow)
    assert services.tell(HOUSE, **wish) == first[0]
    assert Notice.objects.count() == 1


@pytest.mark.django_db
def test_a_notice_speaks_the_customers_language_and_leaves_out_what_is_not_known():
    facts = {
        "number": "RO-1",
        "at": AT,
        "zone": "Asia/Shanghai",
        "outlet_zh": "国贸店",
        "outlet_en": "Guomao",
    }
    bodies = [
        queries.notices(HOUSE, customer=who.number).rows[0].body
        for language in ("zh-hans", "en")
        for given in (facts, {"number": "RO-1"})
        for who in (customer(language=language),)
        if services.tell(
            HOUSE, customer=who.number, subject="RO-1", template="repair.booked",
            cause=Customer.objects.count(), facts=given,
        )
    ]  # fmt: skip
    assert bodies == [
        "【Sanbao】预约成功，单号RO-1。请于3月2日17:00到国贸店。来之前请备份数据。",
        "【Sanbao】预约成功，单号RO-1。来之前请备份数据。",
        (
            "Sanbao: Your visit is booked, no. RO-1. Please come to Guomao on 2 Mar 17:00."
            " Back up your data first."
        ),
        "Sanbao: Your visit is booked, no. RO-1. Back up your data first.",
    ]


@pytest.mark.parametrize("template", sorted(rules.TEXTS))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_text_is_complete_and_short_enough_for_an_sms(template, language):
    facts = dict.fromkeys(("when", "outlet", "amount", "carrier", "waybill", "count"), "12月31日18:00")
    text = rules.body_of(template, language, facts | {"number": "RO-7K3M-9QXT-4"}, "Sanbao")
    assert "%(" not in text
    # two parts of an SMS at most: 67 Chinese or 153 plain characters each
    assert len(text) <= (134 if language == "zh-hans" else 306)
    assert rules.subject_of(template, language)


@pytest.mark.django_db
def test_a_customer_is_reached_by_phone_else_by_mail_else_on_the_portal_only():
    channels = {}
    for name, who in {
        "phone": customer(email="a@example.com"),
        "mail": customer(phone="", email="b@example.com"),
        "walk_in": customer(phone="", signed_up=False),
    }.items():
        notice(who)
        channels[name] = queries.notices(HOUSE, customer=who.number).rows[0]
    assert {name: (row.channel, row.state) for name, row in channels.items()} == {
        "phone": ("sms", "queued"),
        "mail": ("mail", "queued"),
        "walk_in": ("portal", "sent"),
    }


@pytest.mark.django_db(transaction=True)
def test_a_notice_is_sent_once_and_outside_of_every_transaction():
    number = notice()
    inside = []
    box = Postbox(lambda _: inside.append(connection.in_atomic_block))
    assert send({"sms": box}) == 1
    assert send({"sms": box}, AT + timedelta(days=1)) == 0
    assert ([letter.number for letter in box.letters], inside) == ([number], [False])
    row = queries.notices(HOUSE).rows[0]
    assert (row.state, row.sent_at, row.fault) == ("sent", AT, "")
    assert events() == ["notice.sent"]


@pytest.mark.django_db
def test_a_failure_waits_longer_each_time_stays_visible_and_does_not_hold_up_the_others():
    bad, good = customer(), customer()
    notice(bad)
    notice(good)
    box = Postbox(lambda letter: letter.to == bad.phone)
    assert send({"sms": box}) == 1
    row = queries.notices(HOUSE, customer=bad.number).rows[0]
    assert (row.state, row.attempts, row.fault) == ("queued", 1, "ConnectionError")
    assert row.due_at == AT + timedelta(minutes=1)
    assert bad.phone not in row.fault
    assert send({"sms": box}, AT + timedelta(seconds=59)) == 0
    at, pauses = AT, []
    for _ in range(MOST_ATTEMPTS):
        at = Notice.objects.get(customer=bad).due_at
        assert send({"sms": box}, at) == 0
        pauses.append(Notice.objects.get(customer=bad).due_at - at)
        if Notice.objects.get(customer=bad).state == "failed":
            break
    assert pauses[:-1] == sorted(pauses[:-1])
    failed = queries.notices(HOUSE, state="failed").rows
    assert [(row.customer, row.attempts) for row in failed] == [(bad.number, MOST_ATTEMPTS)]
    assert events() == ["notice.sent", "notice.failed"]


@pytest.mark.django_db
def test_a_failed_notice_is_sent_again_by_hand_and_no_other_is():
    number = notice()
    with pytest.raises(NotFailed):
        services.resend(agent(), number)
    Notice.objects.update(state="failed", attempts=8)
    for stranger in (agent("SH01"), owner_actor()):
        with pytest.raises((NotAllowed, Missing)):
            services.resend(stranger, number)
    services.resend(agent(), number)
    box = Postbox()
    assert send({"sms": box}) == 1
    assert events() == ["notice.revived", "notice.sent"]


@pytest.mark.django_db(transaction=True)
def test_a_notice_claimed_by_a_sender_that_died_is_sent_again_under_the_same_number():
    number = notice()

    class Dies:
        def send(self, letter):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send({"sms": Dies()})
    box = Postbox()
    assert send({"sms": box}, AT + LEASE - timedelta(seconds=1)) == 0
    assert send({"sms": box}, AT + LEASE) == 1
    assert [letter.number for letter in box.letters] == [number]


@pytest.mark.django_db(transaction=True)
def test_what_went_out_before_a_sender_died_is_not_sent_again():
    first, second = notice(), notice()
    box = Postbox()

    class DiesAfterOne:
        def send(self, letter):
            if box.letters:
                raise KeyboardInterrupt
            box.send(letter)

    with pytest.raises(KeyboardInterrupt):
        send({"sms": DiesAfterOne()})
    assert send({"sms": box}, AT + LEASE) == 1
    assert [letter.number for letter in box.letters] == [first, second]


@pytest.mark.django_db
def test_more_notices_than_one_group_go_out_in_one_call_and_no_more_than_asked():
    for _ in range(23):
        notice()
    box = Postbox()
    assert send({"sms": box}, most=12) == 12
    assert send({"sms": box}) == 11


@pytest.mark.django_db
def test_nothing_goes_to_an_erased_customer():
    who = customer()
    notice(who)
    assert [services.drop_for_customer(HOUSE, who.number) for _ in range(2)] == [1, 1]
    Customer.objects.filter(pk=who.pk).update(phone="", email="", erased_at=AT)
    box = Postbox()
    assert send({"sms": box}) == 0
    assert box.letters == []
    assert notice(Customer.objects.get(pk=who.pk)) == ""
    row = queries.notices(HOUSE).rows[0]
    assert (row.state, row.body) == ("dropped", "")


@pytest.mark.django_db
def test_a_number_that_was_taken_back_before_sending_drops_the_notice():
    who = customer()
    notice(who)
    Customer.objects.filter(pk=who.pk).update(phone="")
    assert send({"sms": Postbox()}) == 0
    assert queries.notices(HOUSE).rows[0].state == "dropped"
    assert events() == ["notice.dropped"]


@pytest.mark.django_db
def test_owners_see_their_own_notices_and_staff_of_one_outlet_none():
    who, other = customer(), customer()
    notice(who)
    notice(other)
    assert [row.customer for row in queries.notices(owner_actor(who)).rows] == [who.number]
    assert queries.notices(agent("BJ01")).rows == ()
    first = queries.notices(agent(), most=1)
    assert [row.customer for row in queries.notices(agent(), first.after).rows] == [who.number]
    with pytest.raises(NotAllowed):
        send_as_a_person()


def send_as_a_person():
    services.send_due(agent(), ways={})


# the ways out


def test_the_silent_outbox_writes_one_file_a_notice_however_often_it_is_sent(tmp_path):
    box = Outbox(tmp_path / "outbox")
    box.send(LETTER)
    box.send(LETTER)
    files = list((tmp_path / "outbox").iterdir())
    assert [file.name for file in files] == ["NT-1.txt"]
    assert LETTER.text in files[0].read_text(encoding="utf-8")


@pytest.fixture
def sms_server():
    seen = SimpleNamespace(requests=[], status=200)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.requests.append((body, self.headers["Idempotency-Key"]))
            self.send_response(seen.status)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    seen.url = f"http://127.0.0.1:{server.server_port}/sms"
    yield seen
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_sms_gateway_gets_number_text_and_a_key_against_doubles(sms_server):
    SmsGateway(sms_server.url).send(LETTER)
    assert sms_server.requests == [({"to": LETTER.to, "text": LETTER.text}, "NT-1")]


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_gateway_that_says_no_is_a_failure(sms_server):
    sms_server.status = 503
    with pytest.raises(OSError, match="503"):
        SmsGateway(sms_server.url).send(LETTER)


def test_a_mail_carries_subject_text_and_a_lasting_id(monkeypatch):
    sent = []

    class Server:
        def __init__(self, host, port, timeout):
            sent.append((host, port, timeout))

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return False

        def ehlo(self):
            sent.append("ehlo")

        def has_extn(self, name):
            return name == "starttls"

        def starttls(self):
            sent.append("starttls")

        def login(self, user, password):
            sent.append((user, password))

        def send_message(self, mail):
            sent.append(mail)

    monkeypatch.setattr(gateways.smtplib, "SMTP", Server)
    SmtpMail("smtp://service%40example.com:p%3Aw@mail.example.com").send(LETTER)
    mail = sent.pop()
    assert sent == [("mail.example.com", 587, 10), "ehlo", "starttls", ("service@example.com", "p:w")]
    assert (mail["Subject"], mail["Message-ID"]) == (LETTER.subject, "<nt-1@mail.example.com>")
    assert mail.get_content().strip() == LETTER.text


def test_the_ways_out_follow_the_settings_and_a_wrong_address_is_refused(tmp_path):
    silent = ways_out("", "", tmp_path)
    assert {type(way) for way in silent.values()} == {Outbox}
    real = ways_out("https://sms.example.com", "smtps://mail.example.com", tmp_path)
    assert [type(real[name]) for name in ("sms", "mail")] == [SmsGateway, SmtpMail]
    with pytest.raises(ValueError, match="https"):
        ways_out("file:///etc/passwd", "", tmp_path)
    with pytest.raises(ValueError, match="smtp"):
        ways_out("", "mail.example.com", tmp_path)


@pytest.mark.django_db
def test_without_addresses_notices_land_in_the_outbox_folder_of_the_installation(settings, tmp_path):
    settings.HOME = tmp_path
    settings.SANBAO = settings.SANBAO | {"sms_url": "", "mail_url": ""}
    number = notice()
    assert services.send_due(HOUSE) == 1
    assert (tmp_path / "outbox" / f"{number}.txt").exists()
