"""A page's article as a PDF with Chinese type, set by Typst from the same words.

The template of a page is the one source of its words: its HTML is read into a tree of plain values, and
``article.typ`` says how each kind of node looks on paper. Nothing is fetched: Typst sees this folder and the
font that comes as a package, no other file and no address.
"""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn
import typst

Node = str | dict[str, Any]

_HERE: Final = Path(__file__).parent
_FONTS: Final = (str(pylopdf_fonts_zh_cn.sans_path().parent),)
_VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})
_UNSEEN: Final = frozenset({"head", "script", "style", "svg", "template", "form", "button"})


def paper(html: str, *, lang: str, title: str, footer: str) -> bytes:
    """Return the HTML of an article as a PDF (A4); the same words give the same bytes.

    What only a screen can use (forms, buttons, drawings) is left out. The insides of ``<details>`` stand at
    the end, one heading each, and its summary in the text leads there.

    ``lang`` is ``zh`` or ``en``; ``footer`` stands on every page beside the page's number.
    """
    data = {"tree": tree(html), "lang": lang, "title": title, "footer": footer}
    compiled = typst.compile(
        str(_HERE / "article.typ"),
        root=str(_HERE),
        font_paths=list(_FONTS),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
    )
    if not isinstance(compiled, bytes):  # pragma: no cover - several pages come as one PDF
        raise TypeError(type(compiled))
    return compiled


def tree(html: str) -> list[Node]:
    """Return the nodes of an HTML fragment: texts, and elements as ``{t, c, id, href, k}``."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.top


class _Reader(HTMLParser):
    """Builds the tree; white space falls together as it does on a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.top: list[Node] = []
        self._open: list[tuple[str, list[Node]]] = [("", self.top)]
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unseen or tag in _UNSEEN:
            self._unseen += tag not in _VOID
            return
        given = dict(attrs)
        node: dict[str, Any] = {"t": tag, "c": (given.get("class") or "").split(), "k": []}
        node.update({name: value for name in ("id", "href") if (value := given.get(name))})
        self._open[-1][1].append(node)
        if tag not in _VOID:
            self._open.append((tag, node["k"]))

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            self._unseen -= 1
            return
        if any(tag == name for name, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._unseen or not data:
            return
        words = " ".join(data.split())
        text = f"{' ' if data[0].isspace() else ''}{words}{' ' if words and data[-1].isspace() else ''}"
        self._open[-1][1].append(text)
