"""Texts and files for tests; every sentence here is our own."""

import csv
import io
from datetime import date

from sanbao.base.actor import STAFF, Actor, system
from sanbao.rooms.feedback import services
from sanbao.rooms.feedback.adapters.reader import load_reader
from sanbao.rooms.feedback.rules import Row
from sanbao.rooms.registry.tests.factories import AT, bearer

HOUSE = system(AT)
GOOD = "店员态度很好，非常耐心，屏幕当天就修好了。"
BAD = "客服态度恶劣，爱理不理，修了半个月还没修好。"
SENTENCES = (
    GOOD,
    BAD,
    "售后一直推来推去，谁都不管。",
    "网点离家太远，来回跑了三趟，太麻烦。",
    "投诉之后很快有人联系，退款也到了。",
    "换个屏幕收费太贵，不合理。",
    "售后服务不错，下次还来。",
    "手机用了一周就黑屏，质量太差。",
)


def reader_of_feedback(*outlets: str, at=AT) -> Actor:
    """A member of staff who may see feedback at these outlets; everywhere without any."""
    who = bearer("feedback.see", "feedback.report", at=at)
    return Actor(who.ref, STAFF, at, who.id, who.name, {code: who.grants["*"] for code in outlets or ("*",)})


def importer(at=AT) -> Actor:
    return bearer("feedback.import", "feedback.see", "feedback.report", at=at)


def rows(count: int, **changes) -> list[Row]:
    """Texts of our own in turn, spread over the days of 2026 up to the moment of the tests."""
    return [
        Row(
            **(
                {
                    "text": f"{SENTENCES[turn % len(SENTENCES)]}（{turn}）",
                    "said_on": date(2026, 1 + turn % 2, 1 + turn % 27),
                    "stars": 1 + turn % 5,
                }
                | changes
            )
        )
        for turn in range(count)
    ]


def stored(count: int, *, read: bool = True, **changes) -> None:
    """Texts in the database, read by the shipped reader."""
    services.add_texts(HOUSE, rows=rows(count, **changes), name="own.csv")
    while read and services.read_unread(HOUSE, load_reader()):
        pass


def as_csv(lines, encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(lines)
    return out.getvalue().encode(encoding)


def file(folder, content: bytes, name: str = "reviews.csv"):
    path = folder / name
    path.write_bytes(content)
    return path
