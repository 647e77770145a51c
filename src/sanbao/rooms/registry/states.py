"""Words that registry columns may hold."""

from typing import Final

from sanbao.base.moves import Machine, Move

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

PROPOSED, PUBLISHED, WITHDRAWN = "proposed", "published", "withdrawn"
PUBLICATION: Final = Machine(
    {
        "publish": Move(frozenset({PROPOSED}), PUBLISHED, "registry.publish_policy", "policy.published"),
        "withdraw": Move(
            frozenset({PROPOSED, PUBLISHED}), WITHDRAWN, "registry.publish_policy", "policy.withdrawn"
        ),
    }
)
SET_UP, UPLOADED, SHIPPED, OWN = "set_up", "upload", "shipped", "own"
PACK_ORIGINS: Final = frozenset({SET_UP, UPLOADED, SHIPPED, OWN})
"""Where a text came from: there from the beginning, a file, the program, the folder beside the data."""
ORDER_KIND, CASE_KIND, WORKED_KIND = "order", "case", "worked"
