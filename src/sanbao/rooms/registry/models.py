"""People who sign in, people who are served, and the things they bring."""

from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.db import Visible, known
from sanbao.rooms.registry.states import (
    ACCOUNT_KINDS,
    LINK_PURPOSES,
    PRODUCT_CLASSES,
    PROOFS,
    PURCHASE_CHANNELS,
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
    """Somebody who works here. No ``joined_at``: never signed in yet. ``left_at`` ends everything."""

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


class PublicQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """Everybody: the catalogue, and whose installation this is."""
        return self.all()


class Product(models.Model):
    """A model that is sold."""

    code = models.CharField(max_length=24, primary_key=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    product_class = models.CharField(max_length=12)
    released_on = models.DateField(null=True)
    retired_on = models.DateField(null=True)
    price_cents = models.PositiveIntegerField(default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=known("product_class", PRODUCT_CLASSES), name="product_class_known"
            ),
        )

    def __str__(self) -> str:
        return self.code


class Tac(models.Model):
    """The first eight digits of an IMEI and the model they stand for."""

    tac = models.CharField(max_length=8, primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="tacs")

    objects = PublicQuerySet.as_manager()

    def __str__(self) -> str:
        return self.tac


class DeviceQuerySet(OwnedQuerySet):
    owner = "customer_id"


class Device(models.Model):
    """One phone (or other product) by IMEI or serial number."""

    number = models.CharField(max_length=14, unique=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="devices")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="devices")
    imei = models.CharField(max_length=15, blank=True)
    serial = models.CharField(max_length=40, blank=True)
    made_on = models.DateField(null=True)
    known_since = models.DateTimeField()

    objects = DeviceQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("imei",), condition=~Q(imei=""), name="device_imei_once"),
            models.UniqueConstraint(fields=("serial",), condition=~Q(serial=""), name="device_serial_once"),
            models.CheckConstraint(condition=~(Q(imei="") & Q(serial="")), name="device_has_identity"),
        )
        indexes = (models.Index(fields=("customer", "id"), name="device_customer"),)

    def __str__(self) -> str:
        return self.number


class PurchaseQuerySet(OwnedQuerySet):
    owner = "device__customer_id"


class Purchase(models.Model):
    """When and how a device was bought, as far as shown. Rows are only ever added.

    The newest row that staff checked counts, else the newest (``rules.counting``).
    """

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="purchases")
    bought_on = models.DateField()
    delivered_on = models.DateField(null=True)
    channel = models.CharField(max_length=24, default="store")
    price_cents = models.PositiveIntegerField(default=0)
    proof = models.CharField(max_length=8, default="none")
    proof_file = models.CharField(max_length=14, blank=True)
    checked_by = models.CharField(max_length=40, blank=True)
    added_by = models.CharField(max_length=40)
    added_at = models.DateTimeField()

    objects = PurchaseQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=known("proof", PROOFS), name="purchase_proof_known"),
            models.CheckConstraint(
                condition=known("channel", PURCHASE_CHANNELS), name="purchase_channel_known"
            ),
        )
        indexes = (models.Index(fields=("device", "-id"), name="purchase_newest"),)

    def __str__(self) -> str:
        return f"{self.device_id} {self.bought_on}"


class Installation(models.Model):
    """The one row that says whose installation this is; ``demo`` worlds may be thrown away, others never."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    brand = models.CharField(max_length=60)
    time_zone = models.CharField(max_length=40)
    demo = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    settings = models.JSONField(default=dict)

    objects = PublicQuerySet.as_manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="installation_one"),)

    def __str__(self) -> str:
        return self.brand
