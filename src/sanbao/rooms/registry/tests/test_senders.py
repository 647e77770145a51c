"""Codes on their way out, as far as this machine can see them."""

import json
import smtplib
import urllib.request
from contextlib import nullcontext

import pytest

from sanbao.rooms.registry.adapters.senders import SmsGateway, SmtpMail


def test_the_gateway_gets_number_and_text_as_json(monkeypatch):
    asked = []

    def kept(request, timeout):
        asked.append((request, timeout))
        return nullcontext()

    monkeypatch.setattr(urllib.request, "urlopen", kept)
    SmsGateway("https://sms.example/send").send("+8613812345678", "subject", "验证码 123456")
    request, timeout = asked[0]
    assert request.full_url == "https://sms.example/send"
    assert json.loads(request.data) == {"to": "+8613812345678", "text": "验证码 123456"}
    assert timeout <= 5


class Post:
    """A mail server that keeps what it is told."""

    def __init__(self, host, port, **more):
        self.told = [("open", host, port)]
        type(self).last = self

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        return None

    def starttls(self, context):
        self.told.append(("starttls", context.check_hostname))

    def login(self, user, password):
        self.told.append(("login", user, password))

    def send_message(self, message):
        self.told.append(("send", message["From"], message["To"], message["Subject"], message.get_content()))


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("smtp://me%40x.cn:p%3Aw@mail.x.cn", [("open", "mail.x.cn", 587), ("starttls", True)]),
        ("smtps://me%40x.cn:p%3Aw@mail.x.cn:1465", [("open", "mail.x.cn", 1465)]),
    ],
)
def test_mail_goes_encrypted_and_under_the_name_of_its_user(monkeypatch, address, first):
    monkeypatch.setattr(smtplib, "SMTP", Post)
    monkeypatch.setattr(smtplib, "SMTP_SSL", Post)
    SmtpMail(address).send("you@y.cn", "登录验证码", "123456")
    assert Post.last.told == [
        *first,
        ("login", "me@x.cn", "p:w"),
        ("send", "me@x.cn", "you@y.cn", "登录验证码", "123456\n"),
    ]


def test_mail_without_a_user_comes_from_the_service(monkeypatch):
    monkeypatch.setattr(smtplib, "SMTP", Post)
    SmtpMail("smtp://mail.x.cn:2525").send("you@y.cn", "s", "t")
    assert Post.last.told[-1][1] == "service@mail.x.cn"
    assert not any(step[0] == "login" for step in Post.last.told)
