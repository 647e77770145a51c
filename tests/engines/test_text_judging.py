"""What the network says is mixed in question by question, and nothing else of the scores changes."""

import numpy as np

from sanbao.engines.text.aspects import CODES
from sanbao.engines.text.judging import blended
from sanbao.engines.text.network import CLAUSE_ANSWERS, TEXT_ANSWERS, Answers
from sanbao.engines.text.scoring import CLAUSE_COLUMNS, TEXT_COLUMNS, Scores

_CLAUSES, _TEXTS = 3, 2


def _scores():
    rng = np.random.default_rng(1)

    def values(*shape):
        return rng.normal(size=shape).astype(np.float32)

    owner = np.array([0, 0, 1])
    return Scores(
        owner, owner, owner + 4, values(_CLAUSES, len(CODES)), values(_CLAUSES), values(_CLAUSES, 6),
        values(_TEXTS, len(TEXT_COLUMNS)),
    )  # fmt: skip


def _answers():
    rng = np.random.default_rng(2)
    return Answers(
        rng.normal(size=(_CLAUSES, len(CLAUSE_ANSWERS))).astype(np.float32),
        rng.normal(size=(_TEXTS, len(TEXT_ANSWERS))).astype(np.float32),
    )


def _blend(score, answer, offset=0.0):
    row = [score, answer, offset]
    return {"clause": [row] * len(CLAUSE_ANSWERS), "text": [row] * len(TEXT_ANSWERS)}


def test_the_questions_of_both_stand_in_one_order():
    assert [name.partition(":")[2] or name for name in CLAUSE_COLUMNS[: len(CLAUSE_ANSWERS)]] == list(
        CLAUSE_ANSWERS
    )
    assert [
        name.removeprefix("text:").removeprefix("demand:").removeprefix("flag:") for name in TEXT_COLUMNS
    ] == list(TEXT_ANSWERS)


def test_all_to_the_scores_changes_nothing():
    before, after = _scores(), blended(_scores(), _answers(), _blend(1.0, 0.0))
    assert np.array_equal(before.clauses, after.clauses)
    assert np.array_equal(before.polarity, after.polarity)
    assert np.array_equal(before.texts, after.texts)


def test_all_to_the_network_leaves_wishes_and_places_alone():
    said, after = _answers(), blended(_scores(), _answers(), _blend(0.0, 2.0, 1.0))
    assert np.allclose(after.clauses, 2 * said.clauses[:, : len(CODES)] + 1)
    assert np.allclose(after.polarity, 2 * said.clauses[:, len(CODES)] + 1)
    assert np.allclose(after.texts, 2 * said.texts + 1)
    assert np.array_equal(after.wishes, _scores().wishes)
    assert np.array_equal(after.starts, _scores().starts)
