"""Sets an installation up for a machine that files complaints; prints its token and a customer as JSON."""

import json

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - settings come first in a process of its own
from django.utils import timezone  # noqa: E402

from sanbao.base.actor import system  # noqa: E402
from sanbao.rooms.registry import services  # noqa: E402

call_command("migrate", verbosity=0)
house = system(timezone.now(), "test")
services.init_installation(
    house, brand="北辰", time_zone="Asia/Shanghai", admin_name="管理员", admin_email="boss@example.com",
    password="correct horse battery",
)  # fmt: skip
member = services.enlist(house, name="热线", email="line@example.com", role="handler", outlet="*")
token = services.make_token(house, staff=member, name="line")[1]
customer = services.register_customer(house, name="王小明", phone="+8613912345678")
print(json.dumps({"token": token, "customer": customer}))
