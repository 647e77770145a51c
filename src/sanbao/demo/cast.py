"""Who works in the demo world, who signs in and how. These words open nothing outside a demo."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sanbao.demo import repairs
from sanbao.demo.places import SLOW, Shop
from sanbao.demo.town import Life

PASSWORD: Final = "sanbao-demo-2026"  # noqa: S105 - public on purpose, and only demo installations have it
CODE: Final = "246810"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works here."""

    role: str
    outlet: str
    email: str
    name: str = ""
    signs_in: bool = False


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody with a demo phone number and a story."""

    phone: str
    name: str
    fault: str
    age: int
    days_ago: float
    outlet: str
    life: Callable[..., Life]


OWNERS: Final = (
    Owner("+8613800000001", "陈晓雨", "screen_cracked", 120, 0.1, "BJ01", repairs.walk_in),
    Owner("+8613800000002", "刘建国", "battery", 300, 3.0, "BJ01", repairs.walk_in),
    Owner("+8613800000003", "林佳怡", "no_power", 40, 9.0, SLOW, repairs.walk_in),
    Owner("+8613800000004", "赵磊", "charging", 6, 1.0, "SH01", repairs.mail),
    Owner("+8613800000005", "吴秀兰", "screen_dark", 10, 0.3, "BJ01", repairs.visit),
)
SIGN_INS: Final = (
    ("owner", f"/ui/signin  phone 13800000001 … 13800000005, code {CODE}"),
    ("clerk", f"clerk@demo.example  {PASSWORD}  {CODE}"),
    ("engineer", f"engineer@demo.example  {PASSWORD}  {CODE}"),
    ("agent", f"agent@demo.example  {PASSWORD}  {CODE}"),
    ("handler", f"handler@demo.example  {PASSWORD}  {CODE}"),
    ("manager", f"manager@demo.example  {PASSWORD}  {CODE}"),
    ("auditor", f"auditor@demo.example  {PASSWORD}  {CODE}"),
    ("policy", f"policy@demo.example  {PASSWORD}  {CODE}"),
    ("admin", f"admin@demo.example  {PASSWORD}  {CODE}"),
)


def staff_of(shops: Iterable[Shop]) -> Iterator[Member]:
    """Everybody who works at these shops or for all of them; the first of each role can sign in."""
    yield Member("clerk", "BJ01", "clerk@demo.example", "王丽", signs_in=True)
    yield Member("engineer", "BJ01", "engineer@demo.example", "李明", signs_in=True)
    yield Member("manager", "BJ01", "manager@demo.example", "孙洋", signs_in=True)
    yield Member("agent", "*", "agent@demo.example", "周婷", signs_in=True)
    yield Member("handler", "*", "handler@demo.example", "郑海", signs_in=True)
    yield Member("auditor", "*", "auditor@demo.example", "何静", signs_in=True)
    yield Member("policy", "*", "policy@demo.example", "林岚", signs_in=True)
    for turn in range(2):
        yield Member("agent", "*", f"agent{turn}@demo.example")
        yield Member("handler", "*", f"handler{turn}@demo.example")
    for shop in shops:
        for turn, role in enumerate(("clerk", "engineer", "engineer", "manager")):
            yield Member(role, shop.code, f"{role}{turn}.{shop.code.lower()}@staff.example")
