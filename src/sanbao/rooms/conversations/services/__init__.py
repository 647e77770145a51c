"""Every write of the conversations room: what is said, and what the house tells by itself."""

from sanbao.rooms.conversations.services.notices import (
    drop_for_customer,
    mail_staff,
    resend,
    send_due,
    tell,
)
from sanbao.rooms.conversations.services.talk import (
    Written,
    answer,
    close,
    erase_customer,
    log_call,
    note,
    receive,
    write,
)

__all__ = [
    "Written",
    "answer",
    "close",
    "drop_for_customer",
    "erase_customer",
    "log_call",
    "mail_staff",
    "note",
    "receive",
    "resend",
    "send_due",
    "tell",
    "write",
]
