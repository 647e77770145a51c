"""Articles on paper: the same words, no other file, nothing from outside."""

import re

import pytest

from sanbao.doors.ui.paper import paper, tree


def test_html_becomes_a_tree_of_what_is_read():
    html = "<p class='a b' id=x>one <b>two</b>\n three</p><script>no</script><svg><path/></svg><br>&amp;"
    assert tree(html) == [
        {"t": "p", "c": ["a", "b"], "k": ["one ", {"t": "b", "c": [], "k": ["two"]}, " three"], "id": "x"},
        {"t": "br", "c": [], "k": []},
        "&",
    ]


def test_what_is_left_open_or_closed_twice_does_no_harm():
    assert tree("<div><p>a</div></p>b") == [
        {"t": "div", "c": [], "k": [{"t": "p", "c": [], "k": ["a"]}]},
        "b",
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_words_give_the_same_bytes(lang):
    html = '<h1>三包</h1><p>#import "x" $1$ *a* \\ @b [c] <b>售后</b></p>'
    html += "<table><tr><th>1</th><td>2</td></tr></table><details id=q class=few><summary>见证</summary>"
    html += "<ol><li>😀𠮷</li></ol></details><p><a href='#q'>到</a></p>"
    first = paper(html, lang=lang, title="题", footer="脚")
    assert first.startswith(b"%PDF-")
    assert first == paper(html, lang=lang, title="题", footer="脚")
    assert not re.search(rb"/URI", first)


def test_nothing_at_all_is_a_page_too():
    assert paper("", lang="en", title="", footer="").startswith(b"%PDF-")
