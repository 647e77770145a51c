"""English has a reader of its own: patterns quote their clause, and without one nothing is said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanbao.engines.text import CODES, Reader
from sanbao.rooms.feedback.adapters.reader import load_reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader()


@pytest.mark.parametrize(
    ("text", "code", "polarity"),
    [
        ("I am still waiting after three weeks", "TT", -1),
        ("They fixed it the same day", "TT", 1),
        ("There was a two hour queue at the counter", "QU", -1),
        ("The screen is on back order", "PA", -1),
        ("It came back with the same fault", "RQ", -1),
        ("The staff were rude to me", "AT", -1),
        ("The technician was friendly and patient", "AT", 1),
        ("The support agent was clueless", "EX", -1),
        ("They passed me around for a month", "SH", -1),
        ("Nobody called me back", "CO", -1),
        ("They refused to let me speak to a manager", "CC", -1),
        ("I got a full refund", "CH", 1),
        ("They refused to honor the warranty", "PO", -1),
        ("This is the worst customer service", "OV", -1),
    ],
)
def test_plain_words_about_each_aspect_are_heard_with_their_clause(reader, text, code, polarity):
    reading = reader.read(text)
    assert reading.language == "en"
    found = {mention.code: mention for mention in reading.aspects}
    assert found[code].polarity == polarity
    assert all(word in text for word in found[code].reasons)


@pytest.mark.parametrize(
    "text",
    [
        "If they refused to honor the warranty I would be angry",
        "Is the staff rude in this shop?",
        "It is a phone and I have it",
    ],
)
def test_what_did_not_happen_is_not_counted(reader, text):
    assert reader.read(text).aspects == ()


def test_a_wish_and_an_alarm_are_heard(reader):
    reading = reader.read("The battery caught fire and I want my money back. I will call my lawyer.")
    assert reading.demands == ("refund",)
    assert set(reading.flags) == {"safety", "legal"}
    assert reading.sentiment < 0


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "the",
                "staff",
                "was",
                "rude",
                ",",
                "they",
                "fixed",
                "it",
                ".",
                "refund",
                "?",
                "3",
                "weeks",
                "don't",
                "’",
                "!",
            ]
        ),
        max_size=20,
    )
)
def test_a_reading_is_well_formed_and_always_the_same(words):
    text = "the service was not good " + " ".join(words)
    reader = load_reader()
    reading = reader.read(text)
    assert reading == reader.read_many(["别的", text])[1]
    assert -1 <= reading.sentiment <= 1
    for mention in reading.aspects:
        assert mention.code in CODES
        assert 0 <= mention.start < mention.end <= len(text)
