"""How fast texts are read on one core, how right, and what snownlp does with the same texts.

SANBAO_SNOWNLP names a Python that has snownlp; SANBAO_TRAINING_DATA the folder with the reviews.
"""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import ground

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from training.__main__ import _DATA
from training.corpus import read_opinions, set_apart
from training.personal import redaction
from training.speed import speeds

from sanbao.rooms.feedback.adapters.reader import load_reader, load_skimmer, model_card

_SAMPLE = 1_000


def peer(opinions: list[tuple[str, int]]) -> dict[str, Any]:
    """Give what snownlp makes of these texts, or nothing where it is not there."""
    python = os.environ.get("SANBAO_SNOWNLP")
    if not python:
        return {}
    given = "".join(json.dumps(list(each), ensure_ascii=False) + "\n" for each in opinions)
    script = Path(__file__).parent / "peer" / "snow.py"
    done = subprocess.run([python, str(script)], input=given, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def ours(opinions: list[tuple[str, int]]) -> dict[str, float]:
    """Give our own speed on the same texts; the shipped tone knows them, so accuracy is the card's."""
    texts = [text for text, _ in opinions]
    reader, skimmer = load_reader(), load_skimmer()
    told = {}
    for name, work in {
        "skim": lambda: skimmer.skim(texts),
        "plain": lambda: reader.read_many(texts, reasons=False, deep=False),
        "deep": lambda: reader.read_many(texts, reasons=False),
    }.items():
        work()
        began = time.process_time()
        work()
        told[name] = round(len(texts) / (time.process_time() - began))
    return told


def main() -> None:
    sources = read_opinions(_DATA) if (_DATA / "text_zh").exists() else {}
    rng = random.Random(8)
    apart = {name: [each for each in listed if set_apart(each[0])] for name, listed in sources.items()}
    sample = rng.sample(apart["online_shopping"], _SAMPLE) if sources else []
    card = model_card()
    ground.hand_over(
        speeds={name: round(value, 2) for name, value in speeds().items()},
        sample=len(sample), snownlp=peer(sample) if sample else {}, same=ours(sample) if sample else {},
        sentiment=card["sentiment"], redaction=redaction(),
        quality={key: card[key]["macro_f1"] for key in ("cross_validation", "frozen") if key in card},
    )  # fmt: skip


if __name__ == "__main__":
    main()
