"""Who signs in, customers, and what keeps their doors."""

from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from sanbao.base.actor import Actor
from sanbao.base.db import Visible, known
from sanbao.rooms.registry.states import (
    ACCOUNT_KINDS,
)


class AccountQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """Accounts are never listed; sign-in finds them by what the person types."""
        return self if actor.everywhere("registry.staff") else self.none()


# Django's sign-in machinery finds an account by its number
AccountManager = BaseUserManager.from_queryset(AccountQuerySet)


class Account(AbstractBaseUser):
    """What a session belongs to: one customer or one member of staff."""

    number = models.CharField(max_length=14, unique=True)
    kind = models.CharField(max_length=6)
    is_active = models.BooleanField(default=True)

    objects = AccountManager()
    USERNAME_FIELD = "number"

    class Meta:
        constraints = (
            models.CheckConstraint(condition=known("kind", ACCOUNT_KINDS), name="account_kind_known"),
        )

    def __str__(self) -> str:
        return self.number


class OwnedQuerySet(Visible):
    """What belongs to one customer; ``owner`` is the way from the row to the customer's key."""

    owner = "pk"

    def visible_to(self, actor: Actor) -> Self:
        """One's own; or everything, for staff who may search (people and devices belong to no outlet)."""
        if actor.may("registry.search"):
            return self
        return self.filter(**{self.owner: actor.id}) if actor.is_owner else self.none()


class Customer(models.Model):
    """A person who is served. A walk-in without a phone has neither phone nor account.

    ``phone`` is in E.164 form, ``email`` in lower case; both may be empty. After erasure only the
    number, the moments and ``erased_at`` are left.
    """

    number = models.CharField(max_length=14, unique=True)
    account = models.OneToOneField(Account, on_delete=models.PROTECT, null=True, related_name="customer")
    name = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=8, default="zh-hans")
    notice_version = models.CharField(max_length=16, blank=True)
    notice_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    erasure_asked_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("name",), name="customer_name"),
            models.Index(fields=("phone",), name="customer_phone"),
        )
        constraints = (
            models.UniqueConstraint(fields=("phone",), condition=~Q(phone=""), name="customer_phone_once"),
            models.UniqueConstraint(fields=("email",), condition=~Q(email=""), name="customer_email_once"),
        )

    def __str__(self) -> str:
        return self.number


class CodeQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """One-time codes are seen by nobody; the house itself counts and checks them."""
        return self.none() if actor.kind != "system" else self


class Code(models.Model):
    """A six-digit one-time code that was sent, kept as a hash.

    It belongs to the keyed hash of a phone or e-mail, never to a customer: known and unknown are alike.
    """

    target_hash = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("target_hash", "-id"), name="code_target"),
            models.Index(fields=("made_at",), name="code_made"),
        )

    def __str__(self) -> str:
        return f"code of {self.made_at:%Y-%m-%d}"


class Meter(models.Model):
    """How often something was tried in one window of time; ``who`` is a keyed hash, or empty for all."""

    kind = models.CharField(max_length=24)
    who = models.CharField(max_length=64, blank=True)
    window_seconds = models.PositiveIntegerField()
    starts_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    objects = CodeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "who", "window_seconds", "starts_at"), name="meter_once"),
        )
        indexes = (models.Index(fields=("starts_at",), name="meter_start"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_at:%Y-%m-%d %H:%M}"
