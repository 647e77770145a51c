"""People, things and the installation."""

from sanbao.rooms.registry.models.people import Account, Code, Customer, Meter
from sanbao.rooms.registry.models.staff import Assignment, Link, Role, Staff, Token
from sanbao.rooms.registry.models.things import Device, Installation, Product, Purchase, Tac

__all__ = [
    "Account",
    "Assignment",
    "Code",
    "Customer",
    "Device",
    "Installation",
    "Link",
    "Meter",
    "Product",
    "Purchase",
    "Role",
    "Staff",
    "Tac",
    "Token",
]
