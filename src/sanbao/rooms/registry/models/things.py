"""Products, devices, purchases and the installation itself."""

from typing import Self

from django.db import models
from django.db.models import Q

from sanbao.base.actor import Actor
from sanbao.base.db import Visible, known
from sanbao.rooms.registry.models.people import Customer, OwnedQuerySet
from sanbao.rooms.registry.states import (
    PRODUCT_CLASSES,
    PROOFS,
    PURCHASE_CHANNELS,
)


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
    """One phone (or other product) by IMEI or serial number; with two SIM cards it has a second IMEI."""

    number = models.CharField(max_length=14, unique=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="devices")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="devices")
    imei = models.CharField(max_length=15, blank=True)
    second_imei = models.CharField(max_length=15, blank=True)
    serial = models.CharField(max_length=40, blank=True)
    made_on = models.DateField(null=True)
    known_since = models.DateTimeField()

    objects = DeviceQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("imei",), condition=~Q(imei=""), name="device_imei_once"),
            models.UniqueConstraint(
                fields=("second_imei",), condition=~Q(second_imei=""), name="device_second_imei_once"
            ),
            models.UniqueConstraint(fields=("serial",), condition=~Q(serial=""), name="device_serial_once"),
            models.CheckConstraint(condition=~(Q(imei="") & Q(serial="")), name="device_has_identity"),
        )
        indexes = (models.Index(fields=("customer", "id"), name="device_customer"),)

    def __str__(self) -> str:
        return self.number


class ImeiQuerySet(OwnedQuerySet):
    owner = "device__customer_id"


class Imei(models.Model):
    """An IMEI that is taken, first or second: each belongs to one device, whichever column it stands in."""

    imei = models.CharField(max_length=15, primary_key=True)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="imeis")

    objects = ImeiQuerySet.as_manager()

    def __str__(self) -> str:
        return self.imei


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
