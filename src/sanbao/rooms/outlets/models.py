"""Places, their days, the seats that can be booked and the queue."""

import secrets
from typing import Self

from django.db import models
from django.db.models import F, Q

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.db import Visible, known
from sanbao.rooms.outlets.states import BOOKING, CONFIRMED, LANES, OUTLET_KINDS, TICKET, USUAL, WAITING
from sanbao.rooms.registry.models import Customer


def fresh_revision() -> int:
    """Return a number that no earlier version of a row is likely to have had."""
    return secrets.randbelow(2**40)


class PublicQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """Outlets, their hours and free seats are public."""
        return self.all()


class Outlet(models.Model):
    """A place. ``hours`` is a list of seven lists of ``["10:00", "21:00"]`` pairs, Monday first, local time.

    ``seats`` people can be served in each slot of ``slot_minutes``; ``walk_in_share`` per cent of them are
    kept for people without an appointment until two hours before. ``revision`` is new after every change, so
    that what was worked out from all outlets is known to be stale.
    """

    code = models.CharField(max_length=12, primary_key=True)
    kind = models.CharField(max_length=12)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    province = models.CharField(max_length=20)
    city = models.CharField(max_length=20)
    district = models.CharField(max_length=20, blank=True)
    address_zh = models.CharField(max_length=160)
    address_en = models.CharField(max_length=160, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    phone = models.CharField(max_length=24, blank=True)
    time_zone = models.CharField(max_length=40, default="Asia/Shanghai")
    hours = models.JSONField(default=list)
    skills = models.JSONField(default=list)
    seats = models.PositiveSmallIntegerField(default=2)
    slot_minutes = models.PositiveSmallIntegerField(default=30)
    walk_in_share = models.PositiveSmallIntegerField(default=25)
    takes_mail = models.BooleanField(default=False)
    open_since = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    revision = models.BigIntegerField(default=fresh_revision)

    objects = PublicQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=known("kind", OUTLET_KINDS), name="outlet_kind_known"),
        )
        indexes = (models.Index(fields=("city",), name="outlet_city"),)

    def __str__(self) -> str:
        return self.code


class SpecialDay(models.Model):
    """A day on which an outlet keeps other hours; no hours at all means closed."""

    outlet = models.ForeignKey(Outlet, on_delete=models.CASCADE, related_name="special_days")
    day = models.DateField()
    hours = models.JSONField(default=list)
    reason = models.CharField(max_length=80, blank=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("outlet", "day"), name="special_day_once"),)

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.day}"


class Slot(models.Model):
    """A time at an outlet with so many seats. The database itself refuses one booking too many.

    ``booked`` counts held seats too: one counter for holds and bookings. ``walk_in`` seats are kept back.
    """

    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField()
    booked = models.PositiveSmallIntegerField(default=0)
    walk_in = models.PositiveSmallIntegerField(default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("outlet", "starts_at"), name="slot_once"),
            models.CheckConstraint(condition=Q(booked__lte=F("capacity")), name="slot_never_overbooked"),
            models.CheckConstraint(condition=Q(walk_in__lte=F("capacity")), name="slot_walk_in_fits"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_has_length"),
        )

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.starts_at:%Y-%m-%d %H:%M}"


class BookingQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """One's own; for staff those of outlets they may see, or book for."""
        if actor.everywhere("outlets.see") or actor.everywhere("outlets.book"):
            return self
        if actor.is_owner:
            return self.filter(customer_id=actor.id)
        mine = (actor.outlets("outlets.see") | actor.outlets("outlets.book")) - {EVERYWHERE}
        return self.filter(slot__outlet_id__in=mine)


class Booking(models.Model):
    """A seat taken in a slot. ``order`` is the public number of the repair order it is for."""

    number = models.CharField(max_length=14, unique=True)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="bookings")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="bookings")
    order = models.CharField(max_length=14, blank=True)
    state = models.CharField(max_length=10, default=CONFIRMED)
    hold_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()

    objects = BookingQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=known("state", BOOKING.states()), name="booking_state_known"),
        )
        indexes = (
            models.Index(fields=("slot", "state"), name="booking_slot"),
            models.Index(fields=("hold_until",), condition=Q(state="held"), name="booking_hold"),
            models.Index(fields=("order",), name="booking_order"),
        )

    def __str__(self) -> str:
        return self.number


class TicketQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        if actor.everywhere("outlets.see"):
            return self
        if actor.is_owner:
            return self.filter(customer_id=actor.id)
        return self.filter(outlet_id__in=actor.outlets("outlets.see") - {EVERYWHERE})


class Ticket(models.Model):
    """A place in the queue of one outlet on one day; ``count`` starts at 1 each morning.

    ``passed`` says how many later tickets were called before it by the rule of the lanes.
    """

    number = models.CharField(max_length=14, unique=True)
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="tickets")
    day = models.DateField()
    count = models.PositiveIntegerField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="tickets")
    order = models.CharField(max_length=14, blank=True)
    lane = models.CharField(max_length=8, default=USUAL)
    passed = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, default=WAITING)
    taken_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("outlet", "day", "count"), name="ticket_once"),
            models.CheckConstraint(condition=known("state", TICKET.states()), name="ticket_state_known"),
            models.CheckConstraint(condition=known("lane", LANES), name="ticket_lane_known"),
        )
        indexes = (models.Index(fields=("order",), name="ticket_order"),)

    def __str__(self) -> str:
        return self.number
