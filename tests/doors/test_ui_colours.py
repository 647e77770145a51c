"""Every colour that carries meaning can be seen, in both themes; the sheets stay small."""

import gzip
import re
from pathlib import Path

import pytest

from sanbao.doors import ui
from sanbao.doors.ui.colour import brand_sheet, contrast, readable

STATIC = Path(ui.__file__).parent / "static" / "ui"
BLOCK = re.compile(r"{([^{}]*)}")
COLOUR = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})")
TONES = ("good", "warn", "bad", "info", "law")


def themes():
    light, by_device, chosen = (
        dict(COLOUR.findall(block)) for block in BLOCK.findall((STATIC / "tokens.css").read_text())
    )
    return {"light": light, "dark by device": light | by_device, "dark by choice": light | chosen}


THEMES = themes()


def text_pairs():
    """Every text colour with every ground it stands on."""
    for ground in ("paper", "card", "still-bg"):
        yield from (("ink", ground), ("ink-2", ground))
    for ground in ("paper", "card"):
        yield from ((tone, ground) for tone in (*TONES, "brand"))
    for tone in TONES:
        yield from ((tone, f"{tone}-bg"), ("ink", f"{tone}-bg"), ("ink-2", f"{tone}-bg"))
    yield from (("on-brand", "brand"), ("on-tone", "good"), ("on-tone", "bad"))
    yield from (("on-tone", f"c{number}") for number in range(1, 6))
    yield from (("ink", "h0"), ("ink", "h1"), ("ink", "h2"), ("on-tone", "h3"), ("on-tone", "h4"))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), list(text_pairs()))
def test_text_can_be_read(theme, text, ground):
    tokens = THEMES[theme]
    assert contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["paper", "card"])
@pytest.mark.parametrize(
    "line", ["line-strong", "brand", "good", "bad", "info", "law", "c1", "c2", "c3", "c4", "c5"]
)
def test_lines_that_carry_meaning_can_be_seen(theme, line, ground):
    tokens = THEMES[theme]
    assert contrast(tokens[line], tokens[ground]) >= 3


def test_dark_is_the_same_by_device_and_by_choice():
    assert THEMES["dark by device"] == THEMES["dark by choice"]
    assert THEMES["dark by device"] != THEMES["light"]


def test_the_tokens_of_the_direction_are_kept():
    light, dark = THEMES["light"], THEMES["dark by choice"]
    assert (light["paper"], light["ink"], light["line-strong"], light["law"]) == (
        "#f7f6f3",
        "#1a1b1e",
        "#8a8880",
        "#6d28d9",
    )
    assert (dark["paper"], dark["ink"], dark["line-strong"], dark["law"]) == (
        "#141517",
        "#ececea",
        "#767b84",
        "#c4b5fd",
    )


def test_no_sheet_but_the_tokens_names_a_colour():
    for sheet in STATIC.glob("*.css"):
        if sheet.name != "tokens.css":
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![^{]*{)", sheet.read_text()), sheet.name


@pytest.mark.parametrize(
    "names",
    [
        ("tokens", "base", "controls", "pieces", "portal", "print"),
        ("tokens", "base", "controls", "pieces", "portal", "workbench", "print"),
    ],
)
def test_a_frame_needs_at_most_ten_and_a_half_kilobytes_of_style(names):
    sent = sum(len(gzip.compress((STATIC / f"{name}.css").read_bytes(), 9)) for name in names)
    assert sent <= 10_752


def test_the_script_needs_at_most_two_kilobytes():
    assert len(gzip.compress((STATIC / "ui.js").read_bytes(), 9)) <= 2048


@pytest.mark.parametrize("colour", ["#FFEE00", "#000000", "#ffffff", "#00a1d6", "#C2410C", "#808080"])
def test_any_brand_colour_becomes_readable_in_both_themes(colour):
    pairs = re.findall(r"--brand: (#\w{6}); --on-brand: (#\w{6});", brand_sheet(colour))
    assert len(pairs) == 3
    for (brand, on), ground in zip(pairs, ("#f7f6f3", "#1d1f22", "#1d1f22"), strict=True):
        assert contrast(brand, ground) >= 4.5
        assert contrast(brand, on) >= 4.5


def test_a_readable_colour_is_left_alone_and_nonsense_is_refused():
    assert readable("#c2410c", "#f7f6f3") == "#c2410c"
    for nonsense in ("red", "#12345", "#C2410C;}", ""):
        with pytest.raises(ValueError, match="brand colour"):
            brand_sheet(nonsense)
