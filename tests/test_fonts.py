"""The two fonts: what was put into the repository is what is served, with its licence, its weight and its letters."""

import hashlib
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent.parent / "directory" / "static" / "fonts"
STYLESHEET = FONTS.parent / "holdspace.css"
LICENCES = ("Inter-OFL.txt", "SourceSerif4-OFL.txt")
BOTH_TOGETHER_BYTES = 62_000
FILES = ("holdspace-sans.woff2", "holdspace-serif.woff2")
ASCII = {chr(code) for code in range(0x20, 0x7F)}
NOT_IN_BOTH_SOURCES = set("ŉĬĭĲĳŦŧ")
LATIN_1_AND_EXTENDED_A = {chr(code) for code in range(0xA0, 0x180)} - {"\u00ad"} - NOT_IN_BOTH_SOURCES
MARKS = set("‘’“”–—…·×•‚„′€£₹")
NAMES = set(
    "Bień Ōṅ Meenākṣī Śānti Vaḍḍi Ṭhākur Kṛṣṇa Ọlábísí Ẹniọlá Nguyễn Ngọc Phượng Ștefan Łukasz Çağla Ñandú Sjöström"
)


def checksums() -> dict[str, str]:
    lines = (FONTS / "SHA256SUMS").read_text().splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def test_every_font_has_a_checksum_and_keeps_it() -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FONTS.glob("*.woff2")}
    assert found == checksums()


@pytest.mark.parametrize("name", LICENCES)
def test_each_font_comes_with_its_whole_licence(name: str) -> None:
    text = (FONTS / name).read_text()
    assert "SIL OPEN FONT LICENSE" in text and "TERMINATION" in text and "DISCLAIMER" in text


def test_both_fonts_together_stay_light() -> None:
    assert sum(path.stat().st_size for path in FONTS.glob("*.woff2")) <= BOTH_TOGETHER_BYTES


def test_the_stylesheet_asks_for_these_fonts_and_no_other() -> None:
    css = STYLESHEET.read_text()
    told = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:10] for path in FONTS.glob("*.woff2")}
    assert dict(re.findall(r'url\("fonts/([\w-]+\.woff2)\?v=(\w+)"\)', css)) == told, (
        "asked for by content: kept for good"
    )
    assert css.count("url(") == len(list(FONTS.glob("*.woff2")))
    assert css.count("font-display: swap") == len(list(FONTS.glob("*.woff2")))


@pytest.mark.parametrize("name", FILES)
def test_each_font_has_the_letters_of_the_names_it_must_print(name: str) -> None:
    letters = {chr(code) for code in TTFont(FONTS / name).getBestCmap()}
    assert (ASCII | LATIN_1_AND_EXTENDED_A | MARKS | NAMES) - letters == set()


@pytest.mark.parametrize(("name", "heaviest"), [("holdspace-sans.woff2", 640), ("holdspace-serif.woff2", 600)])
def test_each_font_varies_in_weight_as_far_as_the_stylesheet_goes(name: str, heaviest: int) -> None:
    (weight,) = TTFont(FONTS / name)["fvar"].axes
    assert (weight.axisTag, weight.minValue, weight.maxValue) == ("wght", 400, heaviest)
    assert re.search(rf'{name}\?v=\w+"\) format\("woff2"\);\n  font-weight: 400 {heaviest};', STYLESHEET.read_text())


@pytest.mark.parametrize("name", FILES)
def test_a_subset_carries_no_reserved_font_name(name: str) -> None:
    family = TTFont(FONTS / name)["name"].getDebugName(1)
    assert "Source" not in family and "Inter" not in family
