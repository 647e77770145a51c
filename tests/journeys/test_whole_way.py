"""One journey through everything: owner, clerk, engineer, agent, handler, and a parcel.

Four runs on SQLite (Chinese and English, phone and desk), one on PostgreSQL. ``SANBAO_SHOTS=docs/shots``
keeps the pictures that the README shows.
"""

import io

import pytest
from django.utils import timezone
from PIL import Image
from tests.journeys.browser import running
from tests.journeys.stage import Clock, Person, build

from sanbao.demo.goods import MODELS
from sanbao.demo.people import imei_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

RUNS = (
    pytest.param("zh-CN", 390, True, id="zh-390", marks=pytest.mark.on_postgres),
    pytest.param("zh-CN", 1440, False, id="zh-1440"),
    pytest.param("en", 390, False, id="en-390"),
    pytest.param("en", 1440, True, id="en-1440"),
)
IMEIS = [imei_of(model, 777_001) for model in MODELS]
"""Valid IMEIs of models that the demo sells; nobody there has them."""
IMEI = IMEIS[2]


@pytest.fixture(scope="module")
def chromium():
    with running() as browser:
        yield browser


@pytest.fixture
def clock(monkeypatch, settings, tmp_path):
    moment = Clock()
    settings.SANBAO = {**settings.SANBAO, "demo": True}
    settings.HOME, settings.FILES_ROOT = tmp_path, tmp_path / "files"
    monkeypatch.setattr(timezone, "now", moment)
    build(moment)
    moment.work()
    return moment


@pytest.fixture
def people(chromium, live_server, language, width, axe):
    met = []

    def meet(**options):
        options = {"language": language, "width": width, "axe": axe} | options
        met.append(Person(chromium, live_server.url, **options))
        return met[-1]

    yield meet
    for person in met:
        person.close()


def photo():
    stream = io.BytesIO()
    Image.new("RGB", (640, 480), "#345").save(stream, "JPEG")
    return {"name": "crack.jpg", "mimeType": "image/jpeg", "buffer": stream.getvalue()}


@pytest.mark.parametrize(("language", "width", "axe"), RUNS)
def test_the_whole_way(people, clock):
    owner = people()
    device = _device_and_rights(owner)
    order = _book_cancel_and_book_again(owner, device)
    clock.work()
    clerk, engineer = people(), people()
    _take_in(clerk, owner, clock, order)
    _price_and_answer(engineer, owner, clock, order)
    _work_and_hand_over(engineer, clerk, owner, clock, order)
    case = _survey_and_complaint(owner, clock, order)
    _answer_the_complaint(people(), owner, clock, case)
    _walk_in_with_nothing(clerk)
    _call_and_book(people())
    _by_parcel(people(), people(), clock)
    _find(clerk, order)
    _figures(people())


def _device_and_rights(owner):
    owner.go("/")
    owner.shot("home")
    owner.sign_in_as_owner("13800000009")
    owner.go("/devices/add")
    owner.send("/devices/add", imei=IMEI)
    device = owner.number("DV")
    owner.go(f"/devices/{device}/purchase")
    owner.send(f"/devices/{device}/purchase", bought_on="2026-02-26", channel="store", proof="invoice")
    owner.go(f"/devices/{device}")
    owner.sees("退货" if owner.language == "zh-CN" else "efund")
    owner.shot("device-rights")
    return device


def _book_cancel_and_book_again(owner, device):
    order = _book(owner, device)
    owner.send(f"/orders/{order}/cancel")
    owner.go(f"/orders/{order}")
    owner.sees("取消" if owner.language == "zh-CN" else "Called off")
    return _book(owner, device)


def _book(owner, device):
    owner.go(f"/book?device={device}&fault=screen_cracked")
    owner.shot("book-way")
    owner.go(f"/book?device={device}&fault=screen_cracked&way=visit&city=北京市")
    owner.shot("book-outlet")
    owner.follow('a[href*="outlet=BJ01"]')
    owner.shot("book-time")
    owner.follow(".slots a")
    owner.send("/book/visit", name="林小满", words="昨天掉在地上，屏幕裂了 📱")
    order = owner.number("RO")
    owner.go(f"/orders/{order}")
    return order


def _take_in(clerk, owner, clock, order):
    clerk.sign_in_as_staff("clerk@demo.example")
    clerk.go("/desk/counter")
    clerk.shot("counter")
    clock.move(minutes=6)
    clerk.go(f"/desk/orders/{order}")
    clerk.send(f"/orders/{order}/accept", backup_done=True, unlock_consent=True, signature="林小满")
    clerk.go(f"/desk/orders/{order}/receipt")
    clerk.sees(order)
    clock.work()
    owner.go(f"/orders/{order}")
    owner.shot("owner-order")


def _price_and_answer(engineer, owner, clock, order):
    engineer.sign_in_as_staff("engineer@demo.example")
    engineer.go("/desk/bench")
    engineer.shot("bench")
    engineer.go(f"/desk/orders/{order}")
    engineer.page.locator('input[name="items"]').first.check(force=True)
    engineer.shot("diagnosis")
    engineer.send(
        f"/orders/{order}/clear",
        press=f'button[formaction$="/orders/{order}/quote"]',
        finding="customer_damage",
        diagnosis="外屏碎裂，有撞击点。",
    )
    clock.work()
    owner.go(f"/orders/{order}")
    owner.sees("¥")
    owner.shot("owner-price")
    owner.send(f"/orders/{order}/price", press='button[value="yes"]')


def _work_and_hand_over(engineer, clerk, owner, clock, order):
    clock.move(minutes=5)
    engineer.go(f"/desk/orders/{order}")
    engineer.send(f"/orders/{order}/finish", resolution="更换屏幕组件，触控测试通过。")
    clock.work()
    owner.go(f"/orders/{order}")
    owner.shot("owner-ready")
    clerk.go(f"/desk/orders/{order}")
    clerk.send(f"/orders/{order}/hand_back")
    clock.work()


def _survey_and_complaint(owner, clock, order):
    owner.go(f"/orders/{order}")
    survey = owner.number("SV")
    owner.go(f"/survey/{survey}")
    owner.send(f"/survey/{survey}", stars="2", in_time="no", solved="yes", words="修好了，但是前台爱理不理。")
    owner.go(f"/complain?order={order}")
    owner.send(
        "/complain", demand="compensation", amount="50", words="说好当天，换屏后边框多了一道划痕。",
        order=order, photos=photo(),
    )  # fmt: skip
    case = owner.number("CP")
    owner.go(f"/complaints/{case}")
    owner.sees("3月" if owner.language == "zh-CN" else "Mar")
    owner.shot("owner-complaint")
    clock.work()
    return case


def _answer_the_complaint(handler, owner, clock, case):
    handler.sign_in_as_staff("handler@demo.example")
    handler.go("/desk/cases")
    handler.shot("complaint-desk")
    handler.go(f"/desk/cases/{case}")
    handler.send(f"/cases/{case}/take")
    handler.go(f"/desk/cases/{case}")
    handler.shot("complaint-case")
    handler.send(
        f"/cases/{case}/answer", decision="granted", facts_found="交接照片显示划痕为维修后新增。",
        rule="修理者应当保证维修质量。", next_step="补偿50元，三日内到账。", by_when="2026-03-06",
    )  # fmt: skip
    clock.work()
    owner.go(f"/complaints/{case}")
    owner.sees("补偿50元")
    owner.send(f"/complaints/{case}/view", press='button[value="accept"]')


def _walk_in_with_nothing(clerk):
    clerk.go("/desk/counter/walk-in")
    clerk.send(
        "/counter/walk-in", imei=IMEIS[5], bought_on="2025-11-11", name="赵奶奶", fault="battery",
        erase_consent=True, signature="赵桂兰",
    )  # fmt: skip
    clerk.sees("赵奶奶")
    clerk.shot("receipt")


def _call_and_book(agent):
    agent.sign_in_as_staff("agent@demo.example")
    agent.go("/desk/calls/new")
    agent.send(
        "/calls/new", press='button[name="book"]', phone="13912340000", name="许文", minutes="4",
        summary="来电说充不进电，想到店检测。",
    )  # fmt: skip
    agent.page.locator("#pick_outlet").select_option("BJ01")
    agent.follow("form.filters button")
    agent.page.locator('input[name="starts_at"]').first.check(force=True)
    agent.send("/desk/book", imei=IMEIS[6], fault="charging")
    agent.sees("RO-")


def _by_parcel(sender, post, clock):
    sender.sign_in_as_owner("13800000010")
    sender.go("/devices/add")
    sender.send("/devices/add", imei=IMEIS[7])
    device = sender.number("DV")
    sender.go(f"/book?device={device}&fault=battery&way=mail&outlet=BJ09")
    sender.send(
        "/book/mail", name="何苗", return_address="贵州省凯里市北京西路1号 何苗 13800000010",
        carrier="顺丰", waybill="SF1234567890",
    )  # fmt: skip
    order = sender.number("RO")
    clock.work()
    post.sign_in_as_staff("post@demo.example")
    post.go("/desk/mail")
    post.go(f"/desk/orders/{order}")
    post.send(f"/orders/{order}/accept", erase_consent=True, signature="何苗")
    sender.go(f"/orders/{order}")
    sender.shot("owner-parcel")


def _find(clerk, order):
    phone = "13800000009"
    for typed in (order, IMEI, "林小满", phone):
        clerk.go(f"/desk/search?q={typed}")
        shown = clerk.page.locator("main").inner_text().replace(f"“{typed}”", "")
        assert phone not in shown, "a whole number is shown unasked"
        clerk.sees("林小满")


def _figures(manager):
    manager.sign_in_as_staff("auditor@demo.example")
    manager.go("/desk/voice")
    manager.shot("voice")
    manager.go("/desk/report")
    manager.shot("report")
    manager.go("/desk/promises")
    manager.shot("promises")
