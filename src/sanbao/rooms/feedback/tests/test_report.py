"""Figures and the report: honest with nothing, little and much; every number opens its sentences."""

import re
from datetime import date

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from sanbao.base.errors import NotAllowed
from sanbao.rooms.complaints.tests.factories import case, order
from sanbao.rooms.feedback import queries, services
from sanbao.rooms.feedback.models import Mention
from sanbao.rooms.feedback.queries import Scope
from sanbao.rooms.feedback.rules import Row
from sanbao.rooms.feedback.tests.factories import BAD, HOUSE, READER, reader_of_feedback, rows, stored
from sanbao.rooms.registry.tests.factories import installation, nobody


def page(language: str, **scope) -> str:
    with translation.override(language):
        return render_to_string(
            "workbench/report_file.html", {"report": queries.report(HOUSE, **scope), "linked": ""}
        )


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("count", [0, 5, 200])
def test_the_file_renders_and_every_number_opens_its_sentences(language, count):
    installation(brand="试用品牌")
    stored(count)
    case()
    html = page(language)
    assert "试用品牌" in html
    assert "<script" not in html
    assert not re.search(r'(?:src|href)="(?!#)', html)
    targets = set(re.findall(r'id="(\w+)"', html))
    assert set(re.findall(r'href="#(\w+)"', html)) <= targets
    drawers = re.findall(r'<details class="figure[^>]*>(.*?)</details>', html, re.DOTALL)
    assert len(drawers) == Mention.objects.values("aspect", "polarity").distinct().count()
    for drawer in drawers:
        assert 1 <= drawer.count("<mark") <= 50
    assert "MOB-7" in html


@pytest.mark.django_db
def test_with_few_texts_it_says_how_little_it_knows():
    stored(5)
    assert "暂无结论" in page("zh-hans")
    assert "No verdict" in page("en")
    found = queries.report(HOUSE)
    assert all(scenario.balance == "few" for scenario in found.main)


@pytest.mark.django_db
def test_a_text_cannot_break_out_of_the_page():
    services.add_texts(HOUSE, rows=[Row('<script>alert(1)</script>态度恶劣，爱理不理"')], name="a")
    services.read_unread(HOUSE, READER)
    html = page("en")
    assert "<script" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.django_db
def test_personal_data_is_covered_in_the_report():
    services.add_texts(HOUSE, rows=[Row("客服13812345678态度恶劣，爱理不理，加微信号：abc12345")], name="a")
    services.read_unread(HOUSE, READER)
    html = page("zh-hans")
    assert "态度恶劣" in html
    assert "13812345678" not in html
    assert "abc12345" not in html


@pytest.mark.django_db
def test_shares_are_of_texts_and_carry_their_n():
    services.add_texts(HOUSE, rows=[Row(f"{BAD}{BAD}", external_id=str(turn)) for turn in range(3)], name="a")
    services.add_texts(HOUSE, rows=[Row("电池耐用", external_id="9")], name="b")
    services.read_unread(HOUSE, READER)
    attitude = next(a for a in queries.figures(HOUSE).aspects if a.code == "AT")
    assert (attitude.blame.count, attitude.blame.n) == (3, 4)
    assert attitude.blame.low < 0.75 < attitude.blame.high
    assert attitude.quality.n > 0


@pytest.mark.django_db
def test_outlets_with_fewer_than_five_texts_are_not_shown():
    for code, count in (("SH01", 4), ("BJ01", 6), ("GZ01", 9)):
        order(at=code)
        services.add_texts(HOUSE, rows=rows(count, outlet=code), name=code)
    services.read_unread(HOUSE, READER)
    found = queries.report(HOUSE).compared
    assert [(row.key, row.raw.n, row.ranked) for row in found.rows] == [("GZ01", 9, False)]
    assert found.suppressed == 2, "the next smallest goes too, or the rest would tell the smallest"
    assert "SH01" not in page("en")


@pytest.mark.django_db
def test_a_period_counts_only_texts_that_carry_a_day():
    stored(20)
    services.add_texts(HOUSE, rows=[Row("没写日期")], name="b")
    assert queries.figures(HOUSE).texts == 21
    january = queries.figures(HOUSE, Scope(since=date(2026, 1, 1), until=date(2026, 1, 31)))
    assert january.texts == 10
    assert [month.month.isoformat()[:7] for month in queries.by_month(HOUSE)] == ["2026-01", "2026-02"]
    assert page("en", since=date(2026, 1, 1))


@pytest.mark.django_db
def test_the_report_needs_its_grant():
    with pytest.raises(NotAllowed):
        queries.report(nobody())
    assert queries.report(reader_of_feedback()).figures.texts == 0


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 60])
def test_the_report_costs_the_same_reads_whatever_its_size(count, django_assert_max_num_queries):
    stored(count)
    queries.report(HOUSE)
    with django_assert_max_num_queries(25):
        queries.report(HOUSE)


@pytest.mark.django_db
def test_the_same_data_gives_the_same_file():
    stored(40)
    assert page("en") == page("en")
