"""Words that people type, made fit to be kept: trimmed, of bounded length, without what no database holds."""

from sanbao.base.errors import Invalid


def said(typed: str, *, field: str, most: int) -> str:
    """Return what somebody typed, trimmed; emoji and rare characters stay as they are.

    Raises:
        Invalid: longer than ``most`` characters, or with NUL or half a character in it.
    """
    plain = typed.strip()
    if len(plain) > most:
        raise Invalid("This text is longer than %(most)s characters.", field=field, most=most)
    if not is_text(plain):
        raise Invalid("This text holds characters that cannot be kept.", field=field)
    return plain


def is_text(typed: str) -> bool:
    """Tell whether a database can hold this: no NUL, and no half of a surrogate pair."""
    if "\x00" in typed:
        return False
    try:
        typed.encode()
    except UnicodeEncodeError:
        return False
    return True
