"""Ways to bring a one-time code to a person. Called after commit, never inside a transaction."""

import json
import secrets
import smtplib
import ssl
import urllib.request
from email.message import EmailMessage
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings

_PATIENCE_SECONDS: Final = 5


class Sender(Protocol):
    """Something that delivers a short text to a phone number or an e-mail address."""

    def send(self, target: str, subject: str, text: str) -> None:
        """Deliver, or raise OSError."""


class SmsGateway:
    """Posts ``{"to", "text"}`` as JSON to the operator's SMS gateway, over HTTPS only."""

    def __init__(self, address: str) -> None:
        if urlsplit(address).scheme != "https":
            raise ValueError("SANBAO_SMS_URL must be an https:// address")
        self.address = address

    def send(self, target: str, subject: str, text: str) -> None:
        """Deliver by SMS; an SMS has no subject."""
        del subject
        body = json.dumps({"to": target, "text": text}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.address, body, headers)  # noqa: S310 - https, checked above
        with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS):  # noqa: S310 - as above
            pass


class SmtpMail:
    """Sends through ``smtp://user:password@host:port`` with STARTTLS, or ``smtps://`` with TLS at once."""

    def __init__(self, address: str) -> None:
        self.parts = urlsplit(address)

    def send(self, target: str, subject: str, text: str) -> None:
        """Deliver by e-mail."""
        host, user = self.parts.hostname or "localhost", unquote(self.parts.username or "")
        message = EmailMessage()
        message["From"] = user if "@" in user else f"service@{host}"
        message["To"], message["Subject"] = target, subject
        message.set_content(text)
        safe = ssl.create_default_context()
        with self._open(host, safe) as post:
            if user:
                post.login(user, unquote(self.parts.password or ""))
            post.send_message(message)

    def _open(self, host: str, safe: ssl.SSLContext) -> smtplib.SMTP:
        if self.parts.scheme == "smtps":
            return smtplib.SMTP_SSL(host, self.parts.port or 465, timeout=_PATIENCE_SECONDS, context=safe)
        post = smtplib.SMTP(host, self.parts.port or 587, timeout=_PATIENCE_SECONDS)
        post.starttls(context=safe)
        return post


class Outbox:
    """Writes each message as a file: for development and demo, where nothing may leave the machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, target: str, subject: str, text: str) -> None:
        """Put the message into the folder, readable by its owner only."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = self.folder / f"{secrets.token_hex(8)}.txt"
        place.touch(mode=0o600)
        place.write_text(f"{target}\n{subject}\n\n{text}\n", encoding="utf-8")


def sender_for(target: str) -> Sender:
    """Return the configured way to this target: e-mail where it has an ``@``, else SMS."""
    url = settings.SANBAO["mail_url" if "@" in target else "sms_url"]
    if not url:
        return Outbox(Path(settings.HOME) / "outbox")
    return SmtpMail(url) if "@" in target else SmsGateway(url)
