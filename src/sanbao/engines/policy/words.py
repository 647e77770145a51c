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


def fact_text(step: Step, language: str) -> str:
    """Return the fact that decided a case."""
    phrases = _phrases(language)
    first = step.args[0] if step.args else None
    day = day_text(first, language) if isinstance(first, date) else ""
    cause = phrases.get(f"cause.{first}", "")
    return phrases[f"fact.{step.code}"].format(day=day, cause=cause)


def _phrases(language: str) -> Phrases:
    return ZH if language == "zh" else EN


def _told(verdict: Verdict, language: str) -> Iterator[str]:
    yield from _answer(verdict, language)
    yield from _reasoning(verdict, language)
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
    day = "" if fault is None else day_text(fault, language)
    if not verdict.remedies:
        yield phrases["closed"].format(day=day)
        return
    yield phrases["open"].format(day=day, remedies=remedies_text(verdict.default, language))
    if len(verdict.remedies) > 1 and all(grant.chooser == "consumer" for grant in verdict.grants):
        yield phrases["open_choice"]


def _reasoning(verdict: Verdict, language: str) -> Iterator[str]:
    step = verdict.decided_by
    if step is not None:
        yield _phrases(language)["because"].format(fact=fact_text(step, language))
    for rule in _spoken(verdict):
        yield rule_text(rule, language)


def _spoken(verdict: Verdict) -> list[Rule]:
    """The rules an owner is told: the deciding one, those behind each remedy, and the duties with them."""
    wanted = {grant.rule for grant in verdict.grants}
    wanted |= {
        step.rule
        for step in verdict.trace
        if step.code in {"note", "excluded", "presumed", "presumption_over"}
    }
    if verdict.decided_by is not None:
        wanted.add(verdict.decided_by.rule)
    return [rule for rule in verdict.rules if rule.id in wanted and not rule.quiet]


def _ends(verdict: Verdict, language: str) -> Iterator[str]:
    phrases, fault = _phrases(language), verdict.facts.fault_on
    for grant in verdict.grants:
        if grant.ends_on is None:
            yield phrases["no_end"].format(remedy=_cap(phrases[grant.remedy]))
        elif grant.ends_on != verdict.last_day:
            key = "until_today" if grant.ends_on == fault else "until"
            yield phrases[key].format(
                remedy=_cap(phrases[grant.remedy]), day=day_text(grant.ends_on, language)
            )
    left, last = verdict.days_left, verdict.last_day
    if left is None or last is None:
        return
    kind = "return" if verdict.facts.fault_kind == NO_FAULT else "period"
    if left > 0:
        clock = (
            kind == "period" and last not in {grant.ends_on for grant in verdict.grants} and verdict.grants
        )
        key = "clock" if clock else f"{kind}_period" if kind == "return" else "period"
    else:
        key = f"{kind}_today" if left == 0 else f"{kind}_late"
    yield phrases[key].format(day=day_text(last, language), days=abs(left))


def _money(verdict: Verdict, language: str) -> Iterator[str]:
    phrases = _phrases(language)
    if "refund" in verdict.remedies:
        yield _share_text(verdict.refund_share, phrases)
    payers = tuple(dict.fromkeys(grant.payer for grant in verdict.grants))
    if payers:
        names = phrases["join"].join(phrases[f"payer.{payer}"] for payer in payers)
        yield phrases["payer"].format(payer=names)


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
    return {"missing": first}


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}"


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]


def _stopped(text: str) -> str:
    return text if text.endswith(("?", ".")) else f"{text}:"
