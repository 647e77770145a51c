"""Adding four weights at once gives what adding them one by one gives."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sanbao.engines.text.cutting import LONGEST
from sanbao.engines.text.scoring import neighbours, packed, unpacked

_PER_CHARACTER = 4


@settings(max_examples=50, deadline=None)
@given(
    arrays.arrays(np.int8, st.tuples(st.integers(1, 240), st.integers(1, 9)), elements=st.integers(-127, 127))
)
def test_packed_sums_are_exact(table):
    together = unpacked(packed(table).sum(axis=0, keepdims=True), table.shape[1])
    assert np.array_equal(together[0], table.sum(axis=0, dtype=np.int64))


def test_the_longest_clause_of_the_heaviest_weights_still_fits():
    for weight in (-127, 127):
        table = np.full((LONGEST * _PER_CHARACTER, 5), weight, dtype=np.int8)
        together = unpacked(packed(table).sum(axis=0, keepdims=True), 5)
        assert np.array_equal(together[0], table.sum(axis=0, dtype=np.int64))


def test_neighbours_do_not_reach_into_another_text():
    own = np.array([[1.0], [2.0], [3.0]], dtype=np.float32)
    before, after = neighbours(own, np.array([0, 0, 1]))
    assert before.ravel().tolist() == [0, 1, 0]
    assert after.ravel().tolist() == [2, 0, 0]
