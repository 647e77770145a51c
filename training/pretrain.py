"""The network reads what nobody has labelled: it guesses hidden characters, and thumbs where there are."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from sanbao.engines.text import fingerprint
from sanbao.engines.text.folding import to_codes
from sanbao.engines.text.network import DISTANCES, FIRST_CHARACTER, REACH, numbers_of, plain
from training.corpus import set_apart
from training.network import CHARACTERS, MASKED, WIDTH, Encoder, save_base

_ROUNDS, _RATE, _WARM = 5, 2e-3, 200
_LONGEST, _STEP, _CHUNK = 200, 10_000, 4_000
_SEEN_OFTEN = 3
_PLANE = 0x10000
# Of ten characters one opens a hidden run of one to three; most are blanked, some are swapped, some stay.
_HIDDEN, _BLANKED, _SWAPPED = 0.10, 0.85, 0.93

Rows = list[tuple[str, int | None]]


def read_corpus(folder: Path, labels: Path) -> Rows:
    """Give every text once, with its thumb if it has one; labelled ones and those set apart are left out."""
    labelled = {fingerprint(json.loads(line)["text"]) for line in labels.read_text("utf-8").splitlines()}
    kept: dict[str, tuple[str, int | None]] = {}
    for text, sign in _listed(folder / "text_zh"):
        if text and text.strip():
            key = fingerprint(text)
            if (
                key not in labelled
                and (sign is None or not set_apart(text))
                and (key not in kept or kept[key][1] is None)
            ):
                kept[key] = (text, sign)
    return list(kept.values())


def _listed(folder: Path) -> Iterator[tuple[str, int | None]]:
    shop = pq.read_table(folder / "online_shopping_10_cats.parquet").to_pydict()
    yield from ((text, int(sign)) for text, sign in zip(shop["text"], shop["label"], strict=True))
    thumbs: dict[str, int | None] = {"Positive": 1, "Negative": 0}
    yield from ((row["text"], thumbs.get(row["label"])) for row in _csv(folder / "eprstmt.csv"))
    for name in ("waimai_10k", "chnsenticorp_hotel"):
        yield from ((row["text"], int(row["label"])) for row in _csv(folder / f"{name}.csv"))
    for row in _csv(folder / "jd_aircon_reviews.csv"):
        yield row["text"], _of_stars(row["star"].strip())
        if row["seller_reply"]:
            yield row["seller_reply"], None
    yield from ((row["text"], 0) for row in _csv(folder / "jd_digital_negative.csv"))
    phones = pq.read_table(folder / "jd_phone_reviews.parquet").to_pydict()
    for text, star in zip(phones["text"], map(str, phones["star"]), strict=True):
        yield text, None if "?" in star else _of_stars(star)
    for line in (folder / "jddc_ecd_dialogues.jsonl").read_text("utf-8").splitlines():
        yield "\n".join(turn["text"] for turn in json.loads(line)["turns"]), None


def _csv(path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(10**9)
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _of_stars(star: str) -> int | None:
    known: dict[str, int] = {"1": 0, "2": 0, "5": 1}
    return known.get(star[:1])


def characters_of(rows: Rows) -> NDArray[np.uint32]:
    """Give the characters that are seen often enough to be known, the most frequent first."""
    seen = np.zeros(_PLANE, dtype=np.int64)
    for text, _ in rows:
        np.add.at(seen, np.minimum(plain(to_codes(text)), _PLANE - 1), 1)
    top = np.argsort(-seen, kind="stable")[: CHARACTERS - FIRST_CHARACTER]
    return top[seen[top] >= _SEEN_OFTEN].astype(np.uint32)


class _Guesser(nn.Module):
    """The encoder with its two exercises."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder()
        self._begin()
        self.guess = nn.Linear(WIDTH, WIDTH)
        self.often = nn.Parameter(torch.zeros(CHARACTERS))
        self.tone = nn.Linear(2 * WIDTH, 1)

    def _begin(self) -> None:
        """Set the encoder to where the shipped network began; the order of the draws is part of the seed."""
        encoder = self.encoder
        torch.manual_seed(0)
        encoder.meaning.weight = nn.Parameter(nn.Embedding(CHARACTERS, WIDTH).weight.detach() * 0.1)
        for index in range(len(DISTANCES)):
            encoder.near[index] = nn.Parameter(torch.randn(REACH, WIDTH) * (1 / REACH**0.5) * 0.5)
            encoder.widen[index], narrow = nn.Linear(WIDTH, 2 * WIDTH), nn.Linear(2 * WIDTH, WIDTH)
            with torch.no_grad():
                narrow.bias.zero_()
                narrow.weight.mul_(0.3)
            encoder.narrow[index] = narrow

    def loss(
        self, ids: Tensor, truth: Tensor, hidden: Tensor, signs: NDArray[np.int64]
    ) -> tuple[Tensor, Tensor]:
        """Give how wrong the guesses are: of characters, and of thumbs."""
        state, mask = self.encoder(ids), (ids > 0).float().unsqueeze(-1)
        guessed = functional.layer_norm(self.guess(state[hidden]), (WIDTH,)) @ self.encoder.meaning.weight.T
        wrong = functional.cross_entropy(guessed + self.often, truth[hidden])
        known = torch.from_numpy(signs >= 0)
        if not known.any():
            return wrong, torch.zeros(())
        mean = (state * mask).sum(1) / mask.sum(1).clamp(min=1)
        whole = torch.cat([mean, (state - 1e4 * (1 - mask)).max(1).values], 1)
        target = torch.from_numpy(signs[signs >= 0]).float()
        tone = functional.binary_cross_entropy_with_logits(self.tone(whole[known]).squeeze(1), target)
        return wrong, tone


def pretrain(folder: Path, labels: Path, tell: Callable[[str], None], most: int | None = None) -> None:
    """Write the network that has read these texts; one seed and one thread give one network."""
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    rows = read_corpus(folder, labels)
    characters = characters_of(rows)
    numbers = numbers_of(characters)
    lines = [numbers[np.minimum(plain(to_codes(text)), _PLANE - 1)] for text, _ in rows]
    signs = np.array([-1 if sign is None else sign for _, sign in rows])
    model = _Guesser()
    judge = torch.optim.AdamW(model.parameters(), lr=_RATE, weight_decay=0.01, betas=(0.9, 0.98))
    lengths = np.array([min(len(line), _LONGEST) for line in lines])
    total = int(_ROUNDS * lengths.sum() / _STEP)
    tell(f"{len(rows):,} texts, {sum(map(len, lines)):,} characters, {total:,} steps")
    for step, batch in zip(range(min(total, most or total)), _batches(lengths, rng), strict=False):
        for group in judge.param_groups:
            group["lr"] = (
                _RATE * min(1, (step + 1) / _WARM) * (0.49 * (1 + np.cos(np.pi * step / total)) + 0.02)
            )
        truth, ids, hidden = _exercise(lines, batch, rng)
        wrong, tone = model.loss(ids, truth, hidden, signs[batch])
        judge.zero_grad()
        (wrong + tone).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        judge.step()
        if step % 50 == 49:  # noqa: PLR2004 - a line a minute
            tell(f"{step + 1:,}: {wrong.item():.3f} {tone.item():.3f}")
    if most is None:
        save_base(model.encoder, model.tone, characters)


def _batches(lengths: NDArray[np.int64], rng: np.random.Generator) -> Iterator[list[int]]:
    """Give texts of like length together, some thousands at a time in another order."""
    while True:
        order = rng.permutation(len(lengths))
        for first in range(0, len(order), _CHUNK):
            part = order[first : first + _CHUNK]
            groups: list[list[int]] = [[]]
            for text in part[np.argsort(lengths[part], kind="stable")].tolist():
                groups[-1].append(text)
                if lengths[text] * len(groups[-1]) >= _STEP:
                    groups.append([])
            full = [group for group in groups if group]
            yield from (full[number] for number in rng.permutation(len(full)))


def _exercise(
    lines: list[NDArray[np.int32]], batch: list[int], rng: np.random.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """Give texts, the same with characters hidden, and where they are."""
    truth = np.zeros((len(batch), max(min(len(lines[text]), _LONGEST) for text in batch)), np.int64)
    for row, text in enumerate(batch):
        line = lines[text]
        if len(line) > _LONGEST:
            start = rng.integers(0, len(line) - _LONGEST + 1)
            line = line[start : start + _LONGEST]
        truth[row, : len(line)] = line
    opens, runs = rng.random(truth.shape) < _HIDDEN, rng.integers(1, 4, truth.shape)
    hidden = opens.copy()
    hidden[:, 1:] |= (opens & (runs > 1))[:, :-1]
    hidden[:, 2:] |= (opens & (runs > 2))[:, :-2]  # noqa: PLR2004 - a run of three
    hidden &= truth >= FIRST_CHARACTER
    ids, luck = truth.copy(), rng.random(truth.shape)
    ids[hidden & (luck < _BLANKED)] = MASKED
    swapped = hidden & (luck > _SWAPPED)
    ids[swapped] = rng.integers(FIRST_CHARACTER, CHARACTERS, swapped.sum())
    return torch.from_numpy(truth), torch.from_numpy(ids), torch.from_numpy(hidden)
