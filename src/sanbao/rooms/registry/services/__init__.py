"""Every write of the registry: one function, one verb, one transaction."""

from sanbao.rooms.registry.services.attempts import count_attempt, forget_attempts
from sanbao.rooms.registry.services.codes import change_target, request_code, sign_in_code
from sanbao.rooms.registry.services.devices import (
    add_device,
    add_purchase,
    add_second_imei,
    claim_device,
    hand_over_device,
    put_product,
    put_tac,
    set_product,
)
from sanbao.rooms.registry.services.house import (
    FirstAdministrator,
    init_installation,
    make_token,
    put_role,
    revoke_token,
)
from sanbao.rooms.registry.services.people import (
    erase,
    erase_me,
    register_customer,
    request_erasure,
    reveal,
    update_customer,
    update_me,
)
from sanbao.rooms.registry.services.plans import put_plan_price
from sanbao.rooms.registry.services.publications import (
    Seen,
    adopt_packs,
    keep_comparison,
    keep_worked_cases,
    propose_pack,
    publish,
    withdraw,
)
from sanbao.rooms.registry.services.signin import change_password, sign_in_staff
from sanbao.rooms.registry.services.staff import (
    accept_invitation,
    assign,
    enlist,
    invite,
    leave,
    make_link,
    set_my_language,
    unassign,
)

__all__ = [
    "FirstAdministrator",
    "Seen",
    "accept_invitation",
    "add_device",
    "add_purchase",
    "add_second_imei",
    "adopt_packs",
    "assign",
    "change_password",
    "change_target",
    "claim_device",
    "count_attempt",
    "enlist",
    "erase",
    "erase_me",
    "forget_attempts",
    "hand_over_device",
    "init_installation",
    "invite",
    "keep_comparison",
    "keep_worked_cases",
    "leave",
    "make_link",
    "make_token",
    "propose_pack",
    "publish",
    "put_plan_price",
    "put_product",
    "put_role",
    "put_tac",
    "register_customer",
    "request_code",
    "request_erasure",
    "reveal",
    "revoke_token",
    "set_my_language",
    "set_product",
    "sign_in_code",
    "sign_in_staff",
    "unassign",
    "update_customer",
    "update_me",
    "withdraw",
]
