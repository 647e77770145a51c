"""Every page of the owners' web: drawn in both languages, whole, shown to nobody else."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.doors.owner_world import AT, build, pages

from sanbao.rooms.registry.tests.factories import customer

CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT + timedelta(minutes=5))


@pytest.fixture
def world(db):
    return build()


def signed_in(owner, language="zh-hans"):
    client = Client(headers={"accept-language": language})
    client.force_login(owner.account)
    return client


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_drawn_in_both_languages(world, language):
    client = signed_in(world.owner, language)
    for name, address in pages(world).items():
        response = client.get(address)
        assert response.status_code == 200, (name, response.status_code)
        body(response)
