"""Databases of their own for the tests that kill processes."""

import os
import sqlite3
import subprocess
import sys
import uuid
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).parent.parent.parent


class Place:
    """A home and a database that belong to one test alone."""

    def __init__(self, home, url):
        self.home, self.url = home, url
        self.environment = {
            **os.environ,
            "SANBAO_HOME": str(home),
            "SANBAO_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "sanbao.site.settings",
        }

    def start(self, script, *arguments):
        command = [sys.executable, str(script), *arguments]
        return subprocess.Popen(command, env=self.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def run(self, script, *arguments):
        done = self.start(script, *arguments)
        done.communicate(timeout=120)
        assert done.returncode == 0

    def ask(self, statement):
        if self.url:
            with psycopg.connect(self.url) as connection:
                return connection.execute(statement).fetchall()
        with closing(sqlite3.connect(self.home / "sanbao.sqlite3")) as connection:
            return connection.execute(statement).fetchall()


@pytest.fixture
def place(tmp_path, request):
    if request.config.getoption("--database") == "sqlite":
        yield Place(tmp_path, "")
        return
    server = os.environ["SANBAO_DATABASE_URL"]
    name = f"own_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield Place(tmp_path, server.replace("/postgres?", f"/{name}?", 1))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
