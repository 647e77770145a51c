"""Threads, messages, calls and notices."""

from typing import Self

from django.db import models
from django.db.models import Q

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.db import Visible, known
from sanbao.rooms.conversations.states import (
    DIRECTIONS,
    NOTE,
    NOTICE_CHANNELS,
    NOTICE_STATES,
    OPEN,
    QUEUED,
    THREAD,
    THREAD_CHANNELS,
)
from sanbao.rooms.outlets.models import Outlet
from sanbao.rooms.registry.models import Customer, Staff


class ThreadQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """One's own; for staff those of the outlets where they may see conversations."""
        if actor.everywhere("conversations.see"):
            return self
        if actor.is_owner:
            return self.filter(customer_id=actor.id)
        return self.filter(outlet_id__in=actor.outlets("conversations.see") - {EVERYWHERE})


class Thread(models.Model):
    """One talk with one customer about one subject, over every channel.

    ``subject`` is the public number of what it is about, or empty for anything else.
    ``channel`` is the way the customer came last; ``answer_due_at`` is empty while nothing is owed.
    """

    number = models.CharField(max_length=14, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="threads")
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, null=True, related_name="threads")
    subject = models.CharField(max_length=14, blank=True)
    channel = models.CharField(max_length=8)
    state = models.CharField(max_length=8, default=OPEN)
    handler = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="threads")
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    answer_due_at = models.DateTimeField(null=True)
    answer_provisional = models.BooleanField(default=False)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("customer", "subject"), name="thread_once"),
            models.CheckConstraint(condition=known("state", THREAD.states()), name="thread_state_known"),
            models.CheckConstraint(condition=known("channel", THREAD_CHANNELS), name="thread_channel_known"),
            # what is owed is exactly what the inbox shows
            models.CheckConstraint(
                condition=Q(state=OPEN, answer_due_at__isnull=False)
                | (~Q(state=OPEN) & Q(answer_due_at__isnull=True)),
                name="thread_open_is_due",
            ),
        )
        indexes = (
            models.Index(fields=("answer_due_at", "id"), condition=Q(state="open"), name="thread_inbox"),
            models.Index(fields=("customer", "-id"), name="thread_customer"),
            models.Index(fields=("subject",), name="thread_subject"),
        )

    def __str__(self) -> str:
        return self.number


class MessageQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """Messages of visible threads; internal notes are for staff alone, never for an owner."""
        rows = self.filter(thread__in=Thread.objects.visible_to(actor))
        return rows if actor.is_staff or actor.kind == "system" else rows.exclude(direction=NOTE)


class Message(models.Model):
    """One thing said or written. ``external_id`` makes a message that comes twice count once."""

    number = models.CharField(max_length=14, unique=True)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=4)
    channel = models.CharField(max_length=8)
    author = models.CharField(max_length=40)
    author_name = models.CharField(max_length=80, blank=True)
    body = models.TextField()
    external_id = models.CharField(max_length=160, null=True, unique=True)  # noqa: DJ001 - NULL lets many have none
    at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=known("direction", DIRECTIONS), name="message_direction_known"),
        )
        indexes = (models.Index(fields=("thread", "id"), name="message_thread"),)

    def __str__(self) -> str:
        return self.number


class CallQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(thread__in=Thread.objects.visible_to(actor))


class Call(models.Model):
    """A telephone call as logged by the agent. The summary is the house's own, like an internal note."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="calls")
    agent = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="calls")
    inbound = models.BooleanField(default=True)
    started_at = models.DateTimeField()
    seconds = models.PositiveIntegerField(default=0)
    recording_consent = models.BooleanField(null=True)
    summary = models.TextField(blank=True)
    logged_at = models.DateTimeField()

    objects = CallQuerySet.as_manager()

    def __str__(self) -> str:
        return f"call {self.thread_id}"


class NoticeQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        if actor.everywhere("conversations.see"):
            return self
        return self.filter(customer_id=actor.id) if actor.is_owner else self.none()


class Notice(models.Model):
    """Something the house tells a customer by itself: by SMS, e-mail, or on the portal only.

    ``cause`` is the ledger entry that brought it about: one notice per cause and template.
    ``due_at`` is when it is tried next; ``lease`` marks who is trying it now. ``link`` is an address that
    lets its receiver in: it goes out below the text, is shown on no page, and is emptied once it has gone.
    """

    number = models.CharField(max_length=14, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="notices")
    subject = models.CharField(max_length=14)
    template = models.CharField(max_length=40)
    channel = models.CharField(max_length=8)
    body = models.TextField()
    state = models.CharField(max_length=8, default=QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    cause = models.BigIntegerField()
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease = models.CharField(max_length=36, blank=True)
    fault = models.CharField(max_length=200, blank=True)
    link = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("cause", "template"), name="notice_once"),
            models.CheckConstraint(condition=known("state", NOTICE_STATES), name="notice_state_known"),
            models.CheckConstraint(condition=known("channel", NOTICE_CHANNELS), name="notice_channel_known"),
        )
        indexes = (
            models.Index(fields=("due_at", "id"), condition=Q(state="queued"), name="notice_queued"),
            models.Index(fields=("id",), condition=Q(state="failed"), name="notice_failed"),
            models.Index(fields=("customer", "-id"), name="notice_customer"),
        )

    def __str__(self) -> str:
        return self.number
