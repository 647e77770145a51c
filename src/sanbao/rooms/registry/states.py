"""Words that registry columns may hold."""

from typing import Final

OWNER, STAFF = "owner", "staff"
ACCOUNT_KINDS: Final = frozenset({OWNER, STAFF})
INVITE, RECOVER = "invite", "recover"
LINK_PURPOSES: Final = frozenset({INVITE, RECOVER})
PROOFS: Final = frozenset({"invoice", "copy", "none"})
PRODUCT_CLASSES: Final = frozenset(
    {"phone", "tablet", "laptop", "watch", "earphone", "tv", "appliance", "accessory"}
)
PURCHASE_CHANNELS: Final = frozenset({"store", "own-store", "online", "phone-order", "mail-order"})
"""The words that policy knows for where something was bought."""
