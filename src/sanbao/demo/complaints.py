"""Lives of complaints: a demand, an answer in time or not, and what the owner makes of it."""

from datetime import timedelta
from typing import Final

from sanbao.demo.people import Person
from sanbao.demo.texts import Mood, grievance
from sanbao.demo.town import Life, Town
from sanbao.rooms.complaints import services as complaints

_DEMANDS: Final = {"repair": 25, "exchange": 22, "refund": 20, "compensation": 18, "apology": 12, "other": 3}
_ANSWERS: Final = {
    "granted": (
        "查明送修时间超过承诺日期，属实。",
        "三包规定：修理者自身原因造成延误的，应当承担责任。",
        "门店今天联系您办理。",
    ),
    "partly": (
        "查明沟通不到位属实；检测记录显示维修本身按流程完成。",
        "按服务承诺，延误部分给予补偿。",
        "补偿三日内到账。",
    ),
    "explained": (
        "维修记录与检测照片已核对，流程符合规定。",
        "三包规定：人为损坏不在免费修理范围。",
        "如有疑问可申请第二次检测。",
    ),
    "refused": (
        "复检结果与首次一致，外力损伤明显。",
        "三包规定第二十三条所列情形，实行收费修理。",
        "您可以向消费者协会或12315反映。",
    ),
}


def complaint(town: Town, who: Person, order: str, mood: Mood) -> Life:
    """File, be taken, be answered, then accept or dispute."""
    rng = town.rng
    demand = rng.choices(list(_DEMANDS), list(_DEMANDS.values()))[0]
    if "AT" in mood.must and rng.random() < 0.5:  # noqa: PLR2004 - rudeness wants an apology
        demand = "apology"
    case = complaints.file(
        town.owner(who.number, who.key),
        demand=demand,
        order=order,
        words=grievance(rng, mood),
        demand_cents=rng.randrange(50, 600) * 100 if demand == "compensation" else None,
    )
    yield town.in_hours(town.later(7, 0.8), 9, 18)
    hand = town.staff("handler", "*")
    complaints.take(hand, case)
    slow = rng.random() < 0.12  # noqa: PLR2004
    yield town.in_hours(
        town.now + timedelta(days=rng.uniform(8, 13) if slow else rng.uniform(0.6, 5.5)), 9, 18
    )
    decision = rng.choices(list(_ANSWERS), (38, 30, 20, 12))[0]
    facts, rule, step = _ANSWERS[decision]
    by_when = town.now.date() + timedelta(days=3) if decision in {"granted", "partly"} else None
    complaints.answer(
        hand.then(town.now),
        case,
        decision=decision,
        facts_found=facts,
        rule=rule,
        next_step=step,
        by_when=by_when,
    )
    yield town.later(30, 0.8)
    fate = rng.random()
    if fate < (0.75 if decision in {"granted", "partly"} else 0.3):
        complaints.accept(town.owner(who.number, who.key), case)
    elif fate > 0.88:  # noqa: PLR2004
        complaints.dispute(
            town.owner(who.number, who.key), case, words="这个结果我不能接受，请再看一遍检测照片。"
        )
        yield town.in_hours(town.later(50), 9, 18)
        complaints.answer(
            hand.then(town.now),
            case,
            decision="partly",
            facts_found="第二位专员复核了照片与记录。",
            rule="三包规定；本公司服务承诺。",
            next_step="免收人工费，并致歉。",
            by_when=town.now.date() + timedelta(days=5),
        )
