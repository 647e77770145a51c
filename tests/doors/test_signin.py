"""Signing in and out in a browser's words: what is asked, what is kept, when it ends."""

import re
from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sanbao.base.actor import system
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry import queries, services

PASSWORD = "correct horse 电池"
PHONE = "138 1234 5678"


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves."""

    class Clock:
        at = timezone.now().replace(microsecond=0)

        def forward(self, **span):
            self.at += timedelta(**span)

    hands = Clock()
    monkeypatch.setattr("django.utils.timezone.now", lambda: hands.at)
    return hands


@pytest.fixture
def outbox(monkeypatch):
    sent = []

    class Kept:
        def send(self, target, subject, text):
            sent.append((target, re.search(r"\d{6}", text).group()))

    monkeypatch.setattr("sanbao.rooms.registry.services.codes.sender_for", lambda target: Kept())
    return sent


@pytest.fixture
def english():
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def member(clock):
    """A clerk who has joined: answers e-mail, second factor, recovery codes."""
    house = system(clock.at)
    services.put_role(house, code="clerk", title_zh="前台", title_en="Clerk", grants=["repairs.see"])
    link = services.invite(house, name="李工", email="a@x.cn", role="clerk", outlet="BJ01")
    secret = queries.joining(link, clock.at).secret
    codes = services.accept_invitation(
        house, token=link, password=PASSWORD, code=pyotp.TOTP(secret).at(clock.at)
    )
    clock.forward(minutes=1)
    return "a@x.cn", secret, codes


def ask(client, django_capture_on_commit_callbacks, **more):
    said = {"target": PHONE, "notice": queries.notice_version()} | more
    with django_capture_on_commit_callbacks(execute=True):
        return client.post(reverse("ui:signin"), said)


def staff_in(client, member, at, **more):
    email, secret, _ = member
    said = {"email": email, "password": PASSWORD, "code": pyotp.TOTP(secret).at(at)} | more
    return client.post(reverse("ui:staff_signin"), said)


def who(client):
    return client.session.get("_auth_user_id")


@pytest.mark.django_db
def test_the_notice_stands_before_the_field_for_the_number(english):
    page = english.get(reverse("ui:signin")).content.decode()
    assert (
        page.index("What happens with your number")
        < page.index('name="notice"')
        < page.index('name="target"')
    )


@pytest.mark.django_db
def test_an_owner_signs_in_with_the_code_and_goes_where_they_wanted(
    english, clock, outbox, django_capture_on_commit_callbacks
):
    first = ask(english, django_capture_on_commit_callbacks, next="/ui/notice?x=1")
    assert first.headers["Location"] == reverse("ui:signin_code")
    page = english.get(reverse("ui:signin_code"))
    assert "13812345678" not in page.content.decode()
    assert page.headers["Cache-Control"].startswith("max-age=0")
    done = english.post(reverse("ui:signin_code"), {"code": outbox[0][1]})
    assert done.headers["Location"] == "/ui/notice?x=1"
    actor = queries.actor_for(int(who(english)), clock.at)
    assert actor.is_owner
    assert english.get(reverse("ui:signin"), {"next": "/ui/notice"}).headers["Location"] == "/ui/notice"


@pytest.mark.django_db
def test_without_the_notice_no_code_is_sent(english, outbox, django_capture_on_commit_callbacks):
    page = ask(english, django_capture_on_commit_callbacks, notice="")
    assert page.status_code == 422
    assert 'href="#id_notice"' in page.content.decode()
    assert not outbox
    assert ledger.timeline("registry") == []


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["12", "", "<script>alert(1)</script>", "138\x00", "x" * 5000])
def test_a_wrong_number_is_named_at_its_field_and_kept(
    english, outbox, target, django_capture_on_commit_callbacks
):
    page = ask(english, django_capture_on_commit_callbacks, target=target)
    assert page.status_code == 422
    assert 'href="#id_target"' in page.content.decode()
    assert "<script>alert" not in page.content.decode()
    assert not outbox


@pytest.mark.django_db
def test_a_wrong_code_is_refused_at_its_field(english, outbox, django_capture_on_commit_callbacks):
    ask(english, django_capture_on_commit_callbacks)
    wrong = "000000" if outbox[0][1] != "000000" else "111111"
    page = english.post(reverse("ui:signin_code"), {"code": wrong})
    assert page.status_code == 422
    assert 'href="#id_code"' in page.content.decode()
    assert who(english) is None


@pytest.mark.django_db
def test_the_second_step_without_the_first_goes_back_to_it(client):
    for answer in (
        client.get(reverse("ui:signin_code")),
        client.post(reverse("ui:signin_code"), {"code": "1"}),
    ):
        assert answer.headers["Location"] == reverse("ui:signin")


@pytest.mark.django_db
def test_a_new_code_can_be_asked_for_without_typing_the_number_again(
    english, clock, outbox, django_capture_on_commit_callbacks
):
    ask(english, django_capture_on_commit_callbacks)
    clock.forward(minutes=2)
    with django_capture_on_commit_callbacks(execute=True):
        english.post(reverse("ui:signin"), {"again": "yes"})
    assert [target for target, _ in outbox] == ["+8613812345678"] * 2


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(english, outbox, wanted, django_capture_on_commit_callbacks):
    ask(english, django_capture_on_commit_callbacks, next=wanted)
    done = english.post(reverse("ui:signin_code"), {"code": outbox[0][1]})
    assert done.headers["Location"].startswith("/")
    assert "evil" not in done.headers["Location"]


@pytest.mark.django_db
def test_signing_in_starts_a_new_session(english, outbox, settings, django_capture_on_commit_callbacks):
    ask(english, django_capture_on_commit_callbacks)
    before = english.cookies["sessionid"].value
    english.post(reverse("ui:signin_code"), {"code": outbox[0][1]})
    assert english.cookies["sessionid"].value != before
    assert "signin" not in english.session
    assert english.session.get_expiry_age() == settings.SESSION_COOKIE_AGE


@pytest.mark.django_db
def test_a_sign_in_that_was_begun_is_forgotten_with_the_number(
    english, clock, outbox, django_capture_on_commit_callbacks
):
    ask(english, django_capture_on_commit_callbacks)
    assert english.session.get_expiry_age() == 15 * 60
    clock.forward(minutes=15, seconds=1)
    assert services.forget_attempts(system(clock.at)) == 1
    assert english.get(reverse("ui:signin_code")).headers["Location"] == reverse("ui:signin")


@pytest.mark.django_db
def test_staff_sign_in_and_out(client, clock, member):
    assert staff_in(client, member, clock.at).status_code == 302
    assert queries.actor_for(int(who(client)), clock.at).is_staff
    assert client.get(reverse("ui:signout")).status_code == 405
    assert client.post(reverse("ui:signout")).headers["Location"] == reverse("ui:staff_signin")
    assert who(client) is None


@pytest.mark.django_db
def test_wrong_staff_sign_ins_look_alike_and_keep_only_the_email(english, clock, member):
    pages = set()
    for more in ({"password": "x"}, {"code": "1"}, {"email": "b@x.cn"}):
        page = staff_in(english, member, clock.at, **more)
        assert page.status_code == 403
        pages.add(re.search(r'class="errors".*?</div>', page.content.decode(), re.DOTALL).group())
        assert PASSWORD not in page.content.decode()
    assert len(pages) == 1
    assert who(english) is None


@pytest.mark.django_db
def test_a_counter_that_nobody_uses_for_fifteen_minutes_signs_out(client, clock, member):
    staff_in(client, member, clock.at)
    for _ in range(3):
        clock.forward(minutes=15)
        assert client.get(reverse("ui:staff_signin")).status_code == 302
    clock.forward(minutes=15, seconds=1)
    assert client.get(reverse("ui:staff_signin")).status_code == 200
    assert who(client) is None


@pytest.mark.django_db
def test_what_a_page_asks_by_itself_is_nobody_being_there(client, clock, member):
    staff_in(client, member, clock.at)
    for _ in range(3):
        clock.forward(minutes=5)
        assert client.get(reverse("ui:staff_signin"), headers={"X-Poll": "1"}).status_code == 302
    clock.forward(seconds=1)
    assert client.get(reverse("ui:staff_signin")).status_code == 200


@pytest.mark.django_db
def test_being_seen_is_written_at_most_once_a_minute(client, clock, member, django_assert_num_queries):
    staff_in(client, member, clock.at)
    clock.forward(seconds=59)
    client.get(reverse("ui:staff_signin"))
    assert client.session["seen_at"] == int((clock.at - timedelta(seconds=59)).timestamp())
    clock.forward(seconds=1)
    client.get(reverse("ui:staff_signin"))
    assert client.session["seen_at"] == int(clock.at.timestamp())


@pytest.mark.django_db
def test_a_session_dies_when_the_person_leaves_or_the_password_changes(client, clock, member):
    staff_in(client, member, clock.at)
    number = queries.staff_list(system(clock.at))[0].number
    link = services.make_link(system(clock.at), number)
    secret = queries.joining(link, clock.at).secret
    services.accept_invitation(
        system(clock.at), token=link, password="another horse 订书钉", code=pyotp.TOTP(secret).at(clock.at)
    )
    assert client.get(reverse("ui:staff_signin")).status_code == 200
    clock.forward(minutes=1)
    again = ("a@x.cn", secret, ())
    assert staff_in(client, again, clock.at, password="another horse 订书钉").status_code == 302
    services.leave(system(clock.at), number)
    assert client.get(reverse("ui:staff_signin")).status_code == 200


@pytest.mark.django_db
def test_an_erased_owner_is_signed_out(english, clock, outbox, django_capture_on_commit_callbacks):
    ask(english, django_capture_on_commit_callbacks)
    english.post(reverse("ui:signin_code"), {"code": outbox[0][1]})
    services.erase_me(queries.actor_for(int(who(english)), clock.at))
    assert english.get(reverse("ui:signin")).status_code == 200


@pytest.fixture
def invited(clock):
    house = system(clock.at)
    services.put_role(house, code="clerk", title_zh="前台", title_en="Clerk", grants=[])
    return services.invite(house, name="李工", email="new@x.cn", role="clerk", outlet="BJ01")


@pytest.mark.django_db
def test_an_invitation_shows_the_second_factor_and_ends_with_recovery_codes(english, clock, invited):
    address = reverse("ui:join", args=[invited])
    page = english.get(address).content.decode()
    secret = queries.joining(invited, clock.at).secret
    assert secret in page
    assert "<svg" in page
    assert secret in english.get(address).content.decode()
    said = {"password": PASSWORD, "again": PASSWORD, "code": pyotp.TOTP(secret).at(clock.at)}
    for wrong, field in (
        ({"again": "x"}, "again"),
        ({"code": "1"}, "code"),
        ({"password": "x", "again": "x"}, "password"),
    ):
        refused = english.post(address, said | wrong)
        assert refused.status_code == 422
        assert f'href="#id_{field}"' in refused.content.decode()
    done = english.post(address, said).content.decode()
    assert len(re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{2}", done)) == 8
    assert english.get(address).status_code == 404
    assert english.post(address, said).status_code == 404


@pytest.mark.django_db
def test_a_link_that_never_was_says_the_same_as_one_that_is_over(english, clock, invited):
    clock.forward(days=7)
    over = english.get(reverse("ui:join", args=[invited]))
    never = english.get(reverse("ui:join", args=["x" * 43]))
    assert over.status_code == never.status_code == 404
    strip = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|/ui/join/[^"]+')
    assert strip.sub("", over.content.decode()) == strip.sub("", never.content.decode())


@pytest.mark.django_db
def test_demo_sign_ins_are_shown_in_a_demo_alone(english, settings, clock):
    pages = (reverse("ui:signin"), reverse("ui:staff_signin"))
    assert not any("246810" in english.get(page).content.decode() for page in pages)
    settings.SANBAO = settings.SANBAO | {"demo": True}
    assert not any("246810" in english.get(page).content.decode() for page in pages)
    services.init_installation(
        system(clock.at),
        brand="x",
        time_zone="Asia/Shanghai",
        admin_name="a",
        admin_email="a@demo.example",
        password=PASSWORD,
        demo=True,
    )
    assert all("246810" in english.get(page).content.decode() for page in pages)


@pytest.mark.django_db
def test_only_the_proxys_own_word_about_an_address_is_believed(rf, settings):
    from sanbao.doors.actors import address_of

    request = rf.get("/", headers={"X-Forwarded-For": "1.1.1.1, 2.2.2.2"}, REMOTE_ADDR="9.9.9.9")
    settings.TRUST_PROXY = False
    assert address_of(request) == "9.9.9.9"
    settings.TRUST_PROXY = True
    assert address_of(request) == "2.2.2.2"
    assert address_of(rf.get("/", REMOTE_ADDR="9.9.9.9")) == "9.9.9.9"
