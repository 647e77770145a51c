"""``sanbao deadline``: every clock by its name, pauses, zones, tables, and the clocks as data."""

import json

import pytest
from click.testing import CliRunner

from sanbao.doors.cli.deadline import deadline


def run(*words):
    return CliRunner().invoke(deadline, list(words))


def told(*words):
    done = run("explain", *words)
    assert done.exit_code == 0, done.output
    return done.output


def refused(*words):
    done = run(*words)
    assert done.exit_code == 2
    return done.output


def test_a_clock_is_explained_by_its_name_with_its_source():
    out = told("2026-09-24T16:00", "first_answer")
    assert "中秋节放假" in out
    assert "依据：own promise" in out
    assert told("2026-09-24T16:00", "outer-limit", "--lang", "en").rstrip().endswith("wilful delay")


def test_a_pause_is_left_out_with_its_reason_and_the_law_is_not_paused():
    plain = json.loads(told("2026-09-24", "decision", "--json"))
    paused = json.loads(
        told("2026-09-24", "decision", "--json", "--pause", "2026-09-26..2026-09-29=owner_answer")
    )
    assert (plain["due"][:10], paused["due"][:10]) == ("2026-10-01", "2026-10-04")
    assert any("等您的答复" in line for line in paused["words_zh"])
    assert "nothing may stop" in refused(
        "explain", "2026-09-24", "outer_limit", "--pause", "2026-09-26..2026-09-29"
    )


def test_the_rule_in_force_when_the_matter_came_counts():
    old = json.loads(told("2026-04-20", "authority_mediation", "--received", "2026-04-10", "--json"))
    new = json.loads(told("2026-04-20", "authority_mediation", "--json"))
    assert ("Order 20" in old["source"], "Order 121" in new["source"]) == (True, True)


def test_an_amount_and_a_unit_still_work_and_so_does_another_zone():
    assert "截止：2026年10月9日" in told("2026-09-24T15:00", "5", "working-days")
    assert json.loads(told("2026-09-24", "3", "days", "--zone", "Europe/London", "--json"))["due"].endswith(
        "+01:00"
    )


def test_an_imported_year_makes_a_date_final(tmp_path):
    table = tmp_path / "2027.csv"
    table.write_text("date,kind,name,source\n2027-01-01,off,new_year,notice\n", encoding="utf-8")
    before = json.loads(told("2026-12-30", "first_answer", "--json"))
    assert not before["provisional"]
    rough = json.loads(told("2026-12-31", "3", "working-days", "--json"))
    final = json.loads(told("2026-12-31", "3", "working-days", "--json", "--calendar", str(table)))
    assert (rough["provisional"], final["provisional"]) == (True, False)


@pytest.mark.parametrize(
    "words",
    [
        ("explain", "2026-09-24", "holiday"),
        ("explain", "2026-09-24", "5"),
        ("explain", "2026-09-24", "five", "days"),
        ("explain", "2026-09-24", "99999", "days"),
        ("explain", "2026-09-24", "5", "weeks"),
        ("explain", "2026-09-24", "decision", "--pause", "2026-09-26"),
        ("explain", "2026-09-24", "decision", "--pause", "x..y"),
        ("explain", "2026-09-24", "decision", "--pause", "2026-09-28..2026-09-26"),
        ("explain", "2026-09-24", "decision", "--zone", "Mars/Base"),
        ("explain", "2026-13-24", "decision"),
        ("explain", "2026-09-24"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(words):
    assert "Error" in refused(*words)


def test_a_table_that_cannot_be_read_is_named(tmp_path):
    table, own = tmp_path / "bad.csv", tmp_path / "clocks.toml"
    table.write_text("date,kind\nnever,off\n", encoding="utf-8")
    own.write_text("[outer_limit]\namount = 3\nunit = 'days'\n", encoding="utf-8")
    assert "bad.csv" in refused("explain", "2026-09-24", "decision", "--calendar", str(table))
    assert "set by law" in refused("explain", "2026-09-24", "decision", "--own", str(own))


def test_the_clocks_are_listed_as_data(tmp_path):
    rows = json.loads(run("list", "--json").output)
    known = {row["id"]: row for row in rows}
    assert {"decision", "outer_limit", "authority_mediation", "quote", "hold"} <= set(known)
    assert (known["outer_limit"]["law"], known["outer_limit"]["pauses"]) == (True, [])
    assert "owner_evidence" in known["decision"]["pauses"]
    on = json.loads(run("list", "--json", "--on", "2026-05-01").output)
    assert sum(row["id"] == "authority_mediation" for row in on) == 1
    own = tmp_path / "clocks.toml"
    own.write_text("[decision]\namount = 3\nunit = 'days'\n", encoding="utf-8")
    assert {"decision": 3}.items() <= {
        r["id"]: r["amount"] for r in json.loads(run("list", "--json", "--own", str(own)).output)
    }.items()
    assert "law" in run("list").output
