# ruff: noqa: E501 - lists of words
"""Personal data is found by its form and taken out; what only looks like it stays."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanbao.engines.text import KINDS, covered, personal, redact

pieces = st.sampled_from(
    ["我叫王小明", "，", "13800138000", "138 0013 8000", "李师傅", "浙A12345", "a.b@mail.example", "文三路20号3单元",
     "330102199003077777", "861234567890123", "微信号abc_123", "6222 0212 3456 7890", "2021-07-15", "修了3天", " ", "-", "7",
     "0571-87654321", "https://shop.example/x?id=1234567", "１３８００１３８０００"]
)  # fmt: skip
texts = st.one_of(st.text(max_size=60), st.lists(pieces, max_size=8).map("".join))
_RUN = re.compile(r"\d(?:[\s\-–—.·_]{0,2}\d){6,}")
_DATE = re.compile(r"(?:19|20)\d{2}([-./\s])\d{1,2}\1\d{1,2}(?!\d)")


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("我叫王小明，电话138 0013 8000", "我叫[姓名]，电话[电话]"),
        ("王师傅很好，张伟先生也很好", "[姓名]师傅很好，[姓名]先生也很好"),
        ("住在浙江省杭州市西湖区文三路20号3单元502室", "住在[地址]"),
        ("身份证330102199003077777", "身份证[证件号]"),
        ("IMEI：861234567890123", "IMEI：[串号]"),
        ("卡号6222 0212 3456 7890 123", "卡号[卡号]"),
        ("车牌浙A12345", "车牌[车牌]"),
        ("邮箱a.b@mail.example没回", "邮箱[邮箱]没回"),
        ("微信号abc_1234", "微信号[账号]"),
        ("单号SF1234567890123", "单号[号码]"),
        ("My name is John Smith, call +1 415-555-0199", "My name is [姓名], call [电话]"),
    ],
)
def test_each_kind_is_replaced_by_what_it_was(text, redacted):
    assert redact(text).text == redacted


@pytest.mark.parametrize(
    "text",
    [
        "安装师傅很专业，任何师傅都能修",
        "马上师傅就来了，等了2个小时",
        "2021-07-15下的单，价格1299元",
        "打了12315，修了3次，内存8+256",
        "高级工程师看了半天",
        "我是老用户，iPhone 12 Pro Max",
    ],
)
def test_what_only_looks_like_a_person_stays(text):
    assert redact(text).text == text


@settings(max_examples=200)
@given(texts)
def test_done_twice_nothing_more_changes(text):
    once = redact(text).text
    assert redact(once).text == once


@settings(max_examples=200)
@given(texts)
def test_no_long_number_is_left_and_none_is_made(text):
    left = _DATE.sub("", redact(text).text)
    assert not _RUN.search(left)


@given(texts)
def test_pieces_lie_in_order_inside_the_text_and_never_overlap(text):
    found = personal(text)
    ends = [0, *(piece.end for piece in found)]
    assert all(before <= piece.start < piece.end for before, piece in zip(ends, found, strict=False))
    assert all(piece.end <= len(text) and piece.kind in KINDS for piece in found)


@given(texts)
def test_covering_keeps_every_offset(text):
    hidden = covered(text)
    assert len(hidden) == len(text)
    assert all(set(hidden[piece.start : piece.end]) == {"•"} for piece in personal(text))
