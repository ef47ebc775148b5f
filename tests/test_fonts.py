"""The two fonts: what was put into the repository is what is served, with its licence, its weight and its letters."""

import hashlib
from pathlib import Path

import pytest

FONTS = Path(__file__).parent.parent / "directory" / "static" / "fonts"
STYLESHEET = FONTS.parent / "holdspace.css"
LICENCES = ("Inter-OFL.txt", "SourceSerif4-OFL.txt")
BOTH_TOGETHER_BYTES = 62_000


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
    for path in FONTS.glob("*.woff2"):
        assert f'url("fonts/{path.name}")' in css
    assert css.count("url(") == len(list(FONTS.glob("*.woff2")))
    assert css.count("font-display: swap") == len(list(FONTS.glob("*.woff2")))
