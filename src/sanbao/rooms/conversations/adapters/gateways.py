"""How a notice leaves the house. Every way is safe to use twice with the same number."""

import json
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

SECONDS: Final = 10
"""How long one exchange with a gateway may take."""
SMTP_PORT: Final = 587
SMTPS_PORT: Final = 465


@dataclass(frozen=True, slots=True)
class Letter:
    """One notice, ready to go. ``number`` lets the other side drop a second copy."""

    number: str
    to: str
    subject: str
    text: str


class Gateway(Protocol):
    """A way to a customer's phone or mailbox."""

    def send(self, letter: Letter) -> None:
        """Hand the letter over; raise anything where that failed."""


class Outbox:
    """Writes each letter into a folder of its own machine: for development and demonstrations."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, letter: Letter) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / f"{letter.number}.txt"
        draft = target.with_suffix(".part")
        draft.write_text(f"{letter.to}\n{letter.subject}\n\n{letter.text}\n", encoding="utf-8")
        draft.replace(target)


class SmsGateway:
    """Posts ``{"to", "text"}`` to an HTTP address; the notice's number goes along as ``Idempotency-Key``."""

    def __init__(self, url: str) -> None:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise ValueError("the address of an SMS gateway begins with https://")
        self.url = url

    def send(self, letter: Letter) -> None:
        body = json.dumps({"to": letter.to, "text": letter.text}).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": letter.number}
        request = Request(self.url, body, headers)  # noqa: S310 - the scheme was checked above
        with urlopen(request, timeout=SECONDS):  # noqa: S310 - the same; any status from 400 on raises
            pass


class SmtpMail:
    """Sends e-mail through ``smtp://`` (STARTTLS where offered) or ``smtps://user:password@host:port``."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("the address of a mail server looks like smtp://user:password@host:587")
        self.host, self.secure = parts.hostname, parts.scheme == "smtps"
        self.port = parts.port or (SMTPS_PORT if self.secure else SMTP_PORT)
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.sender = self.user if "@" in self.user else f"service@{self.host}"

    def send(self, letter: Letter) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, letter.to, letter.subject
        mail["Message-ID"] = f"<{letter.number.lower()}@{self.host}>"
        mail.set_content(letter.text)
        kind = smtplib.SMTP_SSL if self.secure else smtplib.SMTP
        with kind(self.host, self.port, timeout=SECONDS) as server:
            server.ehlo()
            if not self.secure and server.has_extn("starttls"):
                server.starttls()
            if self.user:
                server.login(self.user, self.password)
            server.send_message(mail)


def ways_out(sms_url: str, mail_url: str, folder: Path) -> Mapping[str, Gateway]:
    """Return the way out for each channel; without an address letters go to the folder.

    Raises:
        ValueError: an address cannot be read.
    """
    return {
        "sms": SmsGateway(sms_url) if sms_url else Outbox(folder),
        "mail": SmtpMail(mail_url) if mail_url else Outbox(folder),
    }
