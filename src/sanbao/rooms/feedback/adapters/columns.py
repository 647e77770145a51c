"""Which column holds what: named by the person, or guessed by its name and tried on its values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sanbao.rooms.feedback.adapters.tables import Table
from sanbao.rooms.feedback.errors import NoSuchColumn, NoTextColumn
from sanbao.rooms.feedback.rules import FACTS, Fault, day_of, stars_of

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "text": (
        "text", "评论", "评论内容", "评价", "评价内容", "内容", "正文", "文本", "反馈", "反馈内容", "留言",
        "content", "comment", "comments", "review", "review_text", "body", "words", "feedback", "message",
    ),
    "stars": ("stars", "star", "score", "rating", "评分", "星级", "打分", "得分", "星数"),
    "said_on": (
        "said_on", "date", "日期", "时间", "评论时间", "评论日期", "评价时间", "评价日期", "发布时间",
        "创建时间", "time", "created_at", "creation_time", "review_date", "comment_time", "posted_at",
    ),
    "product": ("product", "产品", "商品", "商品名称", "型号", "机型", "product_name", "model"),
    "outlet": ("outlet", "outlet_code", "网点", "网点编号", "门店", "门店编号", "store", "store_code"),
    "external_id": ("external_id", "id", "评论id", "评论编号", "评价id", "review_id", "comment_id", "guid"),
}  # fmt: skip
_TRIED: Final[Mapping[str, Callable[[str], object]]] = {"stars": stars_of, "said_on": day_of}


@dataclass(frozen=True, slots=True)
class Choice:
    """The columns that will be read, those left out because their values do not fit, and how many rows."""

    columns: dict[str, str]
    left_out: dict[str, str]
    rows: int


def choose(table: Table, given: Mapping[str, str]) -> Choice:
    """Return the mapping: what was given counts as it is, the rest is guessed by name.

    A guess for stars or days is kept only if at least half of all its filled cells can be read as such;
    a mapping that was given is never doubted, so that its bad cells are refused row by row.

    Raises:
        NoSuchColumn, NoTextColumn.
    """
    shown = ", ".join(table.columns)[:300]
    for fact, column in given.items():
        if fact not in FACTS or column not in table.columns:
            raise NoSuchColumn(field="map", name=fact if fact not in FACTS else column, columns=shown)
    guessed = {fact: column for fact, column in _by_name(table.columns).items() if fact not in given}
    if "text" not in {**guessed, **given}:
        if len(table.columns) != 1:
            raise NoTextColumn(field="map", columns=shown)
        guessed["text"] = table.columns[0]
    rows, unfit = _try_out(table, {f: c for f, c in guessed.items() if f in _TRIED})
    left_out = {fact: guessed.pop(fact) for fact in unfit}
    return Choice({**guessed, **given}, left_out, rows)


def _by_name(columns: Sequence[str]) -> dict[str, str]:
    tidy = {column.strip().lower().replace(" ", "_"): column for column in reversed(columns)}
    found: dict[str, str] = {}
    for fact, names in NAMES.items():
        name = next((name for name in names if name in tidy), None)
        if name:
            found[fact] = tidy[name]
    return found


def _try_out(table: Table, guessed: Mapping[str, str]) -> tuple[int, list[str]]:
    places = {fact: table.columns.index(column) for fact, column in guessed.items()}
    filled = dict.fromkeys(places, 0)
    fitting = dict.fromkeys(places, 0)
    rows = 0
    for row in table.rows():
        rows += 1
        if isinstance(row, Fault):
            continue
        for fact, place in places.items():
            value = row[1][place]
            if value:
                filled[fact] += 1
                fitting[fact] += _TRIED[fact](value) is not None
    return rows, [fact for fact in places if fitting[fact] * 2 < filled[fact]]
