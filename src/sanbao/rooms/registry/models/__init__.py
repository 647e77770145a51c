"""People, things and the installation."""

from sanbao.rooms.registry.models.people import Account, Code, Customer, Meter
from sanbao.rooms.registry.models.plans import PlanPrice
from sanbao.rooms.registry.models.publications import (
    Comparison,
    Difference,
    PackText,
    Publication,
    WorkedCase,
)
from sanbao.rooms.registry.models.staff import Assignment, Link, Role, Staff, Token
from sanbao.rooms.registry.models.things import Device, Imei, Installation, Product, Purchase, Tac

__all__ = [
    "Account",
    "Assignment",
    "Code",
    "Comparison",
    "Customer",
    "Device",
    "Difference",
    "Imei",
    "Installation",
    "Link",
    "Meter",
    "PackText",
    "PlanPrice",
    "Product",
    "Publication",
    "Purchase",
    "Role",
    "Staff",
    "Tac",
    "Token",
    "WorkedCase",
]
