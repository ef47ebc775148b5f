"""docs/bench.svg: one group of bars per kind of question, on a scale of powers of ten, in light and in dark."""

from collections.abc import Iterator
from math import log10
from pathlib import Path
from typing import Any

from bench.engines.ours import NAME
from bench.questions import KINDS
from bench.reporting import AIMED_SIZE, kept

PICTURE = Path(__file__).parent.parent / "docs" / "bench.svg"
SHOWN = ("a", "a2", "b", "c", "e", "e2", "f", "g")
# PostgreSQL works in a process of its own, whose time is not read.
ENGINES = (NAME, "Tantivy", "SQLite FTS5", "Whoosh 2.7.4")
WIDTH, LEFT, RIGHT, TOP = 880, 306, 800, 92
BAR, GAP, GROUP_GAP = 11, 3, 16
LOWEST, HIGHEST = -2, 4
# An engine that was asked fewer questions of a kind isn't drawn there.
FEWEST, NOT_ASKED = 10, {"asked": 0}
STYLE = """
svg { color-scheme: light dark; font: 13px Inter, system-ui, sans-serif; }
.paper { fill: #faf6ee; } .ink { fill: #12323a; } .soft { fill: #354d52; font-size: 11px; } .line { stroke: #ddd5c5; }
.title { font-size: 16px; font-weight: 600; }
.e0 { fill: #0f4a53; } .e1 { fill: #cb8660; } .e2 { fill: #6fa5a1; } .e3 { fill: #7a86a0; }
@media (prefers-color-scheme: dark) {
  .paper { fill: #0f1c20; } .ink { fill: #f0e9dc; } .soft { fill: #c2c8c0; } .line { stroke: #2b4045; }
  .e0 { fill: #cbe6df; } .e1 { fill: #d8935a; } .e2 { fill: #5e9490; } .e3 { fill: #8b97b0; }
}
"""


def draw() -> None:
    """Draw the largest size up to 100,000 that was measured; nothing without one."""
    fitting = [figures for figures in kept() if figures["size"] <= AIMED_SIZE]
    if fitting:
        PICTURE.write_text("\n".join(_picture(fitting[-1])) + "\n", "utf-8")


def _picture(figures: dict[str, Any]) -> Iterator[str]:
    kinds = {kind: figures["kinds"][kind] for kind in SHOWN if kind in figures["kinds"]}
    heights = [len(ENGINES) * (BAR + GAP) + GROUP_GAP for _ in kinds]
    bottom = TOP + sum(heights)
    title = f"Milliseconds of processor for one question over {figures['size']:,} listings"
    box = f'viewBox="0 0 {WIDTH} {bottom + 34}" role="img" aria-label="{title}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {box}>'
    yield f"<title>{title}</title><style>{STYLE}</style>"
    yield f'<rect class="paper" width="{WIDTH}" height="{bottom + 34}" rx="10"/>'
    yield f'<text class="ink title" x="24" y="32">{title}</text>'
    yield '<text class="soft" x="24" y="50">Mean, warm, one core, the same words, counts and facets. '
    yield "Each line is ten times the one before.</text>"
    yield from _legend({name for told in kinds.values() for name in told})
    yield from _scale(bottom)
    at = TOP
    for (kind, told), height in zip(kinds.items(), heights, strict=True):
        yield from _group(kind, told, at)
        at += height
    yield "</svg>"


def _legend(names: set[str]) -> Iterator[str]:
    for place, name in enumerate(one for one in ENGINES if one in names):
        x = 24 + place * 130
        yield f'<rect class="e{ENGINES.index(name)}" x="{x}" y="62" width="11" height="11" rx="2"/>'
        yield f'<text class="ink" x="{x + 17}" y="72">{name}</text>'


def _scale(bottom: int) -> Iterator[str]:
    for power in range(LOWEST, HIGHEST + 1):
        x = _x(10.0**power)
        yield f'<line class="line" x1="{x:.0f}" x2="{x:.0f}" y1="{TOP - 8}" y2="{bottom}"/>'
        yield f'<text class="soft" x="{x:.0f}" y="{bottom + 18}" text-anchor="middle">{10.0**power:g} ms</text>'


def _group(kind: str, told: dict[str, Any], top: int) -> Iterator[str]:
    rows = [(name, told[name]["cpu_ms"]) for name in ENGINES if told.get(name, NOT_ASKED)["asked"] >= FEWEST]
    yield f'<text class="ink" x="24" y="{top + len(rows) * (BAR + GAP) // 2 + 4}">{KINDS[kind]}</text>'
    for place, (name, ms) in enumerate(rows):
        y, end = top + place * (BAR + GAP), _x(ms)
        shape = f'x="{LEFT}" y="{y}" width="{end - LEFT:.1f}" height="{BAR}" rx="2"'
        yield f'<rect class="e{ENGINES.index(name)}" {shape}/>'
        yield f'<text class="soft" x="{end + 5:.1f}" y="{y + BAR - 1}">{_said(ms)}</text>'


def _x(ms: float) -> float:
    share = (log10(max(ms, 10.0**LOWEST)) - LOWEST) / (HIGHEST - LOWEST)
    return LEFT + share * (RIGHT - LEFT)


def _said(ms: float) -> str:
    return f"{ms:.2f}" if ms < 10 else f"{ms:,.0f}"
