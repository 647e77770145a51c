"""The whole suite: on SQLite, on PostgreSQL, then the journeys in a browser where there is one."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
HOW = (
    "Browser journeys are left out: no Chromium was found. On Debian: apt-get install chromium fonts-noto-cjk"
)


def run(title, *arguments):
    print(f"== {title}", flush=True)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        str(os.cpu_count() or 2),
        "--dist",
        "loadfile",
        *arguments,
    ]
    return subprocess.run(command, cwd=ROOT).returncode


def main():
    extra = sys.argv[1:]
    codes = [
        run(f"{name}", "-m", "not journey", "--database", name, *extra) for name in ("sqlite", "postgres")
    ]
    if any(Path(place).exists() for place in BROWSERS):
        codes.append(run("journeys, SQLite", "-m", "journey", "--database", "sqlite", *extra))
        codes.append(
            run("journeys, PostgreSQL", "-m", "journey and on_postgres", "--database", "postgres", *extra)
        )
    elif os.environ.get("CI"):
        print("In CI the journeys must run, and there is no Chromium.")
        codes.append(1)
    else:
        print(HOW)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
