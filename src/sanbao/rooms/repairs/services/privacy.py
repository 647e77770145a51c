"""What is left of an order when its owner is erased."""

from django.db import transaction

from sanbao.base.actor import Actor
from sanbao.rooms.registry import services as registry
from sanbao.rooms.registry.models import Customer
from sanbao.rooms.repairs.models import Order, Remedy, Review
from sanbao.rooms.repairs.states import OPEN


@transaction.atomic
def erase_customer(actor: Actor, customer: str) -> int:
    """Empty what a customer said, signed and gave as an address; return in how many orders.

    What was found and done on the device stays, without a person. No fact of its own: the erasure is one.
    """
    done = 0
    for order in Order.objects.visible_to(actor).filter(customer__number=customer):
        intake = {**order.intake, "signature": "", "note": ""} if order.intake else {}
        Order.objects.filter(pk=order.pk).update(words="", return_address="", intake=intake)
        done += 1
    Review.objects.filter(customer__number=customer).update(words="", reason="")
    Remedy.objects.filter(order__customer__number=customer).update(reason="")
    return done


@transaction.atomic
def erase_if_done(actor: Actor, customer: str) -> bool:
    """Erase a customer who asked for it and has no open order; return whether it was done now.

    Raises:
        NotAllowed: only the house and those who may erase.
    """
    asked = Customer.objects.filter(
        number=customer, erasure_asked_at__isnull=False, erased_at__isnull=True
    ).exists()
    if not asked or Order.objects.filter(customer__number=customer, state__in=OPEN).exists():
        return False
    registry.erase(actor, customer)
    return True
