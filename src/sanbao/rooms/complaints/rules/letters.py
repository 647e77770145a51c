"""The words of e-mails to staff about clocks, in both languages."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sanbao.rooms.complaints.rules.clocks import working_calendar

LEASE: Final = timedelta(minutes=5)
CLOCKS: Final[Mapping[str, tuple[str, str]]] = {
    "acknowledge": ("确认收到", "acknowledgement"),
    "first_answer": ("专人首次答复", "first answer by a person"),
    "decision": ("处理决定", "decision"),
    "outer_limit": ("法定最后期限", "legal limit"),
    "authority_acceptance": ("监管部门是否受理", "authority's decision on acceptance"),
    "authority_mediation": ("监管部门调解", "authority's mediation"),
    "late_first_answer": ("首次答复的补办期限", "new date for the first answer"),
    "late_decision": ("处理决定的补办期限", "new date for the decision"),
}


def letter(kind: str, clock: str, number: str, due_at: datetime, zone: str, language: str) -> tuple[str, str]:
    """Return subject and text of one e-mail; it names the case by its number and nobody in person."""
    chinese = language.lower().startswith("zh")
    name = CLOCKS[clock][0 if chinese else 1]
    local = due_at.astimezone(working_calendar(zone).tz)
    when = f"{local:%Y-%m-%d %H:%M}"
    if chinese:
        state = "已超期" if kind == "overdue" else "快到期"
        return (
            f"投诉{number}：{name}{state}",
            f"投诉{number}的“{name}”{state}，期限是{when}。\n请到工作台“我的工作”里处理。",
        )
    state = "is overdue" if kind == "overdue" else "runs out soon"
    return (
        f"Complaint {number}: {name} {state}",
        f"The clock “{name}” of complaint {number} {state}; due {when}.\nIt is under “My work”.",
    )
