"""A verdict in plain words, Chinese or English, each sentence with its clause."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from sanbao.engines.policy.facts import NO_FAULT, Reason
from sanbao.engines.policy.pack import Rule
from sanbao.engines.policy.phrases import EN, REASONS_EN, REASONS_ZH, ZH, Phrases
from sanbao.engines.policy.verdict import Arg, Change, Dispute, Finding, Outcome, Step, Verdict

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def explain(verdict: Verdict, language: str) -> str:
    """Return the verdict as one text; ``language`` is "zh" or "en"."""
    return _phrases(language)["stop"].join(sentences(verdict, language))


def sentences(verdict: Verdict, language: str) -> list[str]:
    """Return the verdict sentence by sentence: the answer first, doubts last."""
    if not verdict.decided:
        return [reason_text(reason, language) for reason in verdict.reasons]
    return list(_told(verdict, language))


def reason_text(reason: Reason, language: str, detail: str = "") -> str:
    """Return why a case was not decided, as a person may read it."""
    phrases = _phrases(language)
    text = (REASONS_ZH if language == "zh" else REASONS_EN)[reason.code].format(detail=detail)
    return phrases["refused" if reason.refused else "person"].format(reason=text)


def dispute_text(dispute: Dispute, language: str) -> str:
    """Return one disputed reading: the question, our default, the other answer and what it comes to."""
    phrases, switch = _phrases(language), dispute.switch
    default, zh = switch.reading(switch.default), language == "zh"
    return phrases["dispute"].format(
        question=switch.zh if zh else _stopped(switch.en),
        default=(default.zh if zh else default.en).rstrip("。"),
        other=(dispute.reading.zh if zh else dispute.reading.en).rstrip("。"),
        outcome=outcome_text(dispute.outcome, language),
    )


def change_text(change: Change, language: str) -> str:
    """Return one fact that would change the answer."""
    args = _named(change, language)
    return _phrases(language)[f"change.{change.code}"].format(
        remedies=remedies_text(change.outcome, language), **args
    )


def remedies_text(outcome: Outcome, language: str) -> str:
    """Return the remedies as words."""
    phrases = _phrases(language)
    return phrases["join"].join(phrases[name] for name in outcome.remedies) or phrases["none"]


def outcome_text(outcome: Outcome, language: str) -> str:
    """Return the remedies as words, with the share where it is not the whole price."""
    text, share = remedies_text(outcome, language), outcome.refund_share
    if share is None or share == 1:
        return text
    return text + _phrases(language)["share"].format(percent=_percent(share))


def rule_text(rule: Rule, language: str) -> str:
    """Return what a rule says and the clause it stands in; an inferred number is not printed."""
    text = rule.zh if language == "zh" else rule.en
    return _phrases(language)["rule"].format(text=text, clause=rule.cite(language))


def day_text(day: date, language: str) -> str:
    """Return a date as it is written in a sentence."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def days_text(days: int, language: str) -> str:
    """Return a number of days as it is said."""
    if language == "zh":
        return f"{days}天"
    return "1 day" if days == 1 else f"{days} days"


def fact_text(step: Step, language: str) -> str:
    """Return the fact that decided a case."""
    phrases = _phrases(language)
    first = step.args[0] if step.args else None
    cause = phrases.get(f"cause.{first}", "")
    return phrases[f"fact.{step.code}"].format(day=_day(first, language), cause=cause)


def working(verdict: Verdict, language: str) -> list[str]:
    """Return how it was counted, step by step, for whoever wants to follow it."""
    phrases = _phrases(language)
    told = []
    for step in verdict.trace:
        same = len(step.args) > 1 and len(set(step.args)) == 1
        phrase = phrases.get(f"step.{step.code}_same" if same else f"step.{step.code}")
        if phrase is not None:
            told.append(phrase.format(*(_value(arg, language) for arg in step.args), rule=step.rule))
    return told


def _value(arg: Arg, language: str) -> str:
    phrases = _phrases(language)
    if arg is None:
        return phrases["open_end"]
    return day_text(arg, language) if isinstance(arg, date) else phrases.get(f"cause.{arg}", str(arg))


def _day(value: Arg, language: str) -> str:
    return day_text(value, language) if isinstance(value, date) else ""


def _phrases(language: str) -> Phrases:
    return ZH if language == "zh" else EN


def _told(verdict: Verdict, language: str) -> Iterator[str]:
    yield from _answer(verdict, language)
    yield from _reasoning(verdict, language)
    yield from _burden(verdict, language)
    yield from _ends(verdict, language)
    yield from _money(verdict, language)
    yield from _while_repaired(verdict, language)
    phrases = _phrases(language)
    for finding in verdict.findings:
        yield finding_text(finding, language)
    for change in verdict.changes:
        yield phrases["change"].format(text=change_text(change, language))
    for dispute in verdict.disputes:
        yield dispute_text(dispute, language)
    if verdict.disputes:
        yield phrases["range"].format(
            low=outcome_text(verdict.conservative, language),
            high=outcome_text(verdict.owner_friendly, language),
        )
    for flag in verdict.provisional:
        yield phrases[f"provisional.{flag}"]


def _answer(verdict: Verdict, language: str) -> Iterator[str]:
    phrases, fault = _phrases(language), verdict.facts.fault_on
    day = _day(fault, language)
    if not verdict.remedies:
        yield phrases["closed"].format(day=day)
        if verdict.facts.fault_kind != NO_FAULT:
            yield phrases["paid"]
        return
    named = phrases["join"].join(phrases[grant.remedy] for grant in verdict.grants)
    yield phrases["open"].format(day=day, remedies=named)
    if len(verdict.remedies) > 1 and all(grant.chooser == "consumer" for grant in verdict.grants):
        yield phrases["open_choice"]


def _reasoning(verdict: Verdict, language: str) -> Iterator[str]:
    step = verdict.decided_by
    if step is not None:
        yield _phrases(language)["because"].format(fact=fact_text(step, language))
    for rule in _spoken(verdict):
        yield rule_text(rule, language)


SPOKEN = frozenset({"note", "excluded", "extension", "records_missing"})


def _spoken(verdict: Verdict) -> list[Rule]:
    """The rules an owner is told: the deciding one, those behind each remedy, and the duties with them."""
    wanted = {grant.rule for grant in verdict.grants}
    wanted |= {step.rule for step in verdict.trace if step.code in SPOKEN}
    if verdict.decided_by is not None:
        wanted.add(verdict.decided_by.rule)
    return [rule for rule in verdict.rules if rule.id in wanted and not rule.quiet]


def _burden(verdict: Verdict, language: str) -> Iterator[str]:
    """Who has to prove that the fault was there from the start."""
    for step in verdict.trace:
        if step.code in {"presumed", "presumption_over"} and verdict.remedies:
            yield _phrases(language)[step.code].format(day=_day(step.args[0], language))


def _ends(verdict: Verdict, language: str) -> Iterator[str]:
    phrases, fault, by_end = _phrases(language), verdict.facts.fault_on, _by_end(verdict)
    for ends_on, names in by_end.items():
        remedy = _cap(phrases["join"].join(phrases[name] for name in names))
        if ends_on is None:
            yield phrases["no_end"].format(remedy=remedy)
        elif ends_on != verdict.last_day:
            key = "until_today" if ends_on == fault else "until"
            yield phrases[key].format(remedy=remedy, day=day_text(ends_on, language))
    left, last = verdict.days_left, verdict.last_day
    if left is not None and last is not None:
        key = _clock(verdict, left, running=bool(by_end) and last not in by_end)
        yield phrases[key].format(day=day_text(last, language), days=days_text(abs(left), language))


def _clock(verdict: Verdict, left: int, *, running: bool) -> str:
    """The name of the sentence about the last day; ``running`` marks a clock that ends no remedy."""
    if verdict.facts.fault_kind == NO_FAULT:
        kind = "return"
    else:
        kind = "period" if verdict.facts.jurisdiction.startswith("CN") else "liability"
        if running and left > 0:
            return "clock"
    return f"{kind}_running" if left > 0 else f"{kind}_today" if left == 0 else f"{kind}_late"


def _by_end(verdict: Verdict) -> dict[date | None, list[str]]:
    ends: dict[date | None, list[str]] = {}
    for grant in verdict.grants:
        ends.setdefault(grant.ends_on, []).append(grant.remedy)
    return ends


def _money(verdict: Verdict, language: str) -> Iterator[str]:
    phrases = _phrases(language)
    if "refund" in verdict.remedies:
        yield _share_text(verdict.refund_share, phrases)
    # Who sends goods back without a reason pays the freight, and the rule itself says so.
    if verdict.facts.fault_kind == NO_FAULT:
        return
    payers: dict[str, list[str]] = {}
    for grant in verdict.grants:
        payers.setdefault(phrases[f"payer.{grant.payer}"], []).append(phrases[grant.remedy])
    for payer, remedies in payers.items():
        names = _cap(phrases["join"].join(remedies))
        yield phrases["payer" if len(payers) == 1 else "payer_of"].format(payer=payer, remedies=names)


def _share_text(share: Decimal | None, phrases: Phrases) -> str:
    if share is None:
        return phrases["share_open"]
    if share == 1:
        return phrases["share_full"]
    if share <= 0:
        return phrases["share_none"]
    return phrases["share_part"].format(percent=_percent(share))


def _while_repaired(verdict: Verdict, language: str) -> Iterator[str]:
    phrases = _phrases(language)
    if verdict.loaner_due and verdict.loaner_from is not None:
        yield phrases["loaner"].format(day=day_text(verdict.loaner_from, language))
    elif verdict.loaner_from is not None:
        yield phrases["loaner_later"].format(day=day_text(verdict.loaner_from, language))
    if verdict.repair_guarantee_days:
        yield phrases["guarantee"].format(days=verdict.repair_guarantee_days)


def finding_text(finding: Finding, language: str) -> str:
    """Return one right that stands beside the remedies."""
    phrases = _phrases(language)
    if finding.code == "answer_overdue":
        waited, limit = finding.args
        return phrases["finding.answer_overdue"].format(waited=waited, limit=limit)
    _, amount, minimum = finding.args
    known = isinstance(amount, int)
    key, cents = ("finding.amount", amount) if known else ("finding.minimum", minimum)
    return phrases["finding.fraud_damages"].format(amount=phrases[key].format(amount=_yuan(cents)))


def _yuan(cents: Arg) -> str:
    whole, rest = divmod(cents, 100) if isinstance(cents, int) else (0, 0)
    return f"{whole}.{rest:02}" if rest else str(whole)


def _named(change: Change, language: str) -> dict[str, object]:
    if not change.args:
        return {}
    first = change.args[0]
    if isinstance(first, date):
        return {"day": day_text(first, language)}
    if language == "en" and isinstance(first, int):
        return {"missing": {1: "once", 2: "twice"}.get(first, f"{first} times")}
    return {"missing": first}


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}"


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]


def _stopped(text: str) -> str:
    return text if text.endswith(("?", ".")) else f"{text}:"
