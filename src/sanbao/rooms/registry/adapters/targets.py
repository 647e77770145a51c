"""What a person can be reached by: phone numbers in E.164 form, e-mail addresses in lower case."""

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

_LONGEST_EMAIL = 254


def tidy_phone(typed: str) -> str | None:
    """Return a phone number as ``+8613812345678``; without a country code it is read as a Chinese one."""
    if len(typed) > 40 or not typed.isprintable():  # noqa: PLR2004 - nobody types a longer number
        return None
    try:
        parsed = phonenumbers.parse(typed, "CN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def tidy_email(typed: str) -> str | None:
    """Return an e-mail address in lower case, or None where it cannot be one."""
    bare = typed.strip().lower()
    try:
        validate_email(bare)
    except ValidationError:
        return None
    return bare if len(bare) <= _LONGEST_EMAIL else None


def tidy_target(typed: str) -> str | None:
    """Return the phone number or e-mail address that somebody typed into one field, or None."""
    return tidy_email(typed) if "@" in typed else tidy_phone(typed)
