"""Reads of the repairs room: lists, one order, rights."""

from sanbao.rooms.repairs.queries.figures import PromiseFigure, promises
from sanbao.rooms.repairs.queries.lists import (
    OrderList,
    OrderRow,
    bench,
    by_device,
    counts,
    customer_of,
    my_orders,
    of_customer,
    row,
    search,
    worklist,
)
from sanbao.rooms.repairs.queries.page import (
    IntakeView,
    LineView,
    OrderPage,
    QuoteView,
    Receipt,
    Told,
    VerdictView,
    order,
    receipt,
)
from sanbao.rooms.repairs.queries.rights import PartRights, rights, rights_for
from sanbao.rooms.repairs.rules import DELAYS, FAULTS, FINDINGS, Bought, Fault

__all__ = [
    "DELAYS",
    "FAULTS",
    "FINDINGS",
    "Bought",
    "Fault",
    "IntakeView",
    "LineView",
    "OrderList",
    "OrderPage",
    "OrderRow",
    "PartRights",
    "PromiseFigure",
    "QuoteView",
    "Receipt",
    "Told",
    "VerdictView",
    "bench",
    "by_device",
    "counts",
    "customer_of",
    "my_orders",
    "of_customer",
    "order",
    "promises",
    "receipt",
    "rights",
    "rights_for",
    "row",
    "search",
    "worklist",
]
