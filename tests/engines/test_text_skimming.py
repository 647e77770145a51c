"""The quick reader agrees with itself, however the texts come and are batched."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanbao.engines.text import CODES, skimming
from sanbao.rooms.feedback.adapters.reader import load_skimmer, skim_column


def _same(one, other):
    return (
        np.allclose(one.sentiment, other.sentiment, atol=1e-5)
        and np.array_equal(one.overall, other.overall)
        and np.array_equal(one.aspects, other.aspects)
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=12))
def test_arrow_columns_and_lists_are_skimmed_alike(texts):
    valid = [text.encode("utf-8", "ignore").decode() for text in texts]
    skim = load_skimmer().skim(valid)
    assert len(skim.sentiment) == len(valid)
    assert _same(skim, skim_column(pa.array(valid, pa.string())))
    assert _same(skim, skim_column(pa.chunked_array([valid[:3], valid[3:]], pa.large_string())))


def test_a_slice_of_a_column_and_missing_values_keep_their_rows():
    whole = pa.array(["别的", "售后太差了，态度恶劣", None, "很好"])
    cut = skim_column(whole.slice(1))
    assert _same(cut, load_skimmer().skim(["售后太差了，态度恶劣", "", "很好"]))
    assert cut.aspects[1] == 0 or cut.overall[1] == 0


def test_batches_do_not_change_the_answers(monkeypatch):
    texts = ["客服态度恶劣", "", "当天修好，很快", "退款一个月没到账" * 30] * 5
    whole = load_skimmer().skim(texts)
    monkeypatch.setattr(skimming, "_BATCH", 7)
    assert _same(whole, load_skimmer().skim(texts))


def test_a_long_text_is_judged_by_its_beginning_and_its_sums_never_leave_their_lanes():
    long = "客服态度恶劣，" * 5_000
    begun = long[: skimming.LONGEST_SKIMMED]
    assert _same(load_skimmer().skim([long]), load_skimmer().skim([begun]))


@pytest.mark.parametrize(("text", "code"), [("客服态度恶劣，很不耐烦", "AT"), ("维修收费太贵，乱收费", "PR")])
def test_plain_words_are_heard(text, code):
    skim = load_skimmer().skim([text])
    assert skim.aspects[0] >> CODES.index(code) & 1
    assert skim.sentiment[0] < 0


def test_opposite_opinions_have_opposite_tones():
    tones = load_skimmer().skim(["非常好，很满意", "太差了，垃圾"]).sentiment
    assert tones[0] > 0 > tones[1]
