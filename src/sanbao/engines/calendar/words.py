"""The working of a deadline as sentences, in Chinese and in English."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from sanbao.engines.calendar.budget import Budget, Unit
from sanbao.engines.calendar.due import Deadline
from sanbao.engines.calendar.steps import CLOSED_DAY, WEEKEND, Step, StepCode

Labels = Mapping[str, str]

# name: (Chinese, English); a name that is not here is printed as it stands, so imported rows keep theirs.
NAMES: Mapping[str, tuple[str, str]] = {
    "new_year": ("元旦", "New Year's Day"),
    "spring_festival": ("春节", "Spring Festival"),
    "qingming": ("清明节", "Qingming Festival"),
    "labour_day": ("劳动节", "Labour Day"),
    "dragon_boat": ("端午节", "Dragon Boat Festival"),
    "mid_autumn": ("中秋节", "Mid-Autumn Festival"),
    "national_day": ("国庆节", "National Day"),
    "victory_day": ("抗战胜利纪念日", "Victory Day"),
    WEEKEND: ("周末", "weekend"),
    CLOSED_DAY: ("不营业", "closed"),
    "": ("休息日", "rest day"),
}
PAUSE_NAMES: Mapping[str, tuple[str, str]] = {
    "owner_answer": ("等您的答复", "waiting for your answer"),
    "owner_evidence": ("等您补充材料", "waiting for your evidence"),
    "owner_device": ("等设备寄到", "waiting for the device"),
    "expert_test": ("等检测机构出结果", "waiting for an expert test"),
}
UNITS: Mapping[Unit, tuple[str, str, str]] = {
    Unit.MINUTES: ("分钟", "minute", "minutes"),
    Unit.WORKING_MINUTES: ("个营业分钟", "minute of opening time", "minutes of opening time"),
    Unit.DAYS: ("天", "day", "days"),
    Unit.WORKING_DAYS: ("个工作日", "working day", "working days"),
    Unit.MONTHS: ("个月", "month", "months"),
}
DAY = 86400
WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def explain(due: Deadline, language: str, labels: Labels | None = None) -> list[str]:
    """Return the working as sentences, in order: "zh" (and every zh-…) in Chinese, anything else in English.

    ``labels`` translates the codes of pauses and people, which only the room that wrote them knows.
    """
    known = labels or {}
    chinese = language.lower().startswith("zh")
    table = CHINESE if chinese else ENGLISH
    first = f"期限：{budget_zh(due.budget)}。" if chinese else f"Time allowed: {budget_en(due.budget)}."
    return [first, *(table[step.code](step, known) for step in due.steps)]


def sentence(step: Step, language: str, labels: Labels | None = None) -> str:
    """Return one step as a sentence."""
    table = CHINESE if language.lower().startswith("zh") else ENGLISH
    return table[step.code](step, labels or {})


def budget_zh(budget: Budget) -> str:
    """Return the budget in Chinese; whole hours are told as hours."""
    if budget.unit in {Unit.MINUTES, Unit.WORKING_MINUTES}:
        if budget.amount == 0:
            return "立即"
        return ("营业时间" if budget.unit is Unit.WORKING_MINUTES else "") + length_zh(budget.amount * 60)
    return f"{budget.amount}{UNITS[budget.unit][0]}"


def budget_en(budget: Budget) -> str:
    """Return the budget in English; whole hours are told as hours."""
    if budget.unit in {Unit.MINUTES, Unit.WORKING_MINUTES}:
        if budget.amount == 0:
            return "at once"
        return length_en(budget.amount * 60) + (
            " of opening time" if budget.unit is Unit.WORKING_MINUTES else ""
        )
    return f"{budget.amount} {UNITS[budget.unit][1 if budget.amount == 1 else 2]}"


def day_zh(day: date) -> str:
    """Return a date as a Chinese reader expects it."""
    return f"{day.year}年{day.month}月{day.day}日（周{WEEKDAYS_ZH[day.weekday()]}）"


def day_en(day: date) -> str:
    """Return a date as an English reader expects it, whatever the locale of the machine."""
    return f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]} {day.year}"


def days_zh(step: Step) -> str:
    """Say the day or days of a step in Chinese."""
    if step.first == step.last:
        return day_zh(step.first)
    return f"{day_zh(step.first)}至{day_zh(step.last)}"


def days_en(step: Step) -> str:
    """Say the day or days of a step in English."""
    if step.first == step.last:
        return day_en(step.first)
    return f"{day_en(step.first)} to {day_en(step.last)}"


def clock(moment: datetime) -> str:
    """Return the time on the wall; the last second of a day is told as 24:00."""
    if (moment.hour, moment.minute, moment.second) == (23, 59, 59):
        return "24:00"
    return f"{moment.hour:02}:{moment.minute:02}"


def moments_zh(step: Step) -> str:
    """Say the moments between which a step lies in Chinese."""
    return moments(step, day_zh, "至")


def moments_en(step: Step) -> str:
    """Say the moments between which a step lies in English."""
    return moments(step, lambda day: f"{day_en(day)} ", " to ")


def moments(step: Step, day: Callable[[date], str], to: str) -> str:
    """Return "day 09:00 to 18:00", with the second day named only when it is another one."""
    begin, end = given(step.begin), given(step.end)
    until = clock(end) if begin.date() == end.date() else f"{day(end.date())}{clock(end)}"
    return f"{day(begin.date())}{clock(begin)}{to}{until}"


def given(moment: datetime | None) -> datetime:
    """Return the moment that a step of this code always has.

    Raises:
        ValueError: the step was put together wrongly.
    """
    if moment is None:
        raise ValueError("this step needs its moments")
    return moment


def in_parts(seconds: int) -> tuple[int, int, int, int]:
    """Return days, hours, minutes and seconds; less than two days is told in hours."""
    whole = seconds // DAY if seconds >= 2 * DAY else 0
    left = seconds - whole * DAY
    return whole, left // 3600, left % 3600 // 60, left % 60


def length_zh(seconds: int) -> str:
    """Say how long the budget is in Chinese."""
    parts = zip(in_parts(seconds), ("天", "小时", "分钟", "秒"), strict=True)
    return "".join(f"{amount}{word}" for amount, word in parts if amount) or "0分钟"


def length_en(seconds: int) -> str:
    """Say how long the budget is in English."""
    parts = zip(in_parts(seconds), ("d", "h", "min", "s"), strict=True)
    return " ".join(f"{amount} {word}" for amount, word in parts if amount) or "0 min"


def count_en(amount: int) -> str:
    """Say how many there are in English."""
    return f"{amount} day" if amount == 1 else f"{amount} days"


def name_zh(step: Step) -> str:
    """Say the name of a day off or a make-up day in Chinese."""
    return NAMES[step.name][0] if step.name in NAMES else step.name


def name_en(step: Step) -> str:
    """Say the name of a day off or a make-up day in English."""
    return NAMES[step.name][1] if step.name in NAMES else step.name


def spoken(code: str, labels: Labels, language: int) -> str:
    """Return the words for why a clock stood still: the caller's, else the shipped ones, else the code."""
    shipped = PAUSE_NAMES.get(code)
    return labels.get(code) or (shipped[language] if shipped else code)


def paused_zh(step: Step, labels: Labels) -> str:
    """Say why and how long the clock stood still in Chinese."""
    told = [spoken(code, labels, 0) for code in (step.name, step.who) if code]
    why = f"（{'，'.join(told)}）" if told else ""
    if step.begin is None:
        return f"{days_zh(step)}：暂停计时，{step.amount}天不算{why}。"
    return f"{moments_zh(step)}：暂停计时{length_zh(step.amount)}{why}。"


def paused_en(step: Step, labels: Labels) -> str:
    """Say why and how long the clock stood still in English."""
    told = [spoken(code, labels, 1) for code in (step.name, step.who) if code]
    why = f" ({', '.join(told)})" if told else ""
    if step.begin is None:
        return f"{days_en(step)}: clock stopped, {count_en(step.amount)} left out{why}."
    return f"{moments_en(step)}: clock stopped for {length_en(step.amount)}{why}."


def rest_zh(step: Step, _: Labels) -> str:
    """Say which days did not count in Chinese."""
    if step.name in {WEEKEND, CLOSED_DAY}:
        return f"{days_zh(step)}：{name_zh(step)}，不算。"
    return f"{days_zh(step)}：{name_zh(step)}放假，{step.amount}天不算。"


def start_zh(step: Step, _: Labels) -> str:
    """Say when the clock starts in Chinese."""
    return f"{day_zh(step.first)}{clock(given(step.begin))}开始计时。"


def start_en(step: Step, _: Labels) -> str:
    """Say when the clock starts in English."""
    return f"The clock starts on {day_en(step.first)} at {clock(given(step.begin))}."


def due_zh(step: Step, _: Labels) -> str:
    """Say when the time is over in Chinese."""
    return f"截止：{day_zh(step.last)}{clock(given(step.begin))}。"


def due_en(step: Step, _: Labels) -> str:
    """Say when the time is over in English."""
    return f"Due: {day_en(step.last)}, {clock(given(step.begin))}."


CHINESE: Mapping[StepCode, Callable[[Step, Labels], str]] = {
    StepCode.START: start_zh,
    StepCode.FIRST_DAY_OUT: lambda s, _: f"{day_zh(s.first)}当天不算，从第二天算起。",
    StepCode.FIRST_DAY_IN: lambda s, _: f"{day_zh(s.first)}当天算第1天。",
    StepCode.CORRESPONDING: lambda s, _: f"{s.amount}个月后的对应日是{day_zh(s.last)}。",
    StepCode.MONTH_END: lambda s, _: f"{s.amount}个月后没有对应日，取月末{day_zh(s.last)}。",
    StepCode.COUNTED: lambda s, _: f"{days_zh(s)}：计{s.amount}天。",
    StepCode.MAKE_UP: lambda s, _: f"{days_zh(s)}：{name_zh(s)}调休上班，计{s.amount}天。",
    StepCode.REST: rest_zh,
    StepCode.OPEN: lambda s, _: f"{moments_zh(s)}：营业，计{length_zh(s.amount)}。",
    StepCode.ELAPSED: lambda s, _: f"{moments_zh(s)}：计{length_zh(s.amount)}。",
    StepCode.PAUSED: paused_zh,
    StepCode.ROLLED: lambda s, _: f"最后一天{day_zh(s.first)}赶上{name_zh(s)}，顺延到{day_zh(s.last)}。",
    StepCode.STANDING: lambda _, __: "计时仍在暂停中，恢复之前截止时间会继续顺延。",
    StepCode.PROVISIONAL: lambda s, _: (
        f"{s.amount}年的放假安排还没公布，暂按周末和固定假日推算，日期可能会变。"
    ),
    StepCode.DUE: due_zh,
}
ENGLISH: Mapping[StepCode, Callable[[Step, Labels], str]] = {
    StepCode.START: start_en,
    StepCode.FIRST_DAY_OUT: lambda s, _: f"{day_en(s.first)} itself is not counted.",
    StepCode.FIRST_DAY_IN: lambda s, _: f"{day_en(s.first)} counts as day 1.",
    StepCode.CORRESPONDING: lambda s, _: f"The corresponding date of month {s.amount} is {day_en(s.last)}.",
    StepCode.MONTH_END: lambda s, _: (
        f"Month {s.amount} lacks the date, its last day counts: {day_en(s.last)}."
    ),
    StepCode.COUNTED: lambda s, _: f"{days_en(s)}: {count_en(s.amount)} counted.",
    StepCode.MAKE_UP: lambda s, _: (
        f"{days_en(s)}: make-up work for {name_en(s)}, {count_en(s.amount)} counted."
    ),
    StepCode.REST: lambda s, _: f"{days_en(s)}: {name_en(s)}, not counted.",
    StepCode.OPEN: lambda s, _: f"{moments_en(s)}: open, {length_en(s.amount)} counted.",
    StepCode.ELAPSED: lambda s, _: f"{moments_en(s)}: {length_en(s.amount)} counted.",
    StepCode.PAUSED: paused_en,
    StepCode.ROLLED: lambda s, _: (
        f"{day_en(s.first)} is a rest day ({name_en(s)}): the end moves to {day_en(s.last)}."
    ),
    StepCode.STANDING: lambda _, __: "The clock still stands; the due date moves on until it runs again.",
    StepCode.PROVISIONAL: lambda s, _: (
        f"The rest days of {s.amount} are not published yet: the usual week is assumed, the date may move."
    ),
    StepCode.DUE: due_en,
}
