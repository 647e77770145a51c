"""Secrets as hashes, and second factors.

What a person could guess (a phone number, six digits) is hashed with the installation's key; what
is long and random (tokens, links) is hashed plainly, so that it survives a change of that key.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

import pyotp
from django.conf import settings
from django.utils.crypto import salted_hmac

from sanbao.rooms.registry.rules import CODE_DIGITS, RECOVERY_CODES, TOTP_SECONDS

_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_SECRET_BYTES: Final = 20
_SALT_LENGTH: Final = 64
"""Longer than any secret that an authenticator app takes over."""


def keyed(purpose: str, value: str) -> str:
    """Return the keyed hash of something short, different for every purpose."""
    return salted_hmac(f"sanbao.registry.{purpose}", value, algorithm="sha256").hexdigest()


def plain(secret: str) -> str:
    """Return the hash of something long and random."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def new_code() -> str:
    """Return a fresh one-time code."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def new_secret() -> str:
    """Return a fresh secret for a link or a token: 256 bits that can stand in an address."""
    return secrets.token_urlsafe(32)


def new_recovery_codes() -> list[str]:
    """Return fresh recovery codes such as ``7KQM-2XWP-9D``, to be shown once."""
    raw = ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in raw]


def recovery_hash(staff_number: str, typed: str) -> str:
    """Return the hash of a recovery code as somebody typed it; case, spaces and dashes do not matter."""
    bare = "".join(sign for sign in typed.upper() if sign.isalnum())
    return keyed("recovery", f"{staff_number}:{bare}")


def totp_salt(link_secret: str) -> str:
    """Return what is stored of the second factor that belongs to a link: worth nothing without our key.

    It is worked out from the link, so that a page that is loaded twice shows the same picture.
    """
    return plain(f"totp:{link_secret}")


def totp_secret(kept: str) -> str:
    """Return the second-factor secret of what is stored: made of it with the installation's key.

    So whoever reads the database, or a copy of it, makes no codes. Whoever changes the key sends every
    member of staff a new link. A secret that was stored itself, by an earlier version, goes on as it is.
    """
    if len(kept) != _SALT_LENGTH:
        return kept
    digest = hmac.new(settings.SECRET_KEY.encode(), f"totp:{kept}".encode(), "sha256").digest()
    return base64.b32encode(digest[:_SECRET_BYTES]).decode()


def totp_address(secret: str, name: str, issuer: str) -> str:
    """Return the ``otpauth://`` address that an authenticator app scans."""
    return str(pyotp.TOTP(secret, interval=TOTP_SECONDS).provisioning_uri(name=name, issuer_name=issuer))


def totp_step(secret: str, typed: str, at: datetime) -> int | None:
    """Return the time step that the six digits belong to, one step of leeway each way, or None."""
    clock = pyotp.TOTP(secret, interval=TOTP_SECONDS)
    now = int(at.timestamp()) // TOTP_SECONDS
    bare = "".join(sign for sign in typed if sign.isdigit())
    fitting = [step for step in (now - 1, now, now + 1) if same(clock.generate_otp(step), bare)]
    return max(fitting, default=None)
