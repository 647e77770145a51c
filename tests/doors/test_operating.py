"""What an operator does: set up, look after, save and bring back; on whichever database there is."""

import json
import os
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import DatabaseError
from django.test import Client
from tests.races.conftest import ROOT, Place

from sanbao.base.actor import system
from sanbao.base.config import TABLE
from sanbao.doors.cli import doctor
from sanbao.doors.cli.main import HOUSE, PURE, cli
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.registry.tests.factories import installation

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
REVIEWS = "text,stars\n店员很耐心，当天修好。,5\n等了半个月，没人管。😀,1\n"


# --- from nothing to running, and back from an archive ------------------------------------------


def fresh_database(request):
    if request.config.getoption("--database") == "sqlite":
        return ""
    server, name = os.environ["SANBAO_DATABASE_URL"], f"own_{uuid.uuid4().hex[:12]}"

    def run(statement):
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(statement)

    run(f"CREATE DATABASE {name}")
    request.addfinalizer(lambda: run(f"DROP DATABASE {name} WITH (FORCE)"))
    return server.replace("/postgres?", f"/{name}?", 1)


@pytest.fixture
def houses(tmp_path, request):
    """Two homes, each with an empty database."""
    made = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        made.append(Place(tmp_path / name, fresh_database(request)))
    return made


def sanbao(place, *words, fails=False, **environment):
    """Run a command as an operator does; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "sanbao.doors.cli.main", *map(str, words)],
        env={**place.environment, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout + done.stderr


def everything(place):
    """Every row of every table."""
    tables = (
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
        if place.url
        else "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
    )
    names = [name for (name,) in place.ask(tables)]
    kept = [name for name in names if not name.startswith(("django_", "auth_")) and "_search" not in name]
    return {name: sorted(map(repr, place.ask(f"SELECT * FROM {name}"))) for name in kept}


def set_up(place, tmp_path):
    word = tmp_path / "password"
    word.write_text("correct horse battery\n", encoding="utf-8")
    return sanbao(
        place, "init", "--brand", "北辰", "--admin-name", "管理员", "--admin-email", "boss@example.com",
        "--password-file", word,
    )  # fmt: skip


def test_an_installation_is_set_up_used_saved_and_brought_back_whole(houses, tmp_path):
    first, second = houses
    told = set_up(first, tmp_path)
    assert "otpauth://" in told
    token = sanbao(first, "token", "Boss@Example.com", "--name", "till", "--grant", "repairs.see")
    assert token.startswith("TK-")
    assert "sb_" in token
    (tmp_path / "reviews.csv").write_text(REVIEWS, encoding="utf-8")
    books = sanbao(first, "import", "feedback", tmp_path / "reviews.csv", "--json")
    books = json.loads(books[books.index("{") : books.rindex("}") + 1])
    assert books == {"read": 2, "stored": 2, "rejected": 0, "duplicates": 0}
    photo = first.home / "files" / "ab" / "cd" / "abcd"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"\x00photo")

    archive = tmp_path / "saved.tar"
    sanbao(first, "backup", archive)
    before = everything(first)
    sanbao(second, "restore", archive)
    assert everything(second) == before
    assert sum(map(len, before.values())) > 15
    assert (second.home / "files" / "ab" / "cd" / "abcd").read_bytes() == b"\x00photo"

    kept = archive.read_bytes()
    assert "already there" in sanbao(first, "backup", archive, fails=True)
    assert archive.read_bytes() == kept
    sanbao(second, "restore", archive, fails=True)
    assert everything(second) == before
    sanbao(second, "work", "--once")


def test_an_installation_is_set_up_once(houses, tmp_path):
    place = houses[0]
    set_up(place, tmp_path)
    before = everything(place)
    word = tmp_path / "password"
    again = ("--brand", "x", "--admin-name", "y", "--admin-email", "z@example.com", "--password-file", word)
    assert sanbao(place, "init", *again, fails=True).startswith("sanbao: ")
    assert everything(place) == before
    assert "nobody@example.com" not in sanbao(place, "token", "nobody@example.com", "--name", "x", fails=True)
    assert everything(place) == before


def test_the_doctor_ends_with_a_status(houses):
    place = houses[0]
    assert "migrations are waiting" in sanbao(place, "doctor", fails=True)
    sanbao(place, "migrate")
    assert "The installation is empty" in sanbao(place, "doctor")
    assert "not in SANBAO_ALLOWED_HOSTS" in sanbao(
        place, "doctor", fails=True, SANBAO_ORIGIN="https://service.example.com"
    )


# --- settings and commands ----------------------------------------------------------------------


def test_settings_are_shown_and_secrets_are_not(houses):
    place = houses[0]
    shown = sanbao(place, "config", SANBAO_SECRET_KEY="hush", SANBAO_BRAND="北辰")
    assert "hush" not in shown
    assert "北辰" in shown
    assert all(setting.name in shown for setting in TABLE)
    assert sanbao(place, "config", "--markdown").count("\n") == len(TABLE) + 2
    assert "SANBAO_PORT" in sanbao(place, "config", fails=True, SANBAO_PORT="many")


def test_a_secret_may_stand_in_a_file(houses, tmp_path):
    (tmp_path / "mail").write_text("smtp://me:pw@mail.example.com:587\n", encoding="utf-8")
    shown = sanbao(houses[0], "config", SANBAO_MAIL_URL_FILE=str(tmp_path / "mail"))
    line = next(line for line in shown.splitlines() if line.startswith("SANBAO_MAIL_URL"))
    assert line.split()[1:] == ["set"]


@pytest.mark.parametrize("name", sorted({**PURE, **HOUSE}))
def test_every_command_loads_and_explains_itself(name):
    shown = CliRunner().invoke(cli, [name, "--help"])
    assert shown.exit_code == 0, shown.output
    assert shown.output.startswith("Usage:")
    assert len(shown.output.splitlines()) > 3


def test_an_unknown_command_is_named():
    shown = CliRunner().invoke(cli, ["fly"])
    assert shown.exit_code == 2
    assert "fly" in shown.output


# --- the doctor's findings ----------------------------------------------------------------------


@pytest.fixture
def setting(monkeypatch):
    """Change a setting for one test."""

    def change(**changes):
        for name, value in changes.items():
            monkeypatch.setattr(settings, name, value)
        return list(doctor.findings())

    return change


HTTPS = {
    "ORIGIN": "https://s.example.com",
    "SECURE": True,
    "ALLOWED_HOSTS": ["s.example.com"],
    "TRUST_PROXY": True,
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "level", "words"),
    [
        ({}, "warn", "SANBAO_ORIGIN is not set"),
        ({"ORIGIN": "http://s.example.com"}, "bad", "not https"),
        ({"ALLOWED_HOSTS": ["*"]}, "bad", "takes every host"),
        ({**HTTPS, "ALLOWED_HOSTS": ["other"]}, "bad", "s.example.com is not in SANBAO_ALLOWED_HOSTS"),
        ({**HTTPS, "TRUST_PROXY": False}, "warn", "SANBAO_TRUST_PROXY"),
        ({"DEBUG": True}, "bad", "SANBAO_DEBUG is on"),
        (HTTPS, "ok", "Cookies are secure"),
        (HTTPS, "ok", "is up to date"),
        (HTTPS, "warn", "The installation is empty"),
        (HTTPS, "warn", "No worker shows itself"),
    ],
)
def test_the_doctor_finds(setting, changes, level, words):
    assert [seen for seen, said in setting(**changes) if words in said] == [level]


@pytest.mark.django_db
def test_the_doctor_sees_a_demo_and_a_living_worker(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    installation(demo=True)
    ledger.beat(system(NOW), "worker")
    said = {words: level for level, words in doctor.findings()}
    assert said["This is a demo world: its passwords are public."] == "warn"
    assert said["The worker is alive."] == "ok"


def test_the_doctor_says_when_the_database_is_away(monkeypatch):
    def away():
        raise DatabaseError("password=hush")

    monkeypatch.setattr(doctor, "_database", away)
    bad = [words for level, words in doctor.findings() if "does not answer" in words]
    assert len(bad) == 1
    assert "hush" not in bad[0]


# --- signs of life ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_readiness_tells_of_the_worker_and_what_waits(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    client = Client()
    assert client.get("/readyz").json() == {"database": "ok", "worker": "silent", "waiting": 0, "dead": 0}
    ledger.beat(system(NOW - timedelta(seconds=90)), "worker")
    assert client.get("/readyz").json()["worker"] == "ok"
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok\n"
