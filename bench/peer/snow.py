"""snownlp judges texts from standard input, in an environment of its own with nothing of Sanbao in it."""

import json
import sys
import time

from snownlp import SnowNLP

opinions = [json.loads(line) for line in sys.stdin]
SnowNLP(opinions[0][0]).sentiments  # noqa: B018 - its model is loaded at the first question
began = time.process_time()
judged = [SnowNLP(text).sentiments > 0.5 for text, _ in opinions]
spent = time.process_time() - began
right = sum(found == bool(sign) for found, (_, sign) in zip(judged, opinions, strict=True))
print(json.dumps({"texts_per_s": round(len(opinions) / spent), "accuracy": round(right / len(opinions), 4)}))
