"""The network reads a text alone as it reads it in company, however long it is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanbao.engines.text.network import (
    CLAUSE_ANSWERS,
    DISTANCES,
    REACH,
    TEXT_ANSWERS,
    Network,
    NetworkWeights,
)
from sanbao.engines.text.scoring import take_apart

_WIDTH = 8
_WORDS = "修了三天没好客服态度差退款abc1"


def _network() -> Network:
    rng = np.random.default_rng(7)

    def values(*shape):
        return rng.normal(0, 0.5, shape).astype(np.float32)

    blocks = len(DISTANCES)
    return Network(
        NetworkWeights(
            characters=np.array(sorted({ord(char) for char in _WORDS}), dtype=np.uint32),
            meaning=values(64, _WIDTH), near=values(blocks, REACH, _WIDTH),
            widen=values(blocks, _WIDTH, 2 * _WIDTH), widen_offset=values(blocks, 2 * _WIDTH),
            narrow=values(blocks, 2 * _WIDTH, _WIDTH), narrow_offset=values(blocks, _WIDTH),
            clause=values(4 * _WIDTH, len(CLAUSE_ANSWERS)), clause_offset=values(len(CLAUSE_ANSWERS)),
            text=values(2 * _WIDTH, len(TEXT_ANSWERS)), text_offset=values(len(TEXT_ANSWERS)),
        )
    )  # fmt: skip


@pytest.fixture(scope="module")
def network() -> Network:
    return _network()


_NETWORK = _network()


def _answer(texts):
    pieces = take_apart(texts)
    return pieces, _NETWORK.answer(pieces, len(texts))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(alphabet=_WORDS + "，。 \n", max_size=60), min_size=1, max_size=6))
def test_company_changes_not_one_bit(texts):
    pieces, together = _answer(texts)
    assert together.clauses.shape == (len(pieces.owner), len(CLAUSE_ANSWERS))
    for number, text in enumerate(texts):
        _, alone = _answer([text])
        assert np.array_equal(together.texts[number], alone.texts[0])
        assert np.array_equal(together.clauses[pieces.owner == number], alone.clauses)


def test_every_clause_of_a_long_text_is_answered():
    text = "修了三天，没好。" * 2_000 + "！" * 3_000 + "客服态度差"
    pieces, said = _answer([text])
    assert len(pieces.owner) == len(said.clauses) == 4_001
    assert np.isfinite(said.clauses).all()
    assert np.isfinite(said.texts).all()


def test_neighbours_count_and_other_texts_do_not():
    _, first = _answer(["客服，修了三天"])
    _, second = _answer(["态度，修了三天"])
    assert not np.array_equal(first.clauses[1], second.clauses[1])


def test_digits_are_all_alike():
    _, first = _answer(["修了1天"])
    _, second = _answer(["修了7天"])
    assert np.array_equal(first.clauses, second.clauses)
