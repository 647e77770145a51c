"""``sanbao import`` and ``sanbao report``: four counts, refused rows in a file, one page."""

import csv
import json

import pytest
from click.testing import CliRunner

from sanbao.doors.cli.import_ import import_
from sanbao.doors.cli.report import report
from sanbao.rooms.feedback import queries
from sanbao.rooms.feedback.tests.factories import HOUSE, as_csv, file
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.parts import queries as parts
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry.tests.factories import role

pytestmark = pytest.mark.django_db


def told(*arguments):
    return CliRunner().invoke(import_, [str(each) for each in arguments], catch_exceptions=False)


def refused(path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))


def books(done) -> dict[str, int]:
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_json_holds_exactly_the_four_counts_and_a_second_run_finds_all(tmp_path):
    path = file(tmp_path, as_csv([["评论", "打分"], ["修得很快", "5"], ["", "1"], ["等了很久", "2"]], "gbk"))
    assert books(told("feedback", path, "--json")) == {"read": 3, "stored": 2, "rejected": 1, "duplicates": 0}
    assert books(told("feedback", path, "--json")) == {"read": 3, "stored": 0, "rejected": 1, "duplicates": 2}


def test_the_columns_that_were_guessed_are_said(tmp_path):
    path = file(tmp_path, as_csv([["评论", "打分"], ["修得很快", "5"]]))
    assert "text = 评论" in told("feedback", path).stderr


def test_a_mapping_may_be_given(tmp_path):
    path = file(tmp_path, as_csv([["a", "b"], ["修得很快", "5"]]))
    assert books(told("feedback", path, "--map", "text=a", "--map", "stars=b", "--json"))["stored"] == 1
    assert queries.voices(HOUSE).rows[0].stars == 5
    assert told("feedback", path, "--map", "nonsense").exit_code != 0


def test_a_dry_run_stores_nothing_and_refused_rows_go_to_a_file(tmp_path):
    path = file(tmp_path, as_csv([["text", "stars"], ["=1+1", "7"], ["好", "5"]]))
    errors = tmp_path / "errors.csv"
    done = told("feedback", path, "--dry-run", "--errors", errors, "--json")
    assert books(done) == {"read": 2, "stored": 1, "rejected": 1, "duplicates": 0}
    assert queries.voices(HOUSE).rows == ()
    lines = refused(errors)
    assert lines[0] == ["row", "column", "code", "reason", "value"]
    assert lines[1][:3] == ["2", "stars", "stars"]
    assert lines[1][4] == "7"


def test_outlets_products_parts_prices_and_staff_come_in_from_lists(tmp_path):
    role("clerk")
    shops = [
        [
            "code",
            "kind",
            "name_zh",
            "province",
            "city",
            "address_zh",
            "latitude",
            "longitude",
            "hours",
            "takes_mail",
        ],
        [
            "BJ01",
            "brand_store",
            "一店",
            "北京",
            "北京",
            "某路1号",
            "39.9",
            "116.4",
            "10:00-12:00 13:00-18:00",
            "是",
        ],
        ["BJ02", "castle", "二店", "北京", "北京", "某路2号", "39.9", "116.4", "", ""],
        ["BJ03", "brand_store", "三店", "北京", "北京", "某路3号", "north", "116.4", "", ""],
    ]
    errors = tmp_path / "errors.csv"
    done = told("outlets", file(tmp_path, as_csv(shops), "o.csv"), "--json", "--errors", errors)
    assert books(done) == {"read": 3, "stored": 1, "rejected": 2, "duplicates": 0}
    assert [line[1:3] for line in refused(errors)][1:] == [["kind", "invalid"], ["latitude", "invalid"]]
    assert outlets.place("BJ01").takes_mail
    products = [
        ["code", "name_zh", "name_en", "product_class", "price", "tacs"],
        ["S1", "三包一", "Sanbao 1", "phone", "2,999.00", "86012306"],
    ]
    assert books(told("products", file(tmp_path, as_csv(products), "p.csv"), "--json"))["stored"] == 1
    assert registry.product(HOUSE, "S1").price_cents == 299900
    items = [
        ["code", "kind", "name_zh", "product", "faults"],
        ["S1-SCREEN", "part", "屏幕", "S1", "screen;touch"],
    ]
    assert books(told("parts", file(tmp_path, as_csv(items), "i.csv"), "--json"))["stored"] == 1
    prices = [
        ["item", "valid_from", "price"],
        ["S1-SCREEN", "2026-01-01", "¥599"],
        ["S1-NONE", "2026-01-01", "1"],
        ["S1-SCREEN", "2026-13-01", "1"],
    ]
    assert books(told("prices", file(tmp_path, as_csv(prices), "pr.csv"), "--json")) == {
        "read": 3,
        "stored": 1,
        "rejected": 2,
        "duplicates": 0,
    }
    assert parts.price_on("S1-SCREEN", HOUSE.at.date()) == 59900
    people = [["name", "email", "role", "outlet"], ["李工", "li@example.com", "clerk", "BJ01"]]
    path, links = file(tmp_path, as_csv(people), "s.csv"), tmp_path / "links.csv"
    assert books(told("staff", path, "--links", links, "--json"))["stored"] == 1
    assert books(told("staff", path, "--json")) == {"read": 1, "stored": 0, "rejected": 0, "duplicates": 1}
    assert len(links.read_text().splitlines()) == 2
    assert links.stat().st_mode & 0o077 == 0


def test_a_list_without_a_needed_column_is_refused_whole(tmp_path):
    done = CliRunner().invoke(import_, ["prices", str(file(tmp_path, as_csv([["item"], ["x"]])))])
    assert done.exit_code != 0
    assert "valid_from" in str(done.exception)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_is_one_file(tmp_path, language):
    path = file(tmp_path, as_csv([["text"], ["态度恶劣，爱理不理"]]))
    books(told("feedback", path, "--json"))
    out = tmp_path / "report.html"
    done = CliRunner().invoke(
        report, ["--out", str(out), "--lang", language, "--no-read"], catch_exceptions=False
    )
    assert done.exit_code == 0
    page = out.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert ('lang="zh-Hans"' in page) == (language == "zh")
    assert "http" not in page.replace("http-equiv", "")
    assert list(tmp_path.glob("*.part")) == []
