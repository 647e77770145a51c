"""What is sold and what is charged in the demo world: models as examples, prices invented."""

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Model:
    """A model; ``key`` names its parts, ``share`` how often it comes in."""

    code: str
    key: str
    name_zh: str
    name_en: str
    tac: str
    price_cents: int
    released_on: date
    share: int
    product_class: str = "phone"


@dataclass(frozen=True, slots=True)
class Ware:
    """A part or a piece of work. ``price`` is a share of the model's price for parts, cents for work."""

    stem: str
    name_zh: str
    name_en: str
    faults: tuple[str, ...]
    minutes: int
    price: float
    policy_part: str = "main"


MODELS: Final = (
    Model("MI-14", "M14", "小米14", "Xiaomi 14", "86410001", 399900, date(2023, 10, 31), 9),
    Model("MI-14U", "M14U", "小米14 Ultra", "Xiaomi 14 Ultra", "86410002", 649900, date(2024, 2, 27), 4),
    Model("MI-15", "M15", "小米15", "Xiaomi 15", "86410003", 449900, date(2024, 10, 31), 14),
    Model("MI-15P", "M15P", "小米15 Pro", "Xiaomi 15 Pro", "86410004", 529900, date(2024, 10, 31), 8),
    Model("MI-CIVI4", "C4P", "小米Civi 4 Pro", "Xiaomi Civi 4 Pro", "86410005", 299900, date(2024, 3, 26), 5),
    Model("RM-K70", "K70", "Redmi K70", "Redmi K70", "86410006", 249900, date(2023, 12, 1), 12),
    Model("RM-K80", "K80", "Redmi K80", "Redmi K80", "86410007", 249900, date(2024, 11, 29), 15),
    Model(
        "RM-N12T",
        "N12",
        "Redmi Note 12 Turbo",
        "Redmi Note 12 Turbo",
        "86410008",
        199900,
        date(2023, 3, 31),
        10,
    ),
    Model(
        "RM-N13P", "N13", "Redmi Note 13 Pro", "Redmi Note 13 Pro", "86410009", 149900, date(2023, 9, 26), 13
    ),
    Model("RM-T4", "T4", "Redmi Turbo 4", "Redmi Turbo 4", "86410010", 199900, date(2025, 1, 2), 10),
    Model("MI-PAD7", "P7", "小米平板7", "Xiaomi Pad 7", "86410011", 199900, date(2024, 10, 31), 4, "tablet"),
)

PARTS: Final = (
    Ware("SCREEN", "屏幕组件", "screen assembly", ("screen_dark", "screen_cracked", "keys"), 0, 0.26),
    Ware("BATTERY", "电池", "battery", ("battery", "shutdown"), 0, 0.045, "battery"),
    Ware("BOARD", "主板", "main board", ("no_power", "network", "liquid"), 0, 0.38),
    Ware("CAMERA", "后置摄像头", "rear camera", ("camera",), 0, 0.12),
    Ware("PORT", "充电尾插小板", "charging board", ("charging", "sound"), 0, 0.03),
)
"""Parts of every model, by stem: the code is ``STEM-KEY``."""

COMMON: Final = (
    Ware("CHARGER-67", "67W充电器", "67 W charger", ("charger",), 0, 14900, "charger"),
    Ware("EARPHONE-C", "Type-C有线耳机", "USB-C earphone", ("earphone",), 0, 5900, "wired-earphone"),
)
WORK: Final = (
    Ware("WORK-SCREEN", "换屏人工", "Fitting a screen", ("screen_dark", "screen_cracked", "keys"), 45, 6000),
    Ware("WORK-BATTERY", "换电池人工", "Fitting a battery", ("battery", "shutdown"), 30, 3000),
    Ware("WORK-BOARD", "主板维修人工", "Main board work", ("no_power", "network", "liquid"), 90, 12000),
    Ware("WORK-SMALL", "小件更换人工", "Fitting a small part", ("camera", "charging", "sound"), 40, 4000),
    Ware("WORK-COUNTER", "柜台更换", "Exchange at the counter", ("charger", "earphone"), 10, 0),
    Ware("WORK-FLASH", "刷机与检测", "Software and check", ("other",), 30, 3000),
)


def part_code(ware: Ware, model: Model) -> str:
    """Return the code of a model's part."""
    return f"{ware.stem}-{model.key}"
