"""Customers, devices and purchases."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router

from sanbao.doors.actors import actor_of
from sanbao.doors.api.once import once
from sanbao.doors.api.schemas import MOST_CENTS, Body, Made, Out, Page, cut
from sanbao.rooms.registry import queries, services

router = Router()


class CustomerIn(Body):
    """Somebody to be served; every field may be left out."""

    name: str = Field("", max_length=80)
    phone: str = Field("", max_length=30, examples=["+86 138 0013 8000"])
    email: str = Field("", max_length=254)
    language: str = Field("zh-hans", examples=["zh-hans", "en"])


class CustomerOut(Out):
    """A customer; phone and e-mail are masked."""

    number: str
    name: str
    masked_phone: str
    masked_email: str
    language: str
    erased: bool


class CustomerChange(Body):
    """What is to be mended; what is left out stays."""

    name: str | None = Field(None, max_length=80)
    phone: str | None = Field(None, max_length=30)
    email: str | None = Field(None, max_length=254)


class HandOver(Body):
    """Whose device it is now, and why."""

    customer: str = Field(max_length=20)
    why: str = Field(max_length=300)


class SecondImeiIn(Body):
    """The other IMEI of a phone with two SIM cards."""

    imei: str = Field(max_length=40)


class ModelIn(Body):
    """Which model a device is."""

    product: str = Field(max_length=24)


class DeviceIn(Body):
    """A device by IMEI or by serial number."""

    imei: str = Field("", max_length=40, examples=["490154203237518"])
    serial: str = Field("", max_length=60)
    product: str | None = Field(None, max_length=24)
    customer: str | None = Field(None, max_length=20)
    made_on: date | None = None


class ProductOut(Out):
    """A model that is sold."""

    code: str
    name_zh: str
    name_en: str
    product_class: str
    price_cents: int


class PurchaseOut(Out):
    """The purchase that counts."""

    bought_on: date
    delivered_on: date | None
    channel: str
    proof: str
    checked: bool


class DeviceOut(Out):
    """A device, its model and the purchase that counts."""

    number: str
    imei: str
    second_imei: str
    serial: str
    customer: str
    product: ProductOut | None
    purchase: PurchaseOut | None


class PurchaseIn(Body):
    """When and how a device was bought."""

    bought_on: date
    delivered_on: date | None = None
    channel: str = Field("store", max_length=24)
    price_cents: int = Field(0, ge=0, le=MOST_CENTS)
    proof: str = Field("none", examples=["invoice", "copy", "none"])


@router.get("/products", response=Page[ProductOut], operation_id="list_products")
def list_products(request: HttpRequest, after: str = "", limit: int = 50) -> Any:
    """Every model of the catalogue."""
    return cut(queries.products(actor_of(request)), after, limit)


@router.post("/customers", response={201: Made}, operation_id="register_customer")
@once
def register_customer(request: HttpRequest, body: CustomerIn) -> dict[str, Any]:
    """Take somebody down; a known phone number or e-mail gives the customer that has it."""
    return {"number": services.register_customer(actor_of(request), **body.dict())}


@router.get("/customers/{number}", response=CustomerOut, operation_id="get_customer")
def get_customer(request: HttpRequest, number: str) -> Any:
    """One customer, masked."""
    return queries.customer(actor_of(request), number)


@router.get("/customers", response=Page[CustomerOut], operation_id="search_customers")
def search_customers(request: HttpRequest, search: str) -> Any:
    """Customers by name, phone or number; at most twenty."""
    return {"items": queries.search_people(actor_of(request), search[:100])}


@router.post("/devices", response={201: Made}, operation_id="add_device")
@once
def add_device(request: HttpRequest, body: DeviceIn) -> dict[str, Any]:
    """Take a device down; a known IMEI or serial number gives the device that has it."""
    return {"number": services.add_device(actor_of(request), **body.dict())}


@router.get("/devices", response=Page[DeviceOut], operation_id="find_device")
def find_device(request: HttpRequest, search: str) -> Any:
    """The device with this IMEI, serial or number, as a list of one or none."""
    found = queries.find_device(actor_of(request), search[:60])
    return {"items": [found] if found else []}


@router.get("/devices/{number}", response=DeviceOut, operation_id="get_device")
def get_device(request: HttpRequest, number: str) -> Any:
    """One device."""
    return queries.device(actor_of(request), number)


@router.post("/devices/{number}/purchases", response={201: Made}, operation_id="add_purchase")
@once
def add_purchase(request: HttpRequest, number: str, body: PurchaseIn) -> dict[str, Any]:
    """Put down when and how a device was bought; earlier rows stay."""
    services.add_purchase(actor_of(request), number, **body.dict())
    return {"number": number}


@router.post("/customers/{number}/change", response={201: Made}, operation_id="update_customer")
@once
def update_customer(request: HttpRequest, number: str, body: CustomerChange) -> dict[str, Any]:
    """Mend what was taken down wrongly."""
    services.update_customer(actor_of(request), number, **body.dict())
    return {"number": number}


@router.post("/devices/{number}/hand-over", response={201: Made}, operation_id="hand_over_device")
@once
def hand_over_device(request: HttpRequest, number: str, body: HandOver) -> dict[str, Any]:
    """Give a device to another customer: it was sold, or put down to the wrong person."""
    services.hand_over_device(actor_of(request), number, customer=body.customer, why=body.why)
    return {"number": number}


@router.post("/devices/{number}/product", response={201: Made}, operation_id="set_product")
@once
def set_product(request: HttpRequest, number: str, body: ModelIn) -> dict[str, Any]:
    """Put down which model a device is."""
    services.set_product(actor_of(request), number, body.product)
    return {"number": number}


@router.post("/devices/{number}/second-imei", response={201: Made}, operation_id="add_second_imei")
@once
def add_second_imei(request: HttpRequest, number: str, body: SecondImeiIn) -> dict[str, Any]:
    """Put down or correct the other IMEI; from then on either finds the device."""
    return {"number": services.add_second_imei(actor_of(request), number, imei=body.imei)}
