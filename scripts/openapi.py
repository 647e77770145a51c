"""Rewrite the snapshot of the API's document: the one way to say that a change of it is meant."""

import json
import os
import tempfile
from pathlib import Path

PLACE = Path(__file__).parent.parent / "tests" / "doors" / "openapi.json"


def document():
    """The document as text; the version of the program is no part of the promise."""
    from sanbao import __version__
    from sanbao.doors.api.app import api

    text = json.dumps(api.get_openapi_schema(), indent=1, ensure_ascii=False, sort_keys=True, default=str)
    return text.replace(f"Sanbao {__version__}", "Sanbao") + "\n"


def main():
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(SANBAO_HOME=home, DJANGO_SETTINGS_MODULE="sanbao.site.settings")
        import django

        django.setup()
        PLACE.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
