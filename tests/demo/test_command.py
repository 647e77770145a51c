"""``sanbao demo``: a demo is made in an empty home or in place of a demo, nowhere else."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from sanbao.base.actor import system
from sanbao.doors.cli.demo import RealData, demo
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services as registry_services

AT = datetime(2026, 6, 17, 7, 30, tzinfo=UTC)
HOUSE = system(AT, "test")


@pytest.mark.django_db
def test_a_home_with_real_data_is_left_alone():
    registry_services.init_installation(
        HOUSE, brand="真店", time_zone="Asia/Shanghai", admin_name="管理员", admin_email="a@example.com",
        password="a-long-real-password",
    )  # fmt: skip
    before = ledger.health(AT)
    outcome = CliRunner().invoke(demo, ["--fresh", "--size", "small"])
    assert ledger.health(AT) == before
    assert isinstance(outcome.exception, RealData)
    assert "真店" in str(outcome.exception)
    assert registry.installation().brand == "真店"
    assert [fact.event for fact in ledger.timeline("registry")] == ["installation.set_up"]
