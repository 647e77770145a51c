"""Catalogues: compile them, and name every sentence that has no Chinese yet.

Each app owns its catalogue. A sentence is looked for in all of them, because Django merges them
at run time; a sentence that stands in no catalogue, or is empty there, is an error.
"""

import ast
import sys
from pathlib import Path

from babel.messages import extract, mofile, pofile

SRC = Path(__file__).parent.parent / "src" / "sanbao"
KEYWORDS = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "N_")) | {
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
REFUSALS = ("text", "remedy")


def catalogues():
    return sorted(SRC.rglob("locale/zh_Hans/LC_MESSAGES/django.po"))


def compile_all():
    for place in catalogues():
        with place.open("rb") as source:
            catalogue = pofile.read_po(source, locale="zh_Hans")
        with place.with_suffix(".mo").open("wb") as target:
            mofile.write_mo(target, catalogue)


def translated():
    done = {}
    for place in catalogues():
        with place.open("rb") as source:
            for message in pofile.read_po(source, locale="zh_Hans"):
                key = message.id[0] if isinstance(message.id, tuple) else message.id
                if key and message.string and not message.fuzzy:
                    done[key] = message.string
    return done


def used():
    """Every sentence in code and templates, with the place where it stands."""
    for place in SRC.rglob("*.py"):
        if "/tests/" in str(place) or "/migrations/" in str(place):
            continue
        with place.open("rb") as source:
            for line, message, _, _ in extract.extract("python", source, keywords=KEYWORDS):
                yield _key(message), f"{place.relative_to(SRC)}:{line}"
        if "/engines/" not in str(place) and "/cli/" not in str(place):
            yield from refusals(place)
    for place in SRC.rglob("jinja2/**/*"):
        if place.suffix in {".html", ".txt", ".xml"}:
            with place.open("rb") as source:
                options = {
                    "silent": "false",
                    "newstyle_gettext": "true",
                    "trimmed": "true",
                    "extensions": "jinja2.ext.do",
                }
                for line, message, _, _ in extract.extract(
                    "jinja2.ext:babel_extract", source, keywords=KEYWORDS, options=options
                ):
                    yield _key(message), f"{place.relative_to(SRC)}:{line}"


def _key(message):
    return message[0] if isinstance(message, tuple) else message


def refusals(place):
    """The sentences of refusals: class attributes, and the first or named argument where one is raised."""
    tree = ast.parse(place.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and ("errors" in place.name):
            for item in node.body:
                if (
                    isinstance(item, ast.Assign)
                    and item.targets[0].id in REFUSALS
                    and isinstance(item.value, ast.Constant)
                ):
                    yield item.value.value, f"{place.relative_to(SRC)}:{item.lineno}"
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            parts = [*node.exc.args[:1], *(k.value for k in node.exc.keywords if k.arg in REFUSALS)]
            for part in parts:
                if (
                    isinstance(part, ast.Constant)
                    and isinstance(part.value, str)
                    and " " in part.value
                    and _is_refusal(node.exc)
                ):
                    yield part.value, f"{place.relative_to(SRC)}:{node.lineno}"


def _is_refusal(call):
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    return name not in {
        "RuntimeError",
        "ValueError",
        "TypeError",
        "LookupError",
        "KeyError",
        "SystemExit",
        "NotImplementedError",
        "AssertionError",
        "UsageError",
        "ClickException",
        "BadParameter",
    }


def check():
    done = translated()
    missing = {}
    for message, place in used():
        if message and message not in done:
            missing.setdefault(message, place)
    for message, place in sorted(missing.items(), key=lambda pair: pair[1]):
        print(f"{place}: no Chinese for “{message}”")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(check() if sys.argv[1:] == ["check"] else compile_all())
