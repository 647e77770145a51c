"""Whatever the rooms can do, a machine can ask for, or it is said here why not."""

import ast
import importlib
import inspect
from pathlib import Path

import pytest

from sanbao.doors.api import routes

ROOMS = (
    "ledger", "vault", "registry", "outlets", "parts", "repairs", "conversations", "complaints", "feedback",
)  # fmt: skip
BY_ITSELF = "the house does it by itself: by the clock, or when it hears of something"
WITHIN = "part of another verb, which has a route"
OWNERS = "owners do it in the portal; a token belongs to a member of staff"
PEOPLE = "signing in and joining are done by people, in a browser"
SET_UP = "setting the house up: the workbench and `sanbao import`"
FILES = "files come in through the pages and the command line"
SECRET = "its answer must not be kept for repeats"
TWO_PEOPLE = "needs two people who see what they sign"
READERS = "teaching, acting on and sharing what was read are done by people who read the sentences"
DESK = "a decision that somebody takes who sees the whole page"
NONE = {
    "ledger": {},
    "vault": {"add_file": FILES, "erase_files": BY_ITSELF},
    "registry": {
        **dict.fromkeys(("count_attempt", "forget_attempts", "adopt_packs"), BY_ITSELF),
        **dict.fromkeys(
            ("request_code", "sign_in_code", "sign_in_staff", "accept_invitation", "change_password"), PEOPLE
        ),
        **dict.fromkeys(("invite", "enlist", "make_link", "make_token", "reveal"), SECRET),
        **dict.fromkeys(
            ("change_target", "claim_device", "erase_me", "update_me", "request_erasure", "set_my_language"),
            OWNERS,
        ),
        **dict.fromkeys(
            (
                "init_installation", "put_role", "put_tac", "put_product", "put_plan_price", "assign",
                "unassign", "leave", "revoke_token",
            ),
            SET_UP,
        ),
        **dict.fromkeys(
            ("erase", "propose_pack", "publish", "withdraw", "keep_comparison", "keep_worked_cases"),
            TWO_PEOPLE,
        ),
    },
    "outlets": {
        **dict.fromkeys(("release_holds", "release_walk_in_seats"), BY_ITSELF),
        **dict.fromkeys(("open_slots", "serve_order"), WITHIN),
        **dict.fromkeys(("put_outlet", "set_special_day"), SET_UP),
    },
    "parts": {
        **dict.fromkeys(("put_item", "set_price"), SET_UP),
        **dict.fromkeys(("reserve", "release", "use"), WITHIN),
    },
    "repairs": {
        **dict.fromkeys(
            (
                "compare_packs", "erase_customer", "erase_if_done", "miss_overdue", "watch_again",
                "watch_remedies",
            ),
            BY_ITSELF,
        ),
        **dict.fromkeys(
            (
                "ask_case_review", "ask_remedy_review", "ask_review", "choose_remedy", "fulfil_remedy",
                "grant_remedy", "overturn", "refuse_remedy", "uphold", "withdraw_remedy",
            ),
            DESK,
        ),
    },
    "conversations": {
        **dict.fromkeys(("drop_for_customer", "erase_customer", "mail_staff", "send_due", "tell"), BY_ITSELF),
        "write": OWNERS,
    },
    "complaints": {
        **dict.fromkeys(
            (
                "end_pauses", "erase_customer", "meet_first_answer", "remind_due", "resume_for_owner",
                "send_alerts",
            ),
            BY_ITSELF,
        ),
        "add_evidence": FILES,
        **dict.fromkeys(
            (
                "authority_accepted", "authority_received", "authority_rejected", "mediated",
                "mediation_failed", "pause", "resume",
            ),
            DESK,
        ),
    },
    "feedback": {
        **dict.fromkeys(
            ("add_complaint_words", "continue_imports", "erase_voices", "read_again", "read_unread"),
            BY_ITSELF,
        ),
        "send_survey": BY_ITSELF,
        **dict.fromkeys(("answer_survey", "answer_by_link"), OWNERS),
        **dict.fromkeys(("import_file", "keep_upload"), FILES),
        **dict.fromkeys(("start_batch", "store_rows", "finish_batch"), WITHIN),
        **dict.fromkeys(
            (
                "add_call_notes", "add_dispute_words", "add_talk", "compare_waiting", "draw_lessons",
                "find_themes", "keep_monthly", "take_sample", "watch_voices",
            ),
            BY_ITSELF,
        ),
        **dict.fromkeys(
            (
                "activate_model", "decide_suspicion", "drop_action", "export_labels", "extend_random",
                "finish_action", "hand_on_action", "install_model", "keep_report", "label", "measure_model",
                "mute_alert", "object_to", "remove_view", "roll_back", "save_view", "settle", "take_back",
                "undertake", "unmute_alert",
            ),
            READERS,
        ),
    },
}  # fmt: skip
"""Verbs without a route, and why."""


def verbs(room):
    services = importlib.import_module(f"sanbao.rooms.{room}.services")
    return {
        name
        for name, verb in vars(services).items()
        if inspect.isfunction(verb)
        and verb.__module__.startswith(f"sanbao.rooms.{room}.services")
        and not name.startswith("_")
        and next(iter(inspect.signature(verb).parameters), "") == "actor"
    }


def asked_for(room):
    """Every verb of a room that some route calls."""
    found = set()
    for path in Path(routes.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == f"sanbao.rooms.{room}"
            for alias in node.names
            if alias.name == "services"
        }
        found |= {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names
        }
    return found


@pytest.mark.parametrize("room", ROOMS[1:])
def test_every_verb_has_a_route_or_a_reason(room):
    without, excused = verbs(room) - asked_for(room), set(NONE[room])
    assert sorted(without - excused) == [], "give it a route in doors/api/routes, or say in NONE why not"
    assert sorted(excused - without) == [], "it has a route by now, or is gone"


def test_the_search_for_routes_finds_some():
    assert {"accept", "await_part", "move_visit"} <= asked_for("repairs")
    assert "accept" in verbs("repairs")
    assert "accept" not in asked_for("registry")
