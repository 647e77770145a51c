"""The generated parts of the documentation: settings, and each room's moves, grants and events."""

import importlib
import os
import sys
import tempfile
from pathlib import Path

import django

ROOT = Path(__file__).parent.parent
ROOMS = (
    "ledger",
    "vault",
    "registry",
    "outlets",
    "parts",
    "repairs",
    "conversations",
    "complaints",
    "feedback",
)
BEGIN, END = "<!-- generated: do not edit below -->", "<!-- end of generated part -->"


def room_page(room):
    grants = importlib.import_module(f"sanbao.rooms.{room}.grants").GRANTS
    lines = ["", "### Grants", "", *(f"- `{name}`" for name in grants), ""]
    states = importlib.util.find_spec(f"sanbao.rooms.{room}.states")
    machines = vars(importlib.import_module(f"sanbao.rooms.{room}.states")) if states else {}
    for name, machine in machines.items():
        if hasattr(machine, "moves"):
            lines += [
                f"### Moves ({name.lower()})",
                "",
                "| move | from | to | grant | event |",
                "|---|---|---|---|---|",
            ]
            lines += [
                f"| `{move}` | {', '.join(sorted(m.sources))} | {m.target} | `{m.grant}` | `{m.event}` |"
                for move, m in machine.moves.items()
            ]
            lines.append("")
    return "\n".join(lines)


def pages():
    from sanbao.base.config import as_markdown

    yield ROOT / "docs" / "configuration.md", "\n" + as_markdown()
    for room in ROOMS:
        yield ROOT / "docs" / "rooms" / f"{room}.md", room_page(room)


def merged(path, part):
    text = path.read_text(encoding="utf-8") if path.exists() else f"# {path.stem}\n\n{BEGIN}\n{END}\n"
    head, _, rest = text.partition(BEGIN)
    return f"{head}{BEGIN}\n{part}{END}{rest.partition(END)[2]}"


def main(check):
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(SANBAO_HOME=home, DJANGO_SETTINGS_MODULE="sanbao.site.settings")
        django.setup()
        stale = []
        for path, part in pages():
            wanted = merged(path, part)
            if not path.exists() or path.read_text(encoding="utf-8") != wanted:
                stale.append(str(path.relative_to(ROOT)))
                if not check:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(wanted, encoding="utf-8")
    if check and stale:
        print("stale, run make docs: " + ", ".join(stale))
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
