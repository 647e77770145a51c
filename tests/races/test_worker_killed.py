"""kill -9 of the worker in the middle of its work: nothing is lost, nothing happens twice."""

import signal
from pathlib import Path

SCRIPT = Path(__file__).parent / "worker_process.py"
COUNT = 1000


def test_every_delivery_runs_at_least_once_and_its_effect_happens_once(place):
    place.run(SCRIPT, "migrate")
    place.run(SCRIPT, "fill", str(COUNT))
    for _ in range(3):
        worker = place.start(SCRIPT, "work", "0")
        lines = [worker.stdout.readline() for _ in range(5)]
        worker.send_signal(signal.SIGKILL)
        worker.communicate(timeout=30)
        assert lines[0] == "working\n"
        assert worker.returncode == -signal.SIGKILL
    half_way = place.ask("SELECT count(*) FROM ledger_delivery WHERE state = 'done'")[0][0]
    assert 0 < half_way < COUNT
    place.run(SCRIPT, "work", "61")
    assert place.ask("SELECT state, count(*) FROM ledger_delivery GROUP BY state") == [("done", COUNT)]
    effects = place.ask(
        "SELECT count(*), count(DISTINCT subject) FROM ledger_entry WHERE event = 'effect.happened'"
    )
    assert effects == [(COUNT, COUNT)]
    assert place.ask("SELECT min(attempts) FROM ledger_delivery")[0][0] >= 1
