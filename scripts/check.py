"""Every machine that keeps the house in order, one after the other; says which one failed."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
STEPS = (
    ("format", ["ruff", "format", "--check", "-q", "."]),
    ("lint", ["ruff", "check", "-q", "."]),
    ("types", ["mypy"]),
    ("contracts", ["lint-imports", "--no-logo"]),
    ("templates", ["djlint", "src", "--lint", "--quiet"]),
    ("spelling", ["codespell", "src", "tests", "docs", "README.md", "scripts", "bench"]),
    ("translations", ["python", "scripts/messages.py", "check"]),
    ("migrations", ["python", "-m", "django", "makemigrations", "--check", "--dry-run", "-v0"]),
    ("generated docs", ["python", "scripts/docs.py", "--check"]),
)


def main():
    failed = []
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "SANBAO_HOME": home, "DJANGO_SETTINGS_MODULE": "sanbao.site.settings"}
        for name, (program, *arguments) in STEPS:
            began = time.monotonic()
            done = subprocess.run(
                [BIN / program, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
            )
            print(
                f"{'ok  ' if done.returncode == 0 else 'FAIL'} {name} ({time.monotonic() - began:.1f} s)",
                flush=True,
            )
            if done.returncode:
                failed.append(name)
                print((done.stdout + done.stderr)[-6000:], flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
