# ruff: noqa: E501 - lists of words
"""Texts with personal data that belongs to nobody, to measure how much of it is found and taken out."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from sanbao.engines.text import personal

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜"
)
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国志鹏宇欣雨涵子轩浩博梓思嘉怡晨曦俊峰海燕玉兰"
_PLACES = (
    ("浙江省杭州市西湖区", "文三路"), ("北京市朝阳区", "建国路"), ("广东省深圳市南山区", "科技园南路"), ("上海市浦东新区", "张杨路"),
    ("成都市武侯区", "人民南路"), ("江苏省苏州市吴中区", "东吴北路"), ("湖北省武汉市洪山区", "珞喻路"), ("", "解放大道"), ("", "幸福小区"),
    ("沈阳市和平区", "南京街"), ("河南省洛阳市涧西区", "中州西路"), ("云南省昆明市五华区", "翠湖花园"),
)  # fmt: skip
_FRAMES = (
    "我叫{name}，手机坏了修了半个月", "{name}{title}态度很好，修得很快", "接电话的是{name}{title}，很不耐烦", "联系人：{name}，电话{phone}",
    "打{phone}一直没人接", "请打我电话 {phone} 联系我", "寄到{address}，一直没收到", "我住在{address}，附近没有网点", "师傅上门到{address}",
    "串号是{imei}，你们查一下", "IMEI：{imei} 保修期内", "身份证{identity}都给你们了", "退款退到{card}", "我的微信{account}，加我说",
    "邮箱{email}没收到回复", "车停在门口，车牌{plate}", "座机{landline}没人接", "收件人{name}，{phone}，{address}",
    "订单号{order}到现在没发货", "客服叫{name}，工号不肯说", "快递单号{parcel}，三天没动静",
)  # fmt: skip
# Nothing here points at a person, though parts of it look as if they did.
_CLEAN = (
    "安装师傅很专业，任何师傅都能修好", "打了12315也没用，客服让我等3到5天", "2021-07-15下的单，6月18号降价了200元", "价格1299元，内存8+256，电池5000毫安",
    "高级工程师看了半天，没看出问题", "修了3次还是坏，第4次才换主板", "保修期1年，第二年收费399", "iPhone 12 Pro Max 用了2年", "马上师傅就来了，等了2个小时",
    "售后网点在市中心，离我20公里", "客服小姐姐很耐心", "我是老用户了，买了5台", "金牌师傅上门，安装了3小时", "屏幕分辨率1920x1080，刷新率120Hz",
    "高温天师傅很辛苦", "常规检测要7天，太慢", "我是第一次在这里买", "从下单到安装用了8天", "系统版本12.5.6更新后卡顿", "客服说48小时内回复", "官方旗舰店买的，店长不管",
    "严重怀疑是翻新机", "华为先生产品不错", "解决问题的经理一直没来", "关键是没人管", "2022年1月3日报修，1月20日才来",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Planted:
    """A text and where its personal data stands."""

    text: str
    spans: tuple[tuple[int, int], ...]


def planted(count: int, seed: int = 5) -> list[Planted]:
    """Give texts with made-up personal data, and as many without any."""
    rng = random.Random(seed)  # noqa: S311 - made-up data, not secrets
    return [_written(rng.choice(_FRAMES), rng) for _ in range(count)] + [
        Planted(rng.choice(_CLEAN), ()) for _ in range(count)
    ]


def redaction(count: int = 2000) -> dict[str, float]:
    """Give precision, recall and leaks of the redaction on planted texts.

    Units: a planted piece counts as found where every one of its characters is covered, a reported piece as right
    where it touches a planted one; `digits_left` is the share of planted digits that stayed readable.
    """
    told = right = wanted = caught = digits = left = 0
    for sample in planted(count):
        found = personal(sample.text)
        told += len(found)
        right += sum(any(p.start < end and start < p.end for start, end in sample.spans) for p in found)
        wanted += len(sample.spans)
        hidden = {at for p in found for at in range(p.start, p.end)}
        for start, end in sample.spans:
            caught += all(at in hidden for at in range(start, end))
            numbers = [at for at in range(start, end) if sample.text[at].isdigit()]
            digits += len(numbers)
            left += sum(at not in hidden for at in numbers)
    return {
        "texts": 2 * count,
        "pieces": wanted,
        "precision": round(right / told, 4),
        "recall": round(caught / wanted, 4),
        "digits_left": round(left / digits, 4),
    }


def _written(frame: str, rng: random.Random) -> Planted:
    text, spans = "", []
    rest = frame
    while "{" in rest:
        before, rest = rest.split("{", 1)
        slot, rest = rest.split("}", 1)
        piece = _filled(slot, rng)
        text += before
        if slot != "title":
            spans.append((len(text), len(text) + len(piece)))
        text += piece
    return Planted(text + rest, tuple(spans))


def _filled(slot: str, rng: random.Random) -> str:
    return _SLOTS[slot](rng, rng.choice(("", "", "-", " ")))


def _address(rng: random.Random, _gap: str) -> str:
    place, road = rng.choice(_PLACES)
    inside = rng.choice(("", f"{rng.randrange(1, 30)}栋{rng.randrange(101, 2000)}室", "2单元301"))
    return f"{place}{road}{rng.randrange(1, 400)}号{inside}"


def _plate(rng: random.Random, gap: str) -> str:
    head = f"{rng.choice('京沪浙粤苏川')}{rng.choice('ABCDE')}"
    return f"{head}{gap if gap == ' ' else ''}{_digits(rng, 3)}{rng.choice('ABQZ')}{_digits(rng, 1)}"


def _identity(rng: random.Random, _gap: str) -> str:
    born = f"19{_digits(rng, 2)}0{_digits(rng, 1, first='123456789')}1{_digits(rng, 1)}"
    return f"330102{born}{_digits(rng, 3)}{rng.choice('0123456789X')}"


_SLOTS: dict[str, Callable[[random.Random, str], str]] = {
    "name": lambda rng, _: rng.choice(_SURNAMES) + "".join(rng.choices(_GIVEN, k=rng.choice((1, 2, 2)))),
    "title": lambda rng, _: rng.choice(("先生", "女士", "师傅", "经理", "主管")),
    "phone": lambda rng, gap: gap.join(
        (f"1{rng.choice('3456789')}{_digits(rng, 1)}", _digits(rng, 4), _digits(rng, 4))
    ),
    "landline": lambda rng, _: f"0{_digits(rng, 2, first='257')}-{_digits(rng, 8, first='23568')}",
    "address": _address,
    "email": lambda rng, _: (
        f"{rng.choice(('li', 'wang', 'cat'))}{_digits(rng, 3)}@{rng.choice(('mail', 'post'))}.example"
    ),
    "plate": _plate,
    "account": lambda rng, _: f"{rng.choice(('abc', 'wx', 'sun'))}_{_digits(rng, 4)}",
    "order": lambda rng, _: _digits(rng, rng.choice((9, 12, 16))),
    "parcel": lambda rng, _: f"SF{_digits(rng, 13)}",
    "imei": lambda rng, _: f"86{_digits(rng, 13)}",
    "identity": _identity,
    "card": lambda rng, gap: gap.join(
        ("6222", _digits(rng, 4), _digits(rng, 4), _digits(rng, 4), _digits(rng, 3))
    ),
}


def _digits(rng: random.Random, count: int, first: str = "0123456789") -> str:
    return rng.choice(first) + "".join(rng.choices("0123456789", k=count - 1))
