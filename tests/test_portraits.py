"""Portraits: the same id draws the same picture for good, without style, script or any colour of its own."""

import math
import re
from collections import Counter
from xml.etree import ElementTree

import pytest

from directory.portraits import FAMILIES, SCHEMES, Dice, _arches, _meeting, home_picture, portrait

INKS = {
    f"ink-{ink}"
    for ink in "mist sand peach blush sagewash cream sea deep lagoon sage apricot clay dusk".split()
}  # fmt: skip
IDS = [f"{n:04d}listing"[-10:] for n in range(500)]
PICTURES = [home_picture(), *map(portrait, IDS[:60]), portrait(""), portrait('"><script>'), portrait("é\ud800")]


def drawing(picture: str) -> str:
    """A picture without the names that only keep it apart from its neighbours."""
    return re.sub(r"p[0-9a-f]{10}", "p", picture)


def test_the_same_id_gives_the_same_picture_for_good():
    assert portrait("k3m9x2p7qa") == portrait("k3m9x2p7qa")
    assert portrait("k3m9x2p7qa") != portrait("k3m9x2p7qb")
    assert re.search(r'id="(p[0-9a-f]{10})-g"', portrait("k3m9x2p7qa"))[1] == "p91d3a510d7"


def test_five_hundred_people_do_not_look_like_one_another():
    assert len({drawing(portrait(listing_id)) for listing_id in IDS}) >= 490


def test_every_family_scheme_and_side_is_used():
    assert (len(FAMILIES), len(SCHEMES)) == (6, 11)
    drawn = [portrait(listing_id) for listing_id in IDS]
    inks = Counter(tuple(re.findall(r"ink-([a-z]+)", picture)[:6]) for picture in drawn)
    assert len(inks) == 11 and min(inks.values()) > 20
    mirrored = sum("matrix(-1" in picture for picture in drawn)
    assert 200 < mirrored < 300


def test_one_throw_says_nothing_of_the_next():
    throws = [(dice.below(6), dice.below(2), dice.below(12)) for dice in map(Dice, IDS)]
    assert len({(family, side) for family, side, _ in throws}) == 12
    assert len({(family, shift) for family, _, shift in throws}) == 72


@pytest.mark.parametrize("listing_id", IDS[:200])
def test_two_rounds_that_meet_overlap_and_neither_hides_the_other(listing_id):
    forms = _meeting(Dice(listing_id))
    (x, y, r), (a, b, s) = (map(int, re.findall(r'"(-?\d+)"', form)) for form in (forms.front, forms.back))
    assert abs(r - s) < math.dist((x, y), (a, b)) < r + s


@pytest.mark.parametrize("listing_id", IDS[:200])
def test_two_doorways_that_lean_overlap_and_both_can_be_seen(listing_id):
    forms = _arches(Dice(listing_id))
    (left, top, half), (far_left, far_top, wide) = (
        map(int, re.match(r'<path d="M(\d+) 300V(\d+)a(\d+)', form).groups()) for form in (forms.front, forms.back)
    )
    assert left < far_left < left + 2 * half < far_left + 2 * wide
    assert far_top - wide < top - half


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_small_and_well_formed(picture):
    assert len(picture.encode()) <= 1500
    root = ElementTree.fromstring(picture)
    assert root.tag == "svg"
    assert root.get("aria-hidden") == "true" and root.get("focusable") == "false"
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    assert {node.tag for node in root.iter()} <= {
        *("svg", "defs", "linearGradient", "stop", "clipPath", "g", "path", "circle")
    }


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_has_no_style_no_script_and_no_colour_of_its_own(picture):
    for node in ElementTree.fromstring(picture).iter():
        assert not [name for name in node.attrib if name in {"style", "href", "stroke", "color"} or name[:2] == "on"]
        assert node.get("fill", "url(#").startswith("url(#")
        assert set(node.get("class", "portrait").split()) <= INKS | {"portrait", "hair", "dim"}
    assert "#" not in re.sub(r"url\(#[a-z0-9-]+\)", "", picture)


def test_many_pictures_stand_on_one_page_without_sharing_a_name():
    names = [name for picture in PICTURES for name in re.findall(r' id="([^"]+)"', picture)]
    assert len(names) == len(set(names))
    for picture in PICTURES:
        assert set(re.findall(r"url\(#([^)]+)\)", picture)) == set(re.findall(r' id="([^"]+)"', picture))


@pytest.mark.parametrize("listing_id", IDS[:200])
def test_every_round_can_be_seen(listing_id):
    for x, y, r in re.findall(r'<circle cx="(-?\d+)" cy="(-?\d+)" r="(-?\d+)"', portrait(listing_id)):
        assert int(r) >= 30
        assert -int(r) // 2 < int(x) < 240 + int(r) // 2 and 0 < int(y) < 300
