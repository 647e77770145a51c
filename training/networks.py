"""Networks for all texts, for all but a fold, and what those say of the fold; kept once taught."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text.network import CLAUSE_ANSWERS, TEXT_ANSWERS, Answers, Network, NetworkWeights
from sanbao.engines.text.scoring import take_apart
from training.corpus import Labelled, Phrase
from training.network import BASE, teach


class Networks:
    """Teaches networks with some of the texts; a lesson that was given before is taken from the folder."""

    def __init__(self, phrases: list[Phrase], opinions: list[tuple[str, int]], folder: Path) -> None:
        self._phrases = phrases
        self._opinions = opinions
        self._folder = folder
        given = [*(phrase.text for phrase in phrases), *(f"{text}{sign}" for text, sign in opinions)]
        self._base = hashlib.sha256(BASE.read_bytes() + "\n".join(given).encode("utf-8", "replace")).digest()

    def taught(self, rows: Sequence[Labelled], *, tone: bool = True) -> NetworkWeights:
        """Give the network that these texts teach; without the tone of reviews it takes less time."""
        opinions = self._opinions if tone else []
        lesson = json.dumps(
            [len(opinions), *([row.id, row.aspects, sorted(row.demands), row.overall] for row in rows)]
        )
        place = self._folder / f"{hashlib.sha256(self._base + lesson.encode()).hexdigest()[:20]}.npz"
        if place.exists():
            with np.load(place) as stored:
                return NetworkWeights(**{name: stored[name] for name in stored.files})
        made = teach(rows, self._phrases, opinions)
        self._folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(place, **asdict(made))
        return made

    def unseen(
        self, rows: Sequence[Labelled], folds: NDArray[np.int64]
    ) -> tuple[Answers, list[NetworkWeights]]:
        """Give the answers to each text by the network of the other folds, and these networks."""
        pieces = take_apart([row.text for row in rows])
        clauses = np.zeros((len(pieces.owner), len(CLAUSE_ANSWERS)), np.float32)
        texts = np.zeros((len(rows), len(TEXT_ANSWERS)), np.float32)
        made = []
        for fold in range(int(folds.max()) + 1):
            made.append(self.taught([rows[at] for at in np.flatnonzero(folds != fold).tolist()], tone=False))
            away = np.flatnonzero(folds == fold)
            few = take_apart([rows[at].text for at in away.tolist()])
            said = Network(made[-1]).answer(few, len(away))
            clauses[np.isin(pieces.owner, away)], texts[away] = said.clauses, said.texts
        return Answers(clauses, texts), made
