"""kill -9 in the middle of an import: the same command goes on, no row is there twice, the books balance."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

ROWS = 40_000
SCRIPT = Path(__file__).parent / "worker_process.py"
COMMAND = [sys.executable, "-m", "sanbao.doors.cli.main", "import", "feedback"]


def _read_so_far(place):
    found = place.ask("SELECT read FROM feedback_batch")
    return found[0][0] if found else 0


def test_the_same_command_after_a_kill_goes_on_without_a_double_row(place, tmp_path):
    place.run(SCRIPT, "migrate")
    path = tmp_path / "reviews.csv"
    lines = (f"第{turn % 30_000}位机主说修得很快,{turn % 7}" for turn in range(ROWS))
    path.write_text("text,stars\n" + "\n".join(lines) + "\n", encoding="utf-8")
    rejected = sum(turn % 7 in {0, 6} for turn in range(ROWS))
    running = subprocess.Popen([*COMMAND, str(path)], env=place.environment, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while _read_so_far(place) < 4_000 and time.monotonic() < deadline:
        pass
    running.send_signal(signal.SIGKILL)
    running.wait(timeout=30)
    half = _read_so_far(place)
    assert 0 < half < ROWS
    assert (
        place.ask("SELECT count(*) FROM feedback_voice")[0][0]
        + place.ask("SELECT count(*) FROM feedback_reject")[0][0]
        == half
    )
    done = subprocess.run(
        [*COMMAND, str(path), "--json"], env=place.environment, capture_output=True, text=True, check=True
    )
    books = json.loads(done.stdout)
    assert books == {"read": ROWS, "stored": ROWS - rejected, "rejected": rejected, "duplicates": 0}
    assert place.ask("SELECT count(*), count(DISTINCT fingerprint) FROM feedback_voice") == [
        (ROWS - rejected,) * 2
    ]
    assert place.ask("SELECT count(*) FROM feedback_reject")[0][0] == rejected
    assert place.ask("SELECT count(*) FROM feedback_batch")[0][0] == 1
    again = subprocess.run(
        [*COMMAND, str(path), "--json"], env=place.environment, capture_output=True, text=True, check=True
    )
    assert json.loads(again.stdout) == {
        "read": ROWS,
        "stored": 0,
        "rejected": rejected,
        "duplicates": ROWS - rejected,
    }
