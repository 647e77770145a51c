# ruff: noqa: E501 - one form, one line
"""Personal data in a text is found by its form, and taken out: numbers, names, addresses, accounts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sanbao.engines.text.namelore import CUES, GIVEN_NEVER, NOT_NAMES, PROVINCES, SURNAMES, TITLES


@dataclass(frozen=True, slots=True)
class Personal:
    """A piece of the text that points at a person: what it is, and where it stands."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text with placeholders, and the pieces of the original that they stand for."""

    text: str
    found: tuple[Personal, ...]


# In the order in which they are looked for: what an earlier kind has taken, a later one leaves alone.
KINDS: dict[str, str] = {
    "email": "[邮箱]",
    "link": "[链接]",
    "identity": "[证件号]",
    "card": "[卡号]",
    "imei": "[串号]",
    "phone": "[电话]",
    "number": "[号码]",
    "plate": "[车牌]",
    "account": "[账号]",
    "address": "[地址]",
    "name": "[姓名]",
}
# Digits of any script, so that full-width ones cannot slip through.
_D = r"\d"
_GAP = r"[\s\-–—.·_]?"
_NOT_BEFORE = r"(?<![\dA-Za-z])"
_NOT_AFTER = r"(?!\d)"
_HAN = "\u4e00-\u9fff"
_UNIT = r"(?:号楼|号院|号|栋|幢|弄|座|单元|室|层|楼|户|组|房)"
_NUMBER = rf"(?:[\dA-Za-z]{{1,5}}|[一二三四五六七八九十百]{{1,4}}){_UNIT}"
_ROAD = (
    r"(?:路|大街|街|大道|道|巷|胡同|弄|村|小区|社区|花园|公寓|大厦|广场|新村|苑|家园|新城|城|府|庄|园|湾|居)"
)
_ADMIN = (
    rf"(?:(?:{'|'.join(PROVINCES)})(?:省|市|自治区)?)?(?:[{_HAN}]{{2,4}}?市)?"
    rf"(?:[{_HAN}]{{1,5}}?(?:新区|区|县|旗))?(?:[{_HAN}]{{1,5}}?(?:镇|乡|街道))?"
)
_GIVEN = rf"(?:(?![{GIVEN_NEVER}])[{_HAN}])"
_GIVEN_TOLD = rf"(?:(?![的了是不在有我你他她它们这那个和与就都也很])[{_HAN}])"
_SMALL = rf"[小老阿](?![哥姐妹二伙编助时米商心区问事气白家师板子人少])[{_HAN}](?![姐哥妹])"
_SURNAME = rf"(?:{'|'.join(sorted(SURNAMES, key=lambda name: -len(name)))})"

_FORMS: dict[str, re.Pattern[str]] = {
    "email": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII),
    "link": re.compile(r"(?:https?://|www\.)[^\s\u3000-\uffff]+", re.IGNORECASE),
    "identity": re.compile(
        rf"{_NOT_BEFORE}[1-9]{_D}{{5}}{_GAP}(?:19|20){_D}{{2}}{_D}{{4}}{_GAP}{_D}{{3}}[\dXx](?![\dA-Za-z])"
    ),
    "card": re.compile(rf"{_NOT_BEFORE}(?:62|4{_D}|5[1-5]|35|37){_D}{{2}}(?:[ -]?{_D}{{4}}){{3}}(?:[ -]?{_D}{{1,3}})?{_NOT_AFTER}"),
    "imei": re.compile(rf"(?<!\d){_D}{{2}}{_GAP}{_D}{{6}}{_GAP}{_D}{{6}}{_GAP}{_D}{_NOT_AFTER}"),
    "phone": re.compile(
        rf"(?<!\d)(?:\+?86{_GAP})?1[3-9]{_D}{_GAP}{_D}{{4}}{_GAP}{_D}{{4}}{_NOT_AFTER}"
        rf"|(?<!\d)(?:[(（]?0{_D}{{2,3}}[)）]?{_GAP}){_D}{{3,4}}{_GAP}{_D}{{4}}{_NOT_AFTER}"
        rf"|(?<!\d)[48]00{_GAP}{_D}{{3}}{_GAP}{_D}{{4}}{_NOT_AFTER}"
        rf"|(?<!\d)\+{_D}{{1,3}}(?:[\s\-.]?[(（]?{_D}{{2,4}}[)）]?){{2,5}}{_NOT_AFTER}"
        r"|(?<!\d)\(?\d{3}\)?[\s\-.]\d{3}[\s\-.]\d{4}(?!\d)"
    ),
    # Whatever is left with seven digits or more, blanks and dashes between them or not.
    "number": re.compile(rf"[A-Za-z]{{0,4}}{_D}(?:[\s\-–—.·_]{{0,2}}{_D}){{6,}}[Xx]?"),
    "plate": re.compile(
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Za-z][·\s.-]?"
        r"(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{4,5}[A-Za-z0-9挂学警港澳](?![A-Za-z0-9])"
    ),
    "account": re.compile(
        r"(?:微信|威信|薇信|QQ|扣扣|V信|vx|wx|wechat|支付宝|旺旺|淘宝账号|京东账号|用户名)"
        r"(?:号码|群号|号|群|账号|ID)?\s*(?:[:：]|是|为|叫)?\s*(?P<hidden>[A-Za-z0-9_\-]{5,24})(?![A-Za-z0-9])",
        re.IGNORECASE,
    ),
    "address": re.compile(
        rf"{_ADMIN}(?:[{_HAN}]{{1,8}}?{_ROAD}(?:\d{{0,3}}期)?)+(?:{_NUMBER})+(?:\d{{2,5}})?(?:{_NUMBER})*"
        rf"|\d{{1,5}}\s(?:[A-Z][a-z]+\s){{1,3}}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place)\b\.?"
    ),
    "name": re.compile(
        rf"(?:{'|'.join(CUES)})\s*[:：]?\s*(?P<told>{_SURNAME}{_GIVEN_TOLD}{{1,2}}?)(?![{_HAN}])"
        rf"|(?:{'|'.join(CUES)})\s*[:：]?\s*(?P<said>{_SURNAME}{_GIVEN_TOLD}{{1,2}})"
        rf"|(?P<titled>{_SURNAME}{_GIVEN}{{0,2}})(?={'|'.join(TITLES)})"
        rf"|(?:客服|师傅|店员|店长|经理|专员|工号|接线员|工程师)(?P<small>{_SMALL})"
        r"|(?i:\b(?:my name is|this is|i am|i'm|contact|attn:?|name:)\s+)(?P<named>[A-Z][a-z]+(?:\s[A-Z][a-z]+){1,2})"
        r"|\b(?:Mr|Mrs|Ms|Miss|Dr)\.?\s(?P<mister>[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)"
    ),
}  # fmt: skip
_LEAD = re.compile(
    r"(?:我们?|咱们?|家里?|住址?|位?于|在|到|送|寄|地址|收货|门店|是|的|来|去|从|给|就|搬|店|了|往|至|离|也|都)+"
)
_DATE = re.compile(r"(?:19|20)\d{2}([-./\s])\d{1,2}\1\d{1,2}(?!\d)")
# Stands where something has been found already, so that nothing is found across it.
_TAKEN = "\uffff"
_GROUPS = ("hidden", "told", "said", "titled", "small", "named", "mister")


def personal(text: str) -> tuple[Personal, ...]:
    """Give the pieces of personal data, in their order; none overlaps another."""
    left = _DATE.sub(lambda date: _TAKEN * len(date[0]), text)
    found: list[Personal] = []
    for kind, form in _FORMS.items():
        for piece in list(_pieces(kind, form, left)):
            left = left[: piece.start] + _TAKEN * (piece.end - piece.start) + left[piece.end :]
            found.append(piece)
    return tuple(sorted(found, key=lambda piece: piece.start))


def redact(text: str) -> Redacted:
    """Give the text with a placeholder for each piece of personal data; done twice, nothing more changes."""
    found = personal(text)
    return Redacted(_replaced(text, found), found)


def covered(text: str, mask: str = "•") -> str:
    """Give the text, as long as before, with personal data covered, so that offsets still hold."""
    characters = list(text)
    for piece in personal(text):
        characters[piece.start : piece.end] = mask * (piece.end - piece.start)
    return "".join(characters)


def _pieces(kind: str, form: re.Pattern[str], text: str) -> Iterable[Personal]:
    for match in form.finditer(text):
        start, end = match.span()
        named = next((name for name in _GROUPS if match.groupdict().get(name)), None)
        if named:
            start, end = match.span(named)
        if kind == "address":
            lead = _LEAD.match(text, start, end)
            start = lead.end() if lead else start
        if start < end and (kind != "name" or text[start:end] not in NOT_NAMES):
            yield Personal(kind, start, end)


def _replaced(text: str, found: Iterable[Personal]) -> str:
    parts: list[str] = []
    at = 0
    for piece in found:
        parts += [text[at : piece.start], KINDS[piece.kind]]
        at = piece.end
    return "".join([*parts, text[at:]])
