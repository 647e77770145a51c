"""Roles, staff, their places, links and keys."""

from typing import Self

from django.db import models
from django.db.models import Q

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.db import Visible, known
from sanbao.rooms.registry.models.people import Account
from sanbao.rooms.registry.states import (
    LINK_PURPOSES,
)


class RoleQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.is_staff or actor.kind == "system" else self.none()


class Role(models.Model):
    """A named bundle of grants: data, so that a brand can cut its own roles."""

    code = models.CharField(max_length=24, primary_key=True)
    title_zh = models.CharField(max_length=40)
    title_en = models.CharField(max_length=40)
    grants = models.JSONField(default=list)

    objects = RoleQuerySet.as_manager()

    def __str__(self) -> str:
        return self.code


class StaffQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """Oneself, and for those who manage staff everybody at their outlets."""
        if actor.everywhere("registry.staff"):
            return self
        mine = Q(pk=actor.id) if actor.is_staff else Q(pk__in=())
        managed = Q(assignments__outlet__in=actor.outlets("registry.staff") - {EVERYWHERE})
        return self.filter(mine | managed).distinct()


class Staff(models.Model):
    """Somebody who works here. No ``joined_at``: never signed in yet. ``left_at`` ends everything.

    ``totp_secret`` holds what the second factor is made of with the installation's key, not the secret.
    """

    number = models.CharField(max_length=14, unique=True)
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="staff")
    name = models.CharField(max_length=80)
    email = models.CharField(max_length=254, unique=True)
    language = models.CharField(max_length=8, default="zh-hans")
    totp_secret = models.CharField(max_length=64, blank=True)
    totp_last_step = models.BigIntegerField(default=0)
    recovery_hashes = models.JSONField(default=list)
    failed_tries = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    objects = StaffQuerySet.as_manager()

    def __str__(self) -> str:
        return self.number


class AssignmentQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        if actor.everywhere("registry.staff"):
            return self
        managed = actor.outlets("registry.staff")
        return self.filter(Q(outlet__in=managed) | (Q(staff_id=actor.id) if actor.is_staff else Q(pk__in=())))


class Assignment(models.Model):
    """A role held at one outlet (by its code) or everywhere (``*``)."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="assignments")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="assignments")
    outlet = models.CharField(max_length=12, default=EVERYWHERE)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("staff", "role", "outlet"), name="assignment_once"),)

    def __str__(self) -> str:
        return f"{self.role_id}@{self.outlet}"


class LinkQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.everywhere("registry.staff") else self.none()


class Link(models.Model):
    """A single-use invitation or recovery link of a member of staff, kept as a hash."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="links")
    purpose = models.CharField(max_length=8)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=known("purpose", LINK_PURPOSES), name="link_purpose_known"),
        )

    def __str__(self) -> str:
        return f"{self.purpose} of {self.staff_id}"


class TokenQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        if actor.everywhere("registry.setup"):
            return self
        return self.filter(staff_id=actor.id) if actor.is_staff else self.none()


class Token(models.Model):
    """A machine's key to the API: acts as its member of staff, with the listed grants at most."""

    number = models.CharField(max_length=14, unique=True)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    secret_hash = models.CharField(max_length=64, unique=True)
    grants = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.number
