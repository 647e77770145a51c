"""A process of the installation carries the installation's name, however it was started."""

import os

import pytest
from django.conf import settings

from sanbao.doors.cli.serve import be_installation
from sanbao.rooms.registry.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_before(monkeypatch):
    monkeypatch.setattr(settings, "SANBAO", {**settings.SANBAO})
    monkeypatch.setattr(os, "environ", dict(os.environ))


def test_the_brand_of_the_installation_is_shown_unless_the_operator_named_another():
    factories.installation(brand="阿尔法", demo=True)
    be_installation()
    assert (settings.SANBAO["brand"], settings.SANBAO["demo"]) == ("阿尔法", True)
    os.environ.update(SANBAO_BRAND="贝塔", SANBAO_DEMO="no")
    be_installation()
    assert (settings.SANBAO["brand"], settings.SANBAO["demo"]) == ("贝塔", False)


def test_an_empty_installation_keeps_the_settings():
    before = {**settings.SANBAO}
    be_installation()
    assert before == settings.SANBAO
