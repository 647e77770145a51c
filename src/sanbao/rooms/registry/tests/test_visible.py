"""Who sees which rows, model by model: one of somebody's own, one of somebody else's."""

import pytest

from sanbao.base.actor import EVERYWHERE, anonymous, system
from sanbao.rooms.registry import services
from sanbao.rooms.registry.models import (
    Account,
    Assignment,
    Code,
    Customer,
    Device,
    Installation,
    Link,
    Meter,
    Product,
    Purchase,
    Role,
    Staff,
    Tac,
    Token,
)
from sanbao.rooms.registry.tests import factories
from sanbao.rooms.registry.tests.factories import AT

pytestmark = pytest.mark.django_db
HOUSE = system(AT)
SEEN = {
    # model: anonymous, owner, nobody, clerk, manager, admin, house
    Account: (0, 0, 0, 0, 0, 8, 8),
    Customer: (0, 1, 0, 2, 2, 2, 2),
    Code: (0, 0, 0, 0, 0, 0, 1),
    Meter: (0, 0, 0, 0, 0, 0, 1),
    Role: (0, 0, 3, 3, 3, 3, 3),
    Staff: (0, 0, 1, 1, 3, 6, 6),
    Assignment: (0, 0, 0, 1, 3, 5, 5),
    Link: (0, 0, 0, 0, 0, 1, 1),
    Token: (0, 0, 0, 0, 0, 1, 1),
    Product: (1, 1, 1, 1, 1, 1, 1),
    Tac: (1, 1, 1, 1, 1, 1, 1),
    Device: (0, 1, 0, 2, 2, 2, 2),
    Purchase: (0, 1, 0, 2, 2, 2, 2),
    Installation: (1, 1, 1, 1, 1, 1, 1),
}


@pytest.fixture
def world():
    """Two owners with a phone each, staff at two outlets and above them, one of everything else."""
    mine = factories.customer()
    for owner in (mine, factories.customer()):
        factories.purchase(factories.device(owner))
    factories.tac()
    factories.installation()
    actors = [anonymous(AT), factories.owner_actor(mine), factories.nobody()]
    actors += [factories.staff_actor(role, "BJ01") for role in ("clerk", "manager")]
    actors.append(factories.staff_actor("admin", EVERYWHERE))
    there, beside = factories.staff(("clerk", "SH01")), factories.staff(("clerk", "BJ01"))
    services.make_link(HOUSE, there.number)
    services.make_token(HOUSE, staff=beside.number, name="till")
    services.count_attempt(anonymous(AT), "claim", "x")
    Code.objects.create(target_hash="x", code_hash="x", made_at=AT, expires_at=AT)
    return [*actors, HOUSE]


def test_every_model_says_who_sees_what(world):
    seen = {model: tuple(model.objects.visible_to(actor).count() for actor in world) for model in SEEN}
    assert seen == SEEN


def test_every_row_has_a_name(world):
    assert all(str(row) for model in SEEN for row in model.objects.all())
