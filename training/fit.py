"""From labelled texts to weights: one linear model per question, thresholds found on unseen texts."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from sanbao.engines.text import CODES, DEMANDS, FLAGS
from sanbao.engines.text.concepts import Concepts
from sanbao.engines.text.judging import blended
from sanbao.engines.text.network import Answers
from sanbao.engines.text.scoring import (
    ASPECTS_IN_TEXT,
    CLAUSE_COLUMNS,
    DEMAND,
    FLAG,
    SIGNS,
    SILENT,
    TEXT_COLUMNS,
    Scores,
    Weights,
    best_clause,
    evidence,
    highest,
)
from training.corpus import Labelled, Phrase
from training.design import BITS, IDEA, ORDERS, Design, clause_matrix, design, rarity, text_matrix
from training.spans import clause_signs

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_INNER = 4
_PENALTY = 10.0
# Our own phrases count less than what customers wrote; chosen on the texts that are not frozen.
_OWN_CLAUSE, _OWN_TEXT = 0.3, 0.5
# With fewer examples than this, the model of the whole text adds nothing but noise to that of the clause.
_ENOUGH = 50
_FEW_EXAMPLES = 30
NEVER = 99.0
# With the network a clause says more than its text does; chosen on the texts that are not frozen.
_TRUSTED = 2.0
# One answer in three must be right to raise the F1 over all demands (half of what is reached); a logit.
_PAYS = -0.7
# Characters of which a clause that voices a demand has at least one.
_WISHED = {
    "refund": "退钱",
    "exchange": "换",
    "repair": "修",
    "compensation": "赔补差费",
    "apology": "歉说解交释",
    "other": "请要求补发给票装能回",
}


@dataclass(slots=True)
class Material:
    """Everything that is computed once for a set of labelled texts and our own phrases."""

    rows: list[Labelled]
    made: Design
    clause: sp.csr_matrix
    text: sp.csr_matrix
    own_clause: sp.csr_matrix
    own_text: sp.csr_matrix
    own_weight: Floats
    own_rows: list[Phrase]
    mass: NDArray[np.float32]
    signs: Flags
    targets: dict[str, Flags] = field(default_factory=dict)
    own_targets: dict[str, Flags] = field(default_factory=dict)


def prepare(
    rows: list[Labelled],
    phrases: list[Phrase],
    words: dict[str, tuple[str, ...]],
    known: sp.csr_matrix | None = None,
) -> Material:
    """Cut and count the texts, and line the labels up with clauses."""
    concepts = Concepts(words)
    made, own = design([row.text for row in rows], concepts), design([row.text for row in phrases], concepts)
    counted = [made.clause_grams, own.clause_grams]
    mass = rarity(sp.vstack(counted).tocsr(), 1)
    if known is not None:
        mass = np.where(mass > 0, mass, rarity(known, 3))
    first = np.flatnonzero(np.diff(own.owner, prepend=-1))
    material = Material(
        rows=rows,
        made=made,
        clause=clause_matrix(made, mass),
        text=text_matrix(made, mass),
        own_clause=clause_matrix(own, mass)[first],
        own_text=text_matrix(own, mass),
        own_weight=np.array([row.weight for row in phrases]),
        own_rows=phrases,
        mass=mass,
        signs=clause_signs(rows, made.pieces),
    )
    _line_up(material)
    return material


def _line_up(material: Material) -> None:
    rows, own, clauses = material.rows, material.own_rows, material.signs.any(axis=2)
    for index, code in enumerate(CODES):
        material.targets[f"clause:{code}"] = clauses[:, index]
        material.targets[f"text:{code}"] = np.array(
            [any(code == found for found, _, _ in row.aspects) for row in rows]
        )
        there = np.array([any(code == found for found, _ in row.aspects) for row in own])
        material.own_targets[f"clause:{code}"] = material.own_targets[f"text:{code}"] = there
    material.targets["polarity"] = material.signs[:, :, 0].any(axis=1)
    material.own_targets["polarity"] = np.array([any(sign < 0 for _, sign in row.aspects) for row in own])
    for sign in SIGNS:
        material.targets[f"overall:{sign}"] = np.array([row.overall == int(sign) for row in rows])
    for kind, names in (("demand", DEMANDS), ("flag", FLAGS)):
        for name in names:
            material.targets[f"{kind}:{name}"] = np.array([name in getattr(row, f"{kind}s") for row in rows])
            material.own_targets[f"{kind}:{name}"] = np.array(
                [name in getattr(row, f"{kind}s") for row in own]
            )
    for name in DEMANDS:
        material.targets[f"wish:{name}"] = _wishing(material, name)
        material.own_targets[f"wish:{name}"] = material.own_targets[f"demand:{name}"]


def _wishing(material: Material, name: str) -> Flags:
    """Tell which clauses voice a demand of their text; readers gave no span, so its own words must do."""
    codes, cuts, owner = material.made.pieces.codes, material.made.pieces.cuts, material.made.owner
    spoken = np.isin(codes, [ord(char) for char in _WISHED[name]])
    wanted = material.targets[f"demand:{name}"][owner]
    return np.asarray(np.logical_or.reduceat(spoken, cuts.starts) & wanted)


@dataclass(frozen=True, slots=True)
class Column:
    """One fitted question: its coefficients, its offset, and its answers for texts it had not seen."""

    coefficients: Floats
    offset: float
    unseen: Floats


def fit_column(material: Material, name: str, folds: NDArray[np.int64], *, measure: bool = True) -> Column:
    """Fit one question on all rows, and once per fold for the answers to unseen rows."""
    clause = name in CLAUSE_COLUMNS
    matrix, own = (material.clause, material.own_clause) if clause else (material.text, material.own_text)
    mine = folds[material.made.owner] if clause else folds
    target = material.targets[name]
    useful = _decided(material.signs) if name == "polarity" else np.ones(len(target), dtype=np.bool_)
    share = 0.0 if name.startswith("overall") else (_OWN_CLAUSE if clause else _OWN_TEXT)

    def solve(rows: Flags) -> LogisticRegression:
        wanted = np.flatnonzero(rows & useful)
        return _solve(
            matrix[wanted],
            target[wanted],
            own,
            material.own_targets.get(name),
            material.own_weight * share,
            name,
        )

    unseen = np.zeros(len(target))
    for fold in range(_INNER) if measure else ():
        away = mine == fold
        unseen[away] = solve(~away).decision_function(matrix[away])
    final = solve(np.ones(len(target), dtype=np.bool_))
    return Column(final.coef_.ravel(), float(final.intercept_[0]), unseen)


def _decided(signs: Flags) -> Flags:
    decided: Flags = signs[:, :, 0].any(axis=1) != signs[:, :, 2].any(axis=1)
    return decided


def _solve(
    matrix: sp.csr_matrix,
    target: Flags,
    own: sp.csr_matrix,
    own_target: Flags | None,
    weight: Floats,
    name: str,
) -> LogisticRegression:
    yes, no = len(target) / (2 * max(1, target.sum())), len(target) / (2 * max(1, (~target).sum()))
    if name.startswith("overall"):
        yes = no = 1.0
    weights = np.where(target, yes, no)
    if own_target is not None and weight.any():
        matrix = sp.vstack([matrix, own]).tocsr()
        target = np.concatenate([target, own_target])
        weights = np.concatenate([weights, np.where(own_target, yes, no) * weight])
    return LogisticRegression(C=_PENALTY, solver="liblinear", random_state=0).fit(
        matrix, target, sample_weight=weights
    )


def threshold(scores: Floats, target: Flags) -> float:
    """Give the threshold with the best F1, half-way between the last text inside and the first outside."""
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(target[order])
    best = int(np.argmax(2 * found / (np.arange(1, len(scores) + 1) + target.sum())))
    following = scores[order[min(best + 1, len(scores) - 1)]]
    return float((scores[order[best]] + following) / 2)


def fit(
    material: Material,
    words: dict[str, tuple[str, ...]],
    sentiment: Column | None = None,
    alarms: dict[str, tuple[str, ...]] | None = None,
    unseen: Answers | None = None,
) -> Weights:
    """Give the weights that these labels teach.

    `sentiment` comes from the larger corpora; `unseen` is what networks say that know other texts only.
    """
    folds = np.random.default_rng(0).permutation(len(material.rows)) % _INNER
    names = [name for name in (*CLAUSE_COLUMNS, *TEXT_COLUMNS) if name != "sentiment"]
    columns = {name: fit_column(material, name, folds) for name in names}
    empty = Column(np.zeros(material.text.shape[1]), 0.0, np.zeros(len(material.rows)))
    columns["sentiment"] = sentiment or empty
    scores = _unseen(material, columns)
    offsets = {
        "clause_bias": [columns[name].offset for name in CLAUSE_COLUMNS],
        "text_bias": [columns[name].offset for name in TEXT_COLUMNS],
    }
    packed = pack(columns, material.mass, words, offsets | _heads(material, scores))
    if unseen is None:
        return replace(packed, alarms=alarms or {})
    mix = _blend(material, scores, unseen)
    deep = _heads(material, blended(scores, unseen, mix), _TRUSTED)
    return replace(packed, alarms=alarms or {}, blend=mix | {"heads": deep})


def _unseen(material: Material, columns: dict[str, Column]) -> Scores:
    """Give what the questions answer on texts that they were not fitted on."""
    return Scores(
        owner=material.made.owner,
        starts=material.made.owner,
        ends=material.made.owner,
        clauses=np.stack([columns[f"clause:{code}"].unseen for code in CODES], axis=1).astype(np.float32),
        polarity=columns["polarity"].unseen.astype(np.float32),
        wishes=np.stack([columns[f"wish:{name}"].unseen for name in DEMANDS], axis=1).astype(np.float32),
        texts=np.stack([columns[name].unseen for name in TEXT_COLUMNS], axis=1).astype(np.float32),
    )


def _blend(material: Material, scores: Scores, unseen: Answers) -> dict[str, Any]:
    """Give, question by question, the shares with which score and answer together predict best."""
    decided = _decided(material.signs)
    every = np.ones(len(decided), dtype=np.bool_)
    clause = [
        _shares(scores.clauses[:, i], unseen.clauses[:, i], material.targets[f"clause:{code}"], every)
        for i, code in enumerate(CODES)
    ]
    clause.append(
        _shares(scores.polarity, unseen.clauses[:, len(CODES)], material.targets["polarity"], decided)
    )
    text: list[list[float]] = []
    all_texts = np.ones(len(material.rows), dtype=np.bool_)
    for index, name in enumerate(TEXT_COLUMNS):
        if name == "sentiment":
            text.append([0.5, 0.5, 0.0])
        elif name.startswith("text:"):
            # What the network says of whole texts adds nothing to what it says of their clauses.
            text.append([1.0, 0.0, 0.0])
        else:
            text.append(
                _shares(scores.texts[:, index], unseen.texts[:, index], material.targets[name], all_texts)
            )
    return {"clause": clause, "text": text}


def _shares(
    score: NDArray[np.float32], answer: NDArray[np.float32], target: Flags, used: Flags
) -> list[float]:
    both = np.stack([score, answer], axis=1)[used]
    judge = LogisticRegression(C=1.0, max_iter=1000).fit(both, target[used])
    return [*judge.coef_[0].round(5).tolist(), round(float(judge.intercept_[0]), 5)]


def _heads(material: Material, unseen: Scores, trust: float = 1.0) -> dict[str, Any]:
    count = len(material.rows)
    best, whole = best_clause(unseen, count), unseen.texts[:, ASPECTS_IN_TEXT]
    aspects = [
        _mix(best[:, i], whole[:, i], material.targets[f"text:{code}"], trust) for i, code in enumerate(CODES)
    ]
    single = [
        threshold(unseen.clauses[:, i], material.targets[f"clause:{code}"]) for i, code in enumerate(CODES)
    ]
    wishes = highest(unseen.wishes, unseen.owner, count, SILENT)
    judge = LogisticRegression(C=1.0, max_iter=2000).fit(
        evidence(unseen, count), np.array([row.overall for row in material.rows])
    )
    return {
        "aspects": aspects,
        "clause": single,
        "overall": np.vstack([judge.coef_.T, judge.intercept_]).round(5).tolist(),
        "demand": _wanted(np.hstack([wishes, unseen.texts[:, DEMAND]]), material),
        "flag": _thresholds(unseen.texts[:, FLAG], material, "flag", FLAGS),
    }


def _thresholds(
    scores: NDArray[np.float32], material: Material, kind: str, names: tuple[str, ...]
) -> list[float]:
    found = []
    for index, name in enumerate(names):
        target, answers = material.targets[f"{kind}:{name}"], scores[:, index].astype(float)
        # A handful of examples would put the line anywhere; such a flag is left to the words that raise it.
        found.append(threshold(answers, target) if target.sum() >= _FEW_EXAMPLES else NEVER)
    return found


def _wanted(answers: NDArray[np.float32], material: Material) -> list[list[float]]:
    """Give, for each demand, how its answers are weighed, with an offset that lets those through that pay."""
    rows = []
    for name in DEMANDS:
        judge = LogisticRegression(C=0.1, max_iter=1000).fit(answers, material.targets[f"demand:{name}"])
        rows.append([*judge.coef_[0].round(5).tolist(), round(float(judge.intercept_[0]) - _PAYS, 5)])
    return np.array(rows).T.tolist()


def _mix(best: NDArray[np.float32], whole: NDArray[np.float32], target: Flags, trust: float) -> list[float]:
    """Give the shares of clause and text, the threshold of their sum, and how steeply certainty grows."""
    clause = trust / float(best.std())
    text = 1 / float(whole.std()) if target.sum() >= _ENOUGH else 0.0
    mixed = (clause * best + text * whole).astype(float)
    line = threshold(mixed, target)
    steep = LogisticRegression(C=1.0).fit(mixed[:, None], target).coef_[0, 0]
    return [clause, text, line, float(steep)]


def pack(
    columns: dict[str, Column],
    mass: NDArray[np.float32],
    words: dict[str, tuple[str, ...]],
    heads: dict[str, Any],
) -> Weights:
    """Squeeze the coefficients into one byte each, column by column."""
    grams, ideas = 1 << BITS, len(words)
    names = (*CLAUSE_COLUMNS, *TEXT_COLUMNS)
    root = np.sqrt(mass)
    scale = np.array(
        [np.abs(columns[name].coefficients[:grams] * root).max() / 127 or 1.0 for name in names] + [1.0]
    )
    table = np.zeros((grams, len(names) + 1), dtype=np.int8)
    for index, name in enumerate(names):
        table[:, index] = np.round(columns[name].coefficients[:grams] * root / scale[index])
    table[:, -1] = mass
    table[0] = 0
    rest = {name: columns[name].coefficients[grams:] * IDEA for name in names}
    clause = np.stack([rest[name] for name in CLAUSE_COLUMNS], axis=1).astype(np.float32)
    return Weights(
        bits=BITS,
        orders=ORDERS,
        table=table,
        scale=scale.astype(np.float32),
        own=clause[:ideas],
        before=clause[ideas : 2 * ideas],
        after=clause[2 * ideas :],
        whole=np.stack([rest[name] for name in TEXT_COLUMNS], axis=1).astype(np.float32),
        words=words,
        heads=heads,
    )
