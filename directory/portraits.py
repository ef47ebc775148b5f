"""The abstract picture of a listing, and the bowl of the home page: drawn from a hash, never from a person.

Colours are classes of the stylesheet, so night re-inks them; nothing here knows a listing beyond its id."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple, TypeVar

T = TypeVar("T")

WIDTH, HEIGHT = 240, 300


class Scheme(NamedTuple):
    """Six inks: the ground from top to bottom, the far round, the form in front, the one behind it, their overlap."""

    top: str
    bottom: str
    far: str
    front: str
    back: str
    lens: str


SCHEMES = (
    Scheme("sand", "peach", "mist", "lagoon", "cream", "clay"),
    Scheme("mist", "peach", "cream", "clay", "sea", "apricot"),
    Scheme("sagewash", "sand", "cream", "deep", "sage", "clay"),
    Scheme("mist", "sagewash", "sage", "sea", "peach", "apricot"),
    Scheme("blush", "sand", "peach", "clay", "lagoon", "cream"),
    Scheme("peach", "blush", "sand", "deep", "clay", "apricot"),
    Scheme("sand", "mist", "sagewash", "sea", "clay", "blush"),
    Scheme("blush", "sand", "apricot", "dusk", "cream", "clay"),
    Scheme("peach", "sand", "blush", "lagoon", "deep", "mist"),
    Scheme("mist", "blush", "cream", "dusk", "apricot", "deep"),
    Scheme("sagewash", "mist", "sand", "sage", "sea", "peach"),
)


@dataclass(frozen=True, slots=True)
class Forms:
    """Elements without their ink: the form in front and the one behind, their hairlines, a nearer hill, a floor."""

    front: str
    back: str
    hairs: tuple[str, ...]
    near: str = ""
    floor: str = ""


class Dice:
    """Throws that a text decides: the same text gives the same throws for good."""

    def __init__(self, text: str) -> None:
        digest = sha256(text.encode("utf-8", "surrogatepass"))
        self.name = "p" + digest.hexdigest()[:10]
        self._left = int.from_bytes(digest.digest())

    def below(self, sides: int) -> int:
        """A number from 0 to ``sides`` - 1. The 256 bits last for every throw of a picture."""
        self._left, thrown = divmod(self._left, sides)
        return thrown

    def between(self, low: int, high: int) -> int:
        """A number from ``low`` to ``high``, both included."""
        return low + self.below(high - low + 1)

    def one_of(self, choices: Sequence[T]) -> T:
        """One of ``choices``."""
        return choices[self.below(len(choices))]


def portrait(listing_id: str) -> str:
    """An inline ``<svg class="portrait">`` of 240 by 300 units for a listing, about 1.5 kB; decoration beside a name.

    The id alone decides scheme, family, side and shifts, so a picture never changes because of its neighbours."""
    dice = Dice(listing_id)
    scheme, family, mirrored = dice.one_of(SCHEMES), dice.one_of(FAMILIES), dice.below(2)
    far, forms = _far_round(dice), family(dice)
    turned = f' transform="matrix(-1 0 0 1 {WIDTH} 0)"' if mirrored else ""
    return _picture(dice.name, scheme, f"<g{turned}>{_composed(dice.name, scheme, far, forms)}</g>")


def home_picture() -> str:
    """The large bowl of the home page, 376 by 524 units, in the same inks; decoration."""
    sun = '<circle cx="190" cy="246" r="83"/>'
    bowl = '<path d="M39 300h298a149 149 0 0 1-298 0z"/>'
    hills = '<path d="M0 402c62-36 128-34 186-12s126 20 190-8v142H0z"/>'
    field = '<path d="M0 456c64-24 122-24 188-6s122 28 188 12v62H0z"/>'
    return (
        '<svg viewBox="0 0 376 524" width="376" height="524" aria-hidden="true" focusable="false"><defs>'
        f"{_shade('home-g', 'mist', 'sand')}{_shade('home-f', 'peach', 'blush')}"
        f'<clipPath id="home-l">{bowl}</clipPath></defs><path fill="url(#home-g)" d="M0 0h376v524H0z"/>'
        '<circle fill="url(#home-f)" cx="256" cy="146" r="146"/>'
        f"{_inked(hills, 'sagewash')}{_inked(field, 'sage', 0.6)}{_inked(sun, 'apricot')}{_inked(bowl, 'deep')}"
        f'<g clip-path="url(#home-l)">{_inked(sun, "lagoon", 0.85)}</g>'
        f"{_hair('M19 302a169 169 0 0 0 338 0', dim=True)}</svg>"
    )


def _shade(name: str, top: str, bottom: str) -> str:
    return (
        f'<linearGradient id="{name}" x2="0" y2="1"><stop class="ink-{top}"/>'
        f'<stop class="ink-{bottom}" offset="1"/></linearGradient>'
    )


def _picture(name: str, scheme: Scheme, drawn: str) -> str:
    return (
        f'<svg class="portrait" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" aria-hidden="true" '
        f'focusable="false"><defs>{_shade(f"{name}-g", scheme.top, scheme.bottom)}</defs>'
        f'<path fill="url(#{name}-g)" d="M0 0h{WIDTH}v{HEIGHT}H0z"/>{drawn}</svg>'
    )


def _composed(name: str, scheme: Scheme, far: str, forms: Forms) -> str:
    """Far round, form behind, form in front, lens, hairlines, from back to front."""
    return (
        f'<clipPath id="{name}-l">{forms.front}</clipPath>'
        f"{_inked(far, scheme.far, 0.8)}{_inked(forms.back, scheme.back)}{_inked(forms.front, scheme.front)}"
        f'<g clip-path="url(#{name}-l)">{_inked(forms.back, scheme.lens)}</g>'
        f"{_inked(forms.near, scheme.bottom, 0.45)}{_inked(forms.floor, scheme.back, 0.35)}{''.join(forms.hairs)}"
    )


def _inked(element: str, ink: str, opacity: float = 1) -> str:
    faint = f' fill-opacity="{opacity}"' if opacity < 1 else ""
    return element.replace("/>", f' class="ink-{ink}"{faint}/>')


def _round(x: int, y: int, r: int) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{r}"/>'


def _path(d: str) -> str:
    return f'<path d="{d}"/>'


def _hair(d: str, dim: bool = False) -> str:
    return f'<path class="hair{" dim" if dim else ""}" d="{d}"/>'


def _far_round(dice: Dice) -> str:
    return _round(dice.one_of((52, 84, 120, 168, 196)) + dice.below(16), dice.between(62, 128), dice.between(70, 112))


def _dome(x: int, top: int, half: int) -> str:
    """A shoulder that stands on the bottom edge."""
    rise = HEIGHT - top
    return (
        f"M{x - half} {HEIGHT}C{x - half} {HEIGHT - rise * 5 // 9} {x - half // 2} {top} {x} {top}"
        f"S{x + half} {HEIGHT - rise * 5 // 9} {x + half} {HEIGHT}"
    )


def _vessel(dice: Dice) -> Forms:
    """A shoulder and a round."""
    x, top, half = dice.between(98, 142), dice.between(138, 184), dice.between(72, 108)
    r = dice.between(32, 52)
    lean, sunk = dice.between(-26, 26), dice.between(6, r)
    inner = [_hair(_dome(x, top + 26 * n, half - 21 * n)) for n in range(1, dice.between(2, 4))]
    return Forms(_path(_dome(x, top, half) + "z"), _round(x + lean, top - r + sunk, r), tuple(inner))


def _held(dice: Dice) -> Forms:
    """A bowl and what it holds."""
    x, rim, half = dice.between(108, 132), dice.between(150, 186), dice.between(76, 102)
    deep = dice.between(half * 4 // 5, min(half, 268 - rim))
    r = dice.between(34, 56)
    lean = dice.between(-(half - r) * 2 // 3, (half - r) * 2 // 3)
    gap = dice.between(9, 15)
    bowl = f"M{x - half} {rim}h{2 * half}a{half} {deep} 0 0 1-{2 * half} 0z"
    echo = f"M{x - half - gap} {rim + 3}a{half + gap} {deep + gap} 0 0 0 {2 * (half + gap)} 0"
    held = _round(x + lean, rim - r + dice.between(10, r + 6), r)
    return Forms(_path(bowl), held, (_hair(echo, dim=True),), floor=_floor(dice))


def _floor(dice: Dice) -> str:
    return _path(f"M0 {dice.between(268, 280)}h{WIDTH}v40H0z") if dice.below(3) else ""


def _leaf(x: int, y: int, tall: int, half: int) -> str:
    """A leaf that stands on its tip: ``tall`` is half its height, ``half`` how far its sides are drawn out."""
    return f"M{x} {y - tall}C{x + half} {y - tall // 3} {x + half} {y + tall // 3} {x} {y + tall}" + (
        f"C{x - half} {y + tall // 3} {x - half} {y - tall // 3} {x} {y - tall}z"
    )


def _leaves(dice: Dice) -> Forms:
    """Two leaves that touch, a large and a small."""
    x, y, tall, half = dice.between(82, 108), dice.between(150, 172), dice.between(94, 116), dice.between(56, 80)
    aside, down = dice.between(half * 3 // 5, half * 9 // 10), dice.between(-34, 46)
    small, narrow = dice.between(tall * 6 // 10, tall * 9 // 10), dice.between(44, 64)
    veins = (
        _hair(f"M{x} {y - tall * 2 // 3}V{y + tall}"),
        _hair(f"M{x + aside} {y + down - small // 2}V{y + down + small}", dim=True),
    )
    return Forms(_path(_leaf(x, y, tall, half)), _path(_leaf(x + aside, y + down, small, narrow)), veins)


def _ridge(y: int, swell: int) -> str:
    """A line of hills from edge to edge."""
    return f"M0 {y}C44 {y - swell} 84 {y - swell} 124 {y - swell // 4}S200 {y + swell} {WIDTH} {y - swell // 3}"


def _hills(dice: Dice) -> Forms:
    """Hills, and a round that rises or sets behind them."""
    y, swell, x = dice.between(184, 214), dice.between(22, 48), dice.between(66, 174)
    r = dice.between(40, 64)
    near = _ridge(dice.between(y + 44, 272), -dice.between(12, 34))
    echo = dice.between(14, 22)
    hairs = tuple(_hair(_ridge(y + echo * n, swell)) for n in range(1, dice.between(2, 3)))
    ground = f"V{HEIGHT}H0z"
    return Forms(
        _path(_ridge(y, swell) + ground), _round(x, y - dice.between(0, r - 18), r), hairs, near=_path(near + ground)
    )


def _door(x: int, top: int, half: int, foot: int = HEIGHT) -> str:
    return f"M{x - half} {foot}V{top + half}a{half} {half} 0 0 1 {2 * half} 0V{foot}"


def _arches(dice: Dice) -> Forms:
    """Two doorways that lean on each other."""
    low, half = dice.between(126, 172), dice.between(46, 62)
    x = dice.between(half + 24, 96)
    high, wide = dice.between(66, low - 34), dice.between(48, 68)
    aside = x + dice.between(half, half + wide * 2 // 3)
    inset = dice.between(11, 16)
    hairs = [_hair(_door(aside, high + inset, wide - inset))]
    if dice.below(2):
        hairs.append(_hair(_door(x, low + inset, half - inset)))
    return Forms(_path(_door(x, low, half) + "z"), _path(_door(aside, high, wide) + "z"), tuple(hairs))


def _meeting(dice: Dice) -> Forms:
    """Two rounds that overlap."""
    x, y, r = dice.between(122, 148), dice.between(150, 196), dice.between(58, 78)
    small = dice.between(38, 58)
    reach = (r + small) * dice.between(52, 74) // 100
    across, up = dice.one_of(((94, 34), (87, 50), (64, 77), (98, 17)))
    inset = dice.between(10, 18)
    rings = [_ring(x, y, r - inset)]
    if dice.below(2):
        rings.append(_ring(x, y, r + inset, dim=True))
    back = _round(x - reach * across // 100, y - reach * up // 100, small)
    return Forms(_round(x, y, r), back, tuple(rings), floor=_floor(dice))


def _ring(x: int, y: int, r: int, dim: bool = False) -> str:
    return _hair(f"M{x - r} {y}a{r} {r} 0 1 1 {2 * r} 0a{r} {r} 0 1 1-{2 * r} 0", dim)


FAMILIES: tuple[Callable[[Dice], Forms], ...] = (_vessel, _held, _leaves, _hills, _arches, _meeting)
