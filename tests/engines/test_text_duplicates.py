"""Near copies are found, agreement is not taken for copying."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sanbao.engines.text import clusters
from sanbao.engines.text.concepts import Concepts
from sanbao.engines.text.cutting import cut
from sanbao.engines.text.folding import to_codes

_LONG = "这台空调用了三个月就不制冷了，打电话报修以后等了两个星期才有人上门"


def test_a_text_and_its_slightly_changed_copy_are_one_cluster():
    assert clusters(
        ["别的话题：快递很快，包装也很完好", _LONG, _LONG + "！！", _LONG.replace("两个", "俩")]
    ) == [0, 1, 1, 1]


def test_short_agreement_is_no_copy():
    assert clusters(["很好", "很好", "不错，满意", "不错，满意"]) == [0, 1, 2, 3]


def test_different_texts_stay_apart():
    assert clusters([_LONG, "手机屏幕碎了，去门店换屏花了八百块钱，当天取回"]) == [0, 1]


def test_punctuation_emoji_and_script_do_not_hide_a_copy():
    assert clusters([_LONG, " ".join(_LONG) + "😀😀", _LONG.replace("电话", "電話")]) == [0, 0, 0]


def test_nothing_gives_nothing():
    assert clusters([]) == []
    assert clusters(["", "。", "👍"]) == [0, 1, 2]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet="修换退好坏客服电话慢快，。", max_size=40), max_size=12))
def test_every_label_is_the_first_of_its_cluster_and_copies_share_it(texts):
    labels = clusters(texts)
    assert all(labels[label] == label <= number for number, label in enumerate(labels))
    first = {}
    for text, label in zip(texts, labels, strict=True):
        if sum(char not in "，。" for char in text) >= 10:
            assert first.setdefault(text, label) == label


def test_a_chain_of_copies_ends_at_its_first_text():
    chain = [_LONG + "再说一句" * turns for turns in range(4)]
    labels = clusters(chain)
    assert labels[1] == 0
    assert np.all(np.diff(labels) >= 0)


def concepts_of(text, ideas):
    codes = to_codes(text)
    marks = ideas.matrix(ideas.masks(codes, cut(codes))).any(axis=0)
    return tuple(name for name, mark in zip(ideas.names, marks, strict=True) if mark)


def test_ideas_are_found_by_any_of_their_words_but_not_across_a_pause():
    ideas = Concepts({"late": ("太慢", "迟迟"), "rude": ("态度差",)})
    assert concepts_of("修得太慢了", ideas) == ("late",)
    assert concepts_of("迟迟不修，态度差", ideas) == ("late", "rude")
    assert concepts_of("太，慢", ideas) == ()
