"""What the reading of texts promises, whatever the weights say."""

import itertools
import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanbao.engines.text import (
    ASPECTS,
    CODES,
    DEMANDS,
    FLAGS,
    SCENARIOS,
    SERVICE_CODES,
    Reader,
    aspect_of,
    clauses,
    fingerprint,
    language_of,
    normalise,
)
from sanbao.rooms.feedback.adapters.reader import (
    MODEL,
    load_english,
    load_network,
    load_reader,
    load_weights,
    model_card,
    reader_of,
    save_english,
    save_network,
    save_weights,
)

texts = st.text(max_size=120)
chinese = st.text(alphabet="修了三天还没好，客服态度差。电话不接！退款 ABC12，", max_size=80)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader()


def test_sixteen_aspects_fourteen_of_them_service_each_in_a_scenario():
    assert (len(ASPECTS), len(SERVICE_CODES), len(set(CODES))) == (16, 14, 16)
    assert {aspect.code for aspect in ASPECTS if not aspect.service} == {"PQ", "FU"}
    assert all(aspect.scenario in SCENARIOS and aspect.zh and aspect.en for aspect in ASPECTS)
    assert aspect_of("TT").id == "turnaround"


def test_an_unknown_code_has_no_aspect():
    with pytest.raises(KeyError):
        aspect_of("XX")


@given(texts)
def test_folding_keeps_every_offset_and_is_done_after_once(text):
    folded = normalise(text)
    assert len(folded) == len(text)
    assert normalise(folded) == folded


def test_folding_takes_width_case_and_traditional_characters_away():
    assert normalise("ＡＢｃ１２３！") == "abc123!"
    assert normalise("維修師傅態度惡劣，電話沒人接") == normalise("维修师傅态度恶劣，电话没人接")


@given(texts)
def test_clauses_lie_in_order_inside_the_text_and_never_overlap(text):
    spans = clauses(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(before.end <= after.start for before, after in itertools.pairwise(spans))
    assert "".join(span.of(text) for span in spans) == "".join(text[span.start : span.end] for span in spans)


@given(st.text(alphabet="修换退好坏客服", min_size=1, max_size=300))
def test_no_word_is_lost_between_clauses_and_none_grows_too_long(text):
    spans = clauses(text)
    assert "".join(span.of(text) for span in spans) == text
    assert all(span.end - span.start <= 60 for span in spans)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("修得慢，态度差。", ["修得慢", "态度差"]),
        ("修得快但是很贵", ["修得快", "但是很贵"]),
        ("不但慢而且贵", ["不但慢而且贵"]),
        ("价格1,299元 iPhone 12 好", ["价格1,299元 iPhone 12 好"]),
        ("态度好 修得快", ["态度好", "修得快"]),
        ("v1.2 is fine. Slow, though", ["v1.2 is fine", "Slow", "though"]),
        ("，。！  ", []),
        ("", []),
    ],
)
def test_a_text_is_cut_where_a_reader_would_pause(text, parts):
    assert [span.of(text) for span in clauses(text)] == parts


def test_copies_that_differ_in_dress_only_share_a_fingerprint():
    assert fingerprint("售後服務 ，很差！") == fingerprint("售后服务很差")
    assert fingerprint("ＯＫ 好") == fingerprint("ok好")
    assert fingerprint("很好") != fingerprint("很差")


def test_emoji_alone_still_tell_texts_apart():
    assert fingerprint("👍") != fingerprint("👎")
    assert fingerprint("👍 ") == fingerprint("👍")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("售后很差", "zh"),
        ("iPhone 的售后很差", "zh"),
        ("The repair took three weeks and nobody called me", "en"),
        ("Das Gerät ist kaputt, niemand hilft mir weiter", "other"),
        ("修理に三週間もかかりました", "other"),
        ("👍👍", "none"),
        ("12345 !!!", "none"),
        ("", "none"),
    ],
)
def test_the_language_is_told_by_script_and_common_words(text, language):
    assert language_of(text) == language


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(texts, chinese), max_size=6))
def test_a_reading_is_well_formed_and_the_same_alone_and_in_company(given_texts):
    reader = load_reader()
    together = reader.read_many(given_texts)
    assert len(together) == len(given_texts)
    for text, reading in zip(given_texts, together, strict=True):
        assert reading == reader.read(text)
        assert -1 <= reading.sentiment <= 1
        assert reading.overall in {-1, 0, 1}
        assert set(reading.demands) <= set(DEMANDS)
        assert set(reading.flags) <= set(FLAGS)
        pairs = [(mention.code, mention.polarity) for mention in reading.aspects]
        assert len(pairs) == len(set(pairs))
        for mention in reading.aspects:
            clause = text[mention.start : mention.end]
            assert mention.code in CODES
            assert mention.polarity in {-1, 1}
            assert 0.5 <= mention.score <= 1
            assert clause
            assert all(word in clause for word in mention.reasons)


@pytest.mark.parametrize(
    ("text", "code", "polarity"),
    [
        ("送修半个月了还没修好", "TT", -1),
        ("当天就修好了，速度很快", "TT", 1),
        ("客服态度恶劣，很不耐烦", "AT", -1),
        ("师傅很热情，很有耐心", "AT", 1),
        ("打电话一直没人接，联系不上", "CO", -1),
        ("客服和厂家互相踢皮球，推卸责任", "SH", -1),
        ("店里没有配件，要等总部调货", "PA", -1),
        ("排队等了两个小时，预约也约不上", "QU", -1),
        ("附近没有网点，太远了", "CV", -1),
        ("修了两次还是老毛病", "RQ", -1),
        ("客服一问三不知，什么都不懂", "EX", -1),
        ("想投诉都投诉无门", "CC", -1),
        ("维修收费太贵，乱收费", "PR", -1),
        ("保修期内拒绝保修", "PO", -1),
    ],
)
def test_plain_words_about_each_aspect_are_heard_with_their_clause(reader, text, code, polarity):
    found = {mention.code: mention for mention in reader.read(text).aspects}
    assert code in found
    assert found[code].polarity == polarity
    assert text[found[code].start : found[code].end] in text
    assert found[code].reasons


def test_praise_and_blame_of_one_aspect_are_two_mentions(reader):
    found = [
        m for m in reader.read("店员态度很好很热情，但是电话客服态度恶劣不耐烦").aspects if m.code == "AT"
    ]
    assert sorted(mention.polarity for mention in found) == [-1, 1]


def test_service_is_judged_apart_from_the_goods(reader):
    assert reader.read("售后服务太差了，态度恶劣").overall == -1
    assert reader.read("售后服务很好，客服很有耐心").overall == 1
    assert reader.read("屏幕清晰，电池耐用").overall == 0


def test_an_open_wish_is_heard(reader):
    assert "refund" in reader.read("质量太差了，我要求退款！").demands


def test_traditional_and_full_width_writing_changes_nothing(reader):
    plain = reader.read("维修师傅态度恶劣，电话没人接！")
    dressed = reader.read("維修師傅態度惡劣，電話沒人接！")
    assert [m.code for m in plain.aspects] == [m.code for m in dressed.aspects]
    assert plain.sentiment == dressed.sentiment


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "👍👍👍", "。。。", "\x00\x01", "\ud800", "\u200b"])
def test_a_text_without_words_says_nothing(reader, text):
    reading = reader.read(text)
    assert (reading.aspects, reading.demands, reading.flags, reading.overall) == ((), (), (), 0)


@pytest.mark.parametrize(
    "text", ["Das Gerät ist kaputt und keiner hilft", "修理に時間がかかりました。ありがとう"]
)
def test_of_a_language_it_does_not_know_it_says_nothing(reader, text):
    reading = reader.read(text)
    assert (reading.language, reading.aspects, reading.sentiment) == ("other", (), 0.0)


def test_a_megabyte_is_read_and_quoted_in_place(reader):
    text = "客服态度恶劣，电话没人接。" * 30_000
    reading = reader.read(text)
    assert {mention.code for mention in reading.aspects} >= {"AT", "CO"}
    assert all(mention.end <= len(text) for mention in reading.aspects)


def test_reasons_can_be_left_out_and_nothing_else_changes(reader):
    texts_ = ["客服态度恶劣，电话没人接。", "修得很快"]
    for full, short in zip(reader.read_many(texts_), reader.read_many(texts_, reasons=False), strict=True):
        assert [(m.code, m.polarity, m.start, m.end, m.score) for m in full.aspects] == [
            (m.code, m.polarity, m.start, m.end, m.score) for m in short.aspects
        ]
        assert all(not mention.reasons for mention in short.aspects)


def test_weights_written_and_read_again_read_the_same(reader, tmp_path):
    save_weights(load_weights(MODEL), tmp_path)
    save_network(load_network(MODEL).weights, tmp_path)
    save_english(load_english(MODEL), tmp_path)
    again = reader_of(tmp_path)
    for text in ("送修半个月了还没修好，客服态度差", "Nobody called me back"):
        assert again.read(text) == reader.read(text)


def test_without_a_network_the_plain_weights_still_read(reader, tmp_path):
    save_weights(load_weights(MODEL), tmp_path)
    text = "送修半个月了还没修好，客服态度差"
    assert reader_of(tmp_path).read(text) == reader.read_many([text], deep=False)[0]


def test_the_weights_are_small_and_their_card_names_every_aspect():
    assert sum(path.stat().st_size for path in MODEL.iterdir()) < 10_000_000
    card = model_card()
    assert set(card["aspects"]) == set(CODES)
    assert all({"precision", "recall", "f1", "n"} <= set(row) for row in card["aspects"].values())


def test_the_card_and_the_weights_are_plain_data():
    model = json.loads((MODEL / "model.json").read_text("utf-8"))
    assert all(len(word) <= 6 for words in model["words"].values() for word in words)
    assert all(
        unicodedata.category(char) != "Cc"
        for words in model["words"].values()
        for word in words
        for char in word
    )


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("电池鼓包了，用着害怕", "safety"),
        ("换回来的机器里有别人的照片", "privacy"),
        ("再不处理我就打12315", "legal"),
    ],
)
def test_an_alarming_word_raises_its_flag_whatever_the_rest_says(reader, text, flag):
    assert flag in reader.read(text).flags
    assert flag not in reader.read("屏幕很好，运行流畅").flags
