"""The pages of rule packs and plan advice, in the hands of two people."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sanbao.rooms.ledger.models import Entry
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, house
from sanbao.rooms.parts.tests.factories import item
from sanbao.rooms.registry import queries, services
from sanbao.rooms.registry.models import Publication
from sanbao.rooms.registry.tests.factories import installation, product, staff
from sanbao.rooms.registry.tests.packs import pack
from sanbao.rooms.repairs.tests.factories import accepted, bought_device, place

pytestmark = pytest.mark.django_db
FROM = "2026-03-20"


@pytest.fixture(autouse=True)
def begun(monkeypatch, settings, tmp_path):
    monkeypatch.setattr("django.utils.timezone.now", lambda: TOMORROW_10)
    settings.HOME = tmp_path
    installation()
    services.adopt_packs(house(TOMORROW_10))
    place()


def signed_in(role="policy", language="zh-cn"):
    client = Client(headers={"accept-language": language})
    client.force_login(staff((role, "*")).account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["seen_at"] = int(TOMORROW_10.timestamp())
    session.save()
    return client


def hand_in(client, text, **more):
    upload = SimpleUploadedFile("own.toml", text.encode())
    return client.post("/desk/policy", {"file": upload, "valid_from": FROM, "note": "更好", **more})


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_two_people_bring_a_clause_into_force_and_see_what_it_changes():
    number = accepted(phone=bought_device(days=800), fault="battery")
    first, second = signed_in(), signed_in("admin")
    where = hand_in(first, pack(36)).headers["location"]
    assert "OWN-1" in page(first, where)
    first.post(f"{where}/publish")
    assert "要由另一个人发布" in page(first, where)
    for person in (first, second):
        assert "比对好了" in person.post(f"{where}/compare", follow=True).content.decode()
    shown = page(second, where)
    assert number in shown
    assert "可换货" in shown
    assert f"/desk/orders/{number}" in page(first, where)
    assert "已发布" in second.post(f"{where}/publish", {"valid_from": FROM}, follow=True).content.decode()
    assert Publication.objects.get(number=where.rpartition("/")[2]).state == "published"
    assert "已发布，还没到生效日" in page(first, "/desk/policy")
    assert number in page(first, f"{where}?kind=order")
    assert number not in page(first, f"{where}?kind=case&after=x")


def test_a_file_with_faults_shows_each_line_and_proposes_nothing():
    answer = hand_in(signed_in(), pack().replace("months = 24", 'months = "24"'))
    assert answer.status_code == 422
    told = answer.content.decode()
    assert "months 要写成整数" in told
    assert "OWN-1" in told
    for wrong in (b"\xff\xfe", b"[pack"):
        upload = SimpleUploadedFile("own.toml", wrong)
        assert signed_in().post("/desk/policy", {"file": upload, "valid_from": FROM}).status_code == 422
    assert signed_in().post("/desk/policy", {"valid_from": FROM}).status_code == 422
    assert not Publication.objects.filter(pack="brand-own").exists()


def test_what_waits_in_the_folder_is_proposed_with_one_button(tmp_path):
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "own.toml").write_text(pack(), encoding="utf-8")
    (tmp_path / "packs" / "bad.toml").write_text("[pack\n", encoding="utf-8")
    client = signed_in()
    shown = page(client, "/desk/policy")
    assert "brand-own" in shown
    assert "bad.toml" in shown
    (own,) = [each for each in queries.waiting_packs(services_actor()) if not each.faults]
    where = client.post("/desk/policy", {"kept": own.hash, "valid_from": FROM}).headers["location"]
    assert Publication.objects.get(number=where.rpartition("/")[2]).origin == "own"
    assert page(client, f"{where}/text") == pack()
    client.post(f"{where}/withdraw")
    assert "已撤回" in page(client, where)


def services_actor():
    member = staff(("policy", "*"))
    return queries.actor_for(member.account_id, TOMORROW_10)


def test_saved_cases_are_kept_and_a_table_that_is_none_is_refused():
    client = signed_in()
    table = (
        "id,part,purchased_on,delivered_on,fault_on,packs\n"
        "old,battery,2024-01-01,2024-01-01,2026-03-01,statutory+brand\n"
    )
    kept = client.post(
        "/desk/policy/cases", {"cases": SimpleUploadedFile("c.csv", table.encode())}, follow=True
    )
    assert "1个例子" in kept.content.decode()
    where = hand_in(client, pack(36)).headers["location"]
    assert "old" in client.post(f"{where}/compare", follow=True).content.decode()
    wrong = client.post(
        "/desk/policy/cases", {"cases": SimpleUploadedFile("c.csv", b"a,b\n1,2\n")}, follow=True
    )
    assert "不是例子表格" in wrong.content.decode()
    assert "请选一个例子表格" in client.post("/desk/policy/cases", follow=True).content.decode()


def test_auditors_read_and_others_see_nothing():
    where = hand_in(signed_in(), pack()).headers["location"]
    auditor = signed_in("auditor")
    assert "/publish" not in page(auditor, where)
    assert "file" not in page(auditor, "/desk/policy").partition("<main")[2].partition('type="file"')[1]
    for path in ("/desk/policy", where, f"{where}/text"):
        assert signed_in("manager").get(path).status_code in {403, 404}
    assert auditor.post(f"{where}/compare").status_code == 403
    assert signed_in("manager").post(f"{where}/publish").status_code == 404
    assert not Entry.objects.filter(event__in=("policy.compared", "policy.published")).exists()


@pytest.mark.parametrize("language", ["zh-cn", "en"])
def test_plan_advice_says_no_when_it_is_no(language):
    model = product()
    item("SCREEN", faults=["screen_cracked"], product=model, cents=10_000)
    admin = signed_in("admin", language)
    empty = page(admin, "/desk/plans?product=P1&use=normal&years=1&accidents=")
    assert ("没有在售的保障" if language == "zh-cn" else "No plan is sold") in empty
    price = {"plan": "screen-1y", "product": "P1", "price": "99", "valid_from": "2026-03-01"}
    assert admin.post("/desk/plans", price).status_code == 302
    assert admin.post("/desk/plans", price | {"price": "-1"}).status_code == 422
    no = "不划算，不用买" if language == "zh-cn" else "No, it does not pay"
    asked = "?product=P1&use=careful&years=1&accidents="
    anybody = Client(headers={"accept-language": language})
    for shown in (page(admin, f"/desk/plans{asked}"), page(anybody, f"/plans{asked}")):
        assert no in shown
        assert "SquareTrade" in shown
    assert anybody.get("/plans?product=P9&years=1").status_code == 422
    assert page(anybody, "/plans")


def test_who_keeps_no_catalogue_sets_no_price():
    product()
    agent = signed_in("agent")
    assert "price" not in page(agent, "/desk/plans").partition("<main")[2].partition('name="price"')[1]
    price = {"plan": "screen-1y", "price": "99", "valid_from": "2026-03-01"}
    assert agent.post("/desk/plans", price).status_code == 403
    assert queries.all_plan_prices() == ()
