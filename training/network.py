"""The network with its gradients: made ready on unlabelled texts (`pretrain`), taught with labels here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from sanbao.engines.text import CODES
from sanbao.engines.text.network import (
    CLAUSE_ANSWERS,
    DISTANCES,
    FIRST_CHARACTER,
    REACH,
    TEXT_ANSWERS,
    NetworkWeights,
    numbers_of,
    plain,
)
from sanbao.engines.text.scoring import Pieces, take_apart
from training.corpus import Labelled, Phrase
from training.spans import clause_signs

BASE = Path(__file__).parent / "base.npz"
WIDTH = 128
CHARACTERS = 4096
MASKED = 1
_WIDER = 2
_FLOOR = -9.0
_LONGEST = 400
# Chosen on the texts that are not frozen, one fold only.
_EPOCHS, _RATE, _DROPPED = 14, 1e-3, 0.3
_CHARACTERS_A_STEP, _OPINION_CHARACTERS = 4_000, 2_000
_PHRASES_AN_EPOCH, _OWN = 1_000, 0.5
_FORGOTTEN = 0.08
_AVERAGED = 0.995
_ASPECTS = len(CODES)

Floats = NDArray[np.float32]


class Encoder(nn.Module):
    """Characters in, a vector for each of them out; the same computation as in the engine."""

    def __init__(self) -> None:
        super().__init__()
        self.meaning = nn.Embedding(CHARACTERS, WIDTH)
        self.near = nn.ParameterList(
            nn.Parameter(torch.randn(REACH, WIDTH) * 0.5 / REACH**0.5) for _ in DISTANCES
        )
        self.widen = nn.ModuleList(nn.Linear(WIDTH, _WIDER * WIDTH) for _ in DISTANCES)
        self.narrow = nn.ModuleList(nn.Linear(_WIDER * WIDTH, WIDTH) for _ in DISTANCES)
        with torch.no_grad():
            self.meaning.weight.mul_(0.1)
            for narrow in self.narrow:
                narrow.weight.mul_(0.3)
                narrow.bias.zero_()

    def forward(self, ids: Tensor) -> Tensor:
        """Give a vector for each character; 0 is nothing."""
        mask = (ids > 0).float().unsqueeze(-1)
        state = self.meaning(ids) * mask
        for near, widen, narrow, distance in zip(self.near, self.widen, self.narrow, DISTANCES, strict=True):
            seen = functional.layer_norm(_around(state, near, distance), (WIDTH,))
            state = (state + narrow(functional.relu(widen(seen)))) * mask
        return functional.layer_norm(state, (WIDTH,))


def _around(state: Tensor, near: Tensor, distance: int) -> Tensor:
    length, seen = state.shape[1], 0
    for index in range(REACH):
        shift = (index - REACH // 2) * distance
        moved = functional.pad(state, (0, 0, max(shift, 0), max(-shift, 0)))
        seen = seen + near[index] * (moved[:, :length] if shift >= 0 else moved[:, -shift:])
    return seen


class Taught(nn.Module):
    """The encoder with its questions."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.dropped = nn.Dropout(_DROPPED)
        self.clause = nn.Linear(4 * WIDTH, len(CLAUSE_ANSWERS))
        self.text = nn.Linear(2 * WIDTH, len(TEXT_ANSWERS))
        with torch.no_grad():
            for head in (self.clause, self.text):
                head.weight.mul_(0.3)
                head.bias.fill_(-2.0)

    def forward(self, ids: Tensor, inside: Tensor, clauses: int) -> tuple[Tensor, Tensor, Tensor]:
        """Give answers for clauses and for texts, and the text of each clause."""
        kept = inside.reshape(-1) >= 0
        rows, clause = self.encoder(ids).reshape(-1, WIDTH)[kept], inside.reshape(-1)[kept]
        text = torch.arange(len(ids))[:, None].expand(ids.shape).reshape(-1)[kept]
        owner = torch.zeros(clauses, dtype=torch.long).scatter_(0, clause, text)
        own, whole = _pooled(rows, clause, clauses), _pooled(rows, text, len(ids))
        return (
            self.clause(self.dropped(torch.cat([own, whole[owner]], 1))),
            self.text(self.dropped(whole)),
            owner,
        )


def _pooled(rows: Tensor, where: Tensor, count: int) -> Tensor:
    """Give the mean and the maximum of the rows of each place; nothing where there are none."""
    sizes = torch.zeros(count, 1).index_add_(0, where, torch.ones(len(where), 1))
    mean = torch.zeros(count, WIDTH).index_add_(0, where, rows) / sizes.clamp(min=1)
    most = torch.full((count, WIDTH), _FLOOR).scatter_reduce(
        0, where[:, None].expand(-1, WIDTH), rows, "amax"
    )
    return torch.cat([mean, torch.where(sizes > 0, most, 0.0)], 1)


@dataclass(slots=True)
class Lines:
    """Texts as numbers, with their clauses."""

    ids: list[NDArray[np.int32]]
    pieces: Pieces
    bounds: NDArray[np.int64]
    lengths: NDArray[np.int64]

    def batch(self, rows: Sequence[int]) -> tuple[Tensor, Tensor, NDArray[np.int64]]:
        """Give numbers and clauses of these texts side by side, and which clauses these are."""
        width = max(1, int(self.lengths[list(rows)].max()))
        ids, inside = np.zeros((len(rows), width), np.int64), np.full((len(rows), width), -1, np.int64)
        used: list[int] = []
        cuts = self.pieces.cuts
        for row, text in enumerate(rows):
            size, begin = int(self.lengths[text]), int(self.pieces.begins[text])
            ids[row, :size] = self.ids[text][:size]
            for clause in range(int(self.bounds[text]), int(self.bounds[text + 1])):
                start, end = int(cuts.starts[clause]) - begin, int(cuts.ends[clause]) - begin
                if start < size:
                    inside[row, start : min(end, size)] = len(used)
                    used.append(clause)
        return torch.from_numpy(ids), torch.from_numpy(inside), np.array(used, dtype=np.int64)


def lines(texts: Sequence[str], characters: NDArray[np.uint32], longest: int = _LONGEST) -> Lines:
    """Cut and number texts."""
    pieces = take_apart(texts)
    numbers = numbers_of(characters)[np.minimum(plain(pieces.codes), 0xFFFF)]
    begins = pieces.begins
    ids = [numbers[begins[at] : begins[at + 1] - 1] for at in range(len(texts))]
    lengths = np.minimum(np.diff(begins) - 1, longest)
    return Lines(ids, pieces, np.searchsorted(pieces.owner, np.arange(len(texts) + 1)), lengths)


@dataclass(slots=True)
class _Lessons:
    """What is to be answered for each clause and text, and how much each answer counts."""

    clause: Tensor
    clause_weight: Tensor
    text: Tensor
    text_weight: Tensor


def _lessons(rows: Sequence[Labelled], phrases: Sequence[Phrase], made: Lines) -> _Lessons:
    clauses, texts, many = len(made.pieces.owner), len(rows) + len(phrases), len(rows)
    clause, clause_weight = (
        np.zeros((clauses, _ASPECTS + 1), np.float32),
        np.ones((clauses, _ASPECTS + 1), np.float32),
    )
    text, text_weight = (
        np.zeros((texts, len(TEXT_ANSWERS)), np.float32),
        np.ones((texts, len(TEXT_ANSWERS)), np.float32),
    )
    signs = clause_signs(rows, made.pieces)
    blamed, praised = signs[:, :, 0].any(1), signs[:, :, 2].any(1)
    known = len(signs)
    clause[:known, :_ASPECTS], clause[:known, _ASPECTS] = signs.any(2), blamed
    clause_weight[:known, _ASPECTS] = blamed != praised
    clause_weight[known:] = _OWN
    for number, row in enumerate(rows):
        text[number, [CODES.index(code) for code, _, _ in row.aspects]] = 1
        text[number, _ASPECTS + row.overall + 1] = 1
    for number, phrase in enumerate(phrases, start=many):
        for code, sign in phrase.aspects:
            mine = slice(made.bounds[number], made.bounds[number + 1])
            clause[mine, CODES.index(code)], clause[mine, _ASPECTS] = 1, sign < 0
        clause_weight[made.bounds[number] : made.bounds[number + 1], _ASPECTS] *= bool(phrase.aspects)
    for number, row in enumerate([*rows, *phrases]):
        for name in (*row.demands, *row.flags):
            text[number, TEXT_ANSWERS.index(name)] = 1
    text_weight[many:, : _ASPECTS + 3] = 0
    text_weight[many:, _ASPECTS + 3 :] = _OWN / 2
    text_weight[:, -1] = 0
    return _Lessons(*(torch.from_numpy(part) for part in (clause, clause_weight, text, text_weight)))


def teach(
    rows: Sequence[Labelled],
    phrases: Sequence[Phrase],
    opinions: Sequence[tuple[str, int]] = (),
    seed: int = 0,
) -> NetworkWeights:
    """Teach the base with labels, our own phrases and the thumbs of reviews; one seed gives one network."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    characters, model = load_base()
    made = lines([row.text for row in rows] + [phrase.text for phrase in phrases], characters)
    lessons = _lessons(rows, phrases, made)
    tone = _Tone(opinions, characters, rng)
    share = np.array([phrase.weight for phrase in phrases])
    picked = (len(rows), share / share.sum()) if len(phrases) else (len(rows), share)
    total = int(_EPOCHS * made.lengths[: len(rows)].sum() * 1.08 / _CHARACTERS_A_STEP)
    heads = [*model.clause.parameters(), *model.text.parameters()]
    rates = ((model.encoder.parameters(), _RATE), (heads, 3 * _RATE))
    judge = torch.optim.AdamW([{"params": part, "lr": rate} for part, rate in rates], weight_decay=0.02)
    average = {name: value.clone() for name, value in model.state_dict().items()}
    weights = _rare(lessons.clause[:, :_ASPECTS], 6), _rare(lessons.text[: len(rows)], 5)
    for step, batch in zip(range(total), _batches(made, picked, rng), strict=False):
        pace = min(1.0, (step + 1) / 30) * (0.5 * (1 + np.cos(np.pi * step / total)) + 0.02)
        for group, (_, rate) in zip(judge.param_groups, rates, strict=True):
            group["lr"] = rate * pace
        loss = _loss(model, made, lessons, batch, weights) + tone.loss(model)
        judge.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        judge.step()
        _follow(average, model, min(_AVERAGED, (step + 1) / (step + 10)))
    model.load_state_dict(average)
    return exported(model, characters)


def _rare(target: Tensor, most: float) -> Tensor:
    """Give how much more a yes counts than a no: the root of how much rarer it is."""
    share = target.mean(0).clamp(min=1e-4)
    return ((1 - share) / share).sqrt().clamp(1, most)


def _batches(
    made: Lines, picked: tuple[int, NDArray[np.float64]], rng: np.random.Generator
) -> Iterator[list[int]]:
    """Give texts of like length together, in another order every time, some of our own phrases among them."""
    many, share = picked
    while True:
        own = (
            many + rng.choice(len(share), _PHRASES_AN_EPOCH, p=share) if len(share) else np.zeros(0, np.int64)
        )
        order = rng.permutation(np.concatenate([np.arange(many), own]))
        order = order[np.argsort(made.lengths[order] + rng.random(len(order)) * 60, kind="stable")]
        filled = np.cumsum(made.lengths[order]) // _CHARACTERS_A_STEP
        groups = [order[filled == number].tolist() for number in np.unique(filled)]
        yield from (groups[number] for number in rng.permutation(len(groups)))


def _loss(
    model: Taught, made: Lines, lessons: _Lessons, batch: list[int], rare: tuple[Tensor, Tensor]
) -> Tensor:
    ids, inside, used = made.batch(batch)
    ids = torch.where((torch.rand(ids.shape) < _FORGOTTEN) & (ids >= FIRST_CHARACTER), MASKED, ids)
    clauses, texts, owner = model(ids, inside, len(used))
    clause, weight = lessons.clause[used], lessons.clause_weight[used]
    said = _wrong(clauses[:, :_ASPECTS], clause[:, :_ASPECTS], weight[:, :_ASPECTS], rare[0])
    sign = _wrong(clauses[:, _ASPECTS:], clause[:, _ASPECTS:], weight[:, _ASPECTS:], None)
    text, weigh = lessons.text[batch], lessons.text_weight[batch]
    whole = _wrong(texts, text, weigh, rare[1])
    best = torch.full((len(batch), _ASPECTS), _FLOOR).scatter_reduce(
        0, owner[:, None].expand(-1, _ASPECTS), clauses[:, :_ASPECTS], "amax"
    )
    spoken = _wrong(best, text[:, :_ASPECTS], weigh[:, :_ASPECTS], rare[1][:_ASPECTS])
    size, decided = weight[:, 0].sum().clamp(min=1), weight[:, _ASPECTS].sum().clamp(min=1)
    return said / size + sign / decided + 0.3 * (whole + spoken) / len(batch)


def _wrong(answers: Tensor, truth: Tensor, weight: Tensor, rare: Tensor | None) -> Tensor:
    each = functional.binary_cross_entropy_with_logits(answers, truth, reduction="none", pos_weight=rare)
    return (each * weight).sum()


class _Tone:
    """Reviews with a thumb, a few beside every step, so that the tone of texts is not unlearnt."""

    def __init__(
        self, opinions: Sequence[tuple[str, int]], characters: NDArray[np.uint32], rng: np.random.Generator
    ) -> None:
        self._made = lines([text for text, _ in opinions], characters, 200) if opinions else None
        self._good = torch.tensor([float(sign > 0) for _, sign in opinions])
        self._rng = rng

    def loss(self, model: Taught) -> Tensor:
        if self._made is None:
            return torch.zeros(())
        start = self._rng.integers(len(self._good), size=200)
        start = start[np.argsort(self._made.lengths[start], kind="stable")]
        at = int(self._rng.integers(150))
        batch = start[
            at : at + max(4, int(_OPINION_CHARACTERS / max(1, self._made.lengths[start[at]])))
        ].tolist()
        ids, inside, used = self._made.batch(batch)
        return functional.binary_cross_entropy_with_logits(
            model(ids, inside, len(used))[1][:, -1], self._good[batch]
        )


def _follow(average: dict[str, Tensor], model: nn.Module, share: float) -> None:
    with torch.no_grad():
        for name, value in model.state_dict().items():
            average[name].mul_(share).add_(value, alpha=1 - share)


def load_base() -> tuple[NDArray[np.uint32], Taught]:
    """Give the characters and the network that has read, but has not been taught anything yet."""
    model = Taught()
    with np.load(BASE) as stored:
        state = {
            name: torch.from_numpy(stored[name].astype(np.float32)) for name in stored.files if "." in name
        }
        model.encoder.load_state_dict(
            {
                name.removeprefix("encoder."): value
                for name, value in state.items()
                if name.startswith("encoder.")
            }
        )
        with torch.no_grad():
            model.text.weight[-1] = state["tone.weight"][0]
            model.text.bias[-1] = state["tone.bias"][0]
        return stored["characters"], model


def save_base(encoder: Encoder, tone: nn.Linear, characters: NDArray[np.uint32]) -> None:
    """Write the network that has read, at half precision."""
    state = {f"encoder.{name}": value for name, value in encoder.state_dict().items()}
    state |= {f"tone.{name}": value for name, value in tone.state_dict().items()}
    halves: dict[str, Any] = {name: value.numpy().astype(np.float16) for name, value in state.items()}
    np.savez_compressed(BASE, characters=characters, **halves)


def exported(model: Taught, characters: NDArray[np.uint32]) -> NetworkWeights:
    """Give the network as the engine wants it, in the precision in which it is shipped."""
    encoder = model.encoder

    def linear(layers: Sequence[Any]) -> tuple[Floats, Floats]:
        return (
            _coarse(np.stack([layer.weight.detach().numpy().T for layer in layers])),
            np.stack([layer.bias.detach().numpy() for layer in layers]).astype(np.float16).astype(np.float32),
        )

    (widen, widen_offset), (narrow, narrow_offset) = linear(encoder.widen), linear(encoder.narrow)
    (clause, clause_offset), (text, text_offset) = linear([model.clause]), linear([model.text])
    near = np.stack([part.detach().numpy() for part in encoder.near])
    return NetworkWeights(
        characters=characters, meaning=_coarse(encoder.meaning.weight.detach().numpy()[None])[0],
        near=near.astype(np.float16).astype(np.float32), widen=widen, widen_offset=widen_offset,
        narrow=narrow, narrow_offset=narrow_offset, clause=clause[0], clause_offset=clause_offset[0],
        text=text[0], text_offset=text_offset[0],
    )  # fmt: skip


def _coarse(values: NDArray[Any]) -> Floats:
    """Round to what one byte and one scale per column can hold."""
    scale = np.maximum(np.abs(values).max(axis=1, keepdims=True), 1e-8) / 127
    return (np.round(values / scale) * scale).astype(np.float32)
