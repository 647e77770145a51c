"""Texts and files for tests; every sentence here is our own."""

import csv
import io
from datetime import date

from sanbao.base.actor import STAFF, Actor, system
from sanbao.engines.text import Mention, Reading
from sanbao.rooms.feedback import services
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


class KeywordReader:
    """Reads by words alone: tests of the room must not move when the shipped reader learns."""

    WORDS = (
        ("态度恶劣", "AT", -1),
        ("态度很好", "AT", 1),
        ("半个月还没修好", "TT", -1),
        ("当天就修好", "TT", 1),
        ("推来推去", "SH", -1),
        ("太远", "CV", -1),
        ("很快有人联系", "CC", 1),
        ("太贵", "PR", -1),
        ("服务不错", "OV", 1),
        ("质量太差", "PQ", -1),
    )

    def read_many(self, texts):
        return [self._read(text) for text in texts]

    def _read(self, text):
        found = tuple(
            Mention(code, sign, text.index(word), text.index(word) + len(word), 0.9, (word[:2],))
            for word, code, sign in self.WORDS
            if word in text
        )
        way = sum(mention.polarity for mention in found)
        return Reading("zh", float(max(-1, min(1, way))), max(-1, min(1, way)), found)


READER = KeywordReader()


def reader_of_feedback(*outlets: str, at=AT) -> Actor:
    """A member of staff who may see feedback at these outlets; everywhere without any."""
    who = bearer("feedback.see", "feedback.report", at=at)
    return Actor(who.ref, STAFF, at, who.id, who.name, dict.fromkeys(outlets or ("*",), who.grants["*"]))


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
    while read and services.read_unread(HOUSE, READER):
        pass


def as_csv(lines, encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(lines)
    return out.getvalue().encode(encoding)


def file(folder, content: bytes, name: str = "reviews.csv"):
    path = folder / name
    path.write_bytes(content)
    return path
