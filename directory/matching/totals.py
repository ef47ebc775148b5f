"""The points of many people at once, to the last point what fit.py gives each of them. Why is told by the pure code,
from the listing, for those who are shown.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from directory.matching import sets
from directory.matching.fit import GROUP_OF, HALF_UP, STYLE_STEPS, Close, scaled
from directory.matching.rules import PARTS_OF_PREFERENCES, MatchingRules
from directory.matching.sets import Flags
from directory.needs import Fee, Needs, Preference
from search_index.columns import Columns

# Where a mark can stand on a line of style.
STEPS = range(1, STYLE_STEPS + 2)
FEE = "fee"
# A table of shares longer than this is better looked up in two parts.
LONGEST = 1 << 16

Shares = NDArray[np.float64]
Docs = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Graded:
    """(size,) a small number for everybody, and what each number earns. Numbers are quick to put together, so several
    parts are looked up at once.
    """

    grades: NDArray[Any]
    shares: Shares

    def beside(self, other: "Graded") -> "Graded":
        """Both added up: a number for each pair of numbers."""
        width = np.uint32(len(other.shares))
        return Graded(self.grades * width + other.grades, _added(self.shares, other.shares))

    def of(self, docs: Docs) -> Shares:
        """(n,) what these documents earn."""
        earned: Shares = self.shares.take(self.grades.take(docs))
        return earned


def totals(
    needs: Needs, columns: Columns, docs: Docs, *, today: date, rules: MatchingRules, close: Close
) -> NDArray[np.int64]:
    """(n,) the whole points, 0 to 100, of these documents."""
    graded: Mapping[str, Graded] = dict(_Asked(needs, columns, today, rules, close).parts())
    others: dict[str, Shares] = {}
    if needs.fee is not None and needs.fee.strength == "nice":
        others[FEE] = _fee(needs.fee, columns, docs, rules.order.unsaid)
    exact = np.zeros(len(docs))
    for component, most in scaled({*graded, *others}, rules):
        asked = [graded[code] for code in component.parts if code in graded]
        rest = [others[code] for code in component.parts if code in others]
        shares = [each.of(docs) for each in _joined(asked)] + rest
        exact += most * (reduce(np.add, shares) / (len(asked) + len(rest)))
    return np.floor(exact + HALF_UP).astype(np.int64)


def _joined(parts: Iterable[Graded]) -> list[Graded]:
    """Parts of one component, added up as far as their table of shares stays short."""
    joined: list[Graded] = []
    for part in parts:
        if joined and len(joined[-1].shares) * len(part.shares) <= LONGEST:
            joined[-1] = joined[-1].beside(part)
        else:
            joined.append(part)
    return joined


def _added(one: Shares, other: Shares) -> Shares:
    """A table of the sums of all pairs."""
    return np.add.outer(one, other).ravel()


def _fee(fee: Fee, columns: Columns, docs: Docs, unsaid: float) -> Shares:
    """(n,) inside the limit 1; a range that begins inside it a half, and more by how much of it lies inside."""
    shares = np.full(len(docs), unsaid)
    same = np.flatnonzero(columns.having("currency", (fee.currency,)).take(docs))
    low, high = (columns.figure(name)[docs.take(same)].astype(np.int64) for name in ("fee_low", "fee_high"))
    inside = 0.5 + 0.5 * (fee.max_minor - low) / np.maximum(high - low, 1)
    shares[same] = np.where(low > fee.max_minor, 0.0, np.where(high <= fee.max_minor, 1.0, inside))
    return shares


class _Asked:
    """What was asked as nice, and the share that everybody earns for it. A must earns nothing."""

    def __init__(self, needs: Needs, columns: Columns, today: date, rules: MatchingRules, close: Close) -> None:
        self._needs, self._columns, self._today, self._rules, self._close = needs, columns, today, rules, close
        self._unsaid = rules.order.unsaid

    def parts(self) -> Iterator[tuple[str, Graded]]:
        """Part codes with shares from 0 to 1; all but the fee, whose shares are too many to number."""
        if self._needs.concerns:
            yield "focus", self._focus()
        yield from self._wishes()
        if self._needs.style:
            yield "style", self._style()
        if self._needs.wait in self._rules.wait:
            yield "wait", self._wait(self._rules.wait[str(self._needs.wait)])
        yield "fresh", self._fresh()

    def _wishes(self) -> Iterator[tuple[str, Graded]]:
        needs = self._needs
        for code, ways in (("approach", needs.approaches), ("added", Preference(needs.added_approaches))):
            if ways.nice:
                yield code, self._ways(ways.values)
        for code in PARTS_OF_PREFERENCES:
            if needs.preference(code).nice:
                yield code, self._preference(code, needs.preference(code).values)
        if needs.lived == "nice" and needs.preference("community").values:
            yield "belongs", self._preference("belongs", needs.preference("community").values)

    def _graded(self, *steps: tuple[Flags, float], otherwise: float = 0.0) -> Graded:
        """The last of the steps that applies says the share."""
        grades = np.zeros(self._columns.size, dtype=np.uint8)
        for grade, (flags, _) in enumerate(steps, 1):
            np.maximum(grades, flags * np.uint8(grade), out=grades)
        return Graded(grades, np.array([otherwise, *(share for _, share in steps)]))

    def _or_unsaid(self, told: Graded, unsaid: Flags) -> Graded:
        """The same, but for those who have said nothing."""
        return Graded(np.where(unsaid, 0, told.grades + 1), np.array([self._unsaid, *told.shares]))

    def _focus(self) -> Graded:
        weights = sum(weight for _, weight in self._needs.concerns)
        earned = reduce(Graded.beside, (self._concern(slug, weight) for slug, weight in self._needs.concerns))
        return self._or_unsaid(Graded(earned.grades, earned.shares / weights), self._columns.silent("concern"))

    def _concern(self, slug: str, weight: float) -> Graded:
        worth, columns = self._rules.concern, self._columns
        near = self._close.get("concerns", {}).get(slug, ())
        close = columns.having("concern", (slug,)) | columns.having("also", near) | columns.having("main", near)
        also, main = columns.having("also", (slug,)), columns.having("main", (slug,))
        return self._graded((close, weight * worth.close), (also, weight * worth.also), (main, weight * worth.main))

    def _any_of(
        self, asked: tuple[str, ...], having: Callable[[tuple[str, ...]], Flags], unsaid: Flags, close: Flags
    ) -> Graded:
        return self._graded((close, self._rules.order.close), (having(asked), 1.0), (unsaid, self._unsaid))

    def _ways(self, asked: tuple[str, ...]) -> Graded:
        having = partial(self._columns.having, "way")
        close = self._columns.having("approach", asked) | having(self._near("approaches", asked))
        return self._any_of(asked, having, self._columns.silent("approach"), close)

    def _near(self, group: str, slugs: Sequence[str]) -> tuple[str, ...]:
        near = self._close.get(group, {})
        return tuple(other for slug in slugs for other in near.get(slug, ()))

    def _preference(self, code: str, asked: tuple[str, ...]) -> Graded:
        unsaid, having = sets.unsaid(self._columns, code), partial(sets.having, self._columns, code)
        if code != "accessibility":
            return self._any_of(asked, having, unsaid, having(self._near(GROUP_OF[code], asked)))
        met = sum((having((slug,)).astype(np.uint8) for slug in asked), np.zeros(self._columns.size, dtype=np.uint8))
        return self._or_unsaid(Graded(met, np.arange(len(asked) + 1) / len(asked)), unsaid)

    def _style(self) -> Graded:
        """The mean over the lines that both filled in: nearness added up, over how many they are."""
        marks, style = self._columns.styles(), self._needs.style
        near = [np.array([0.0, *(1 - abs(stop - step) / STYLE_STEPS for step in STEPS)]) for stop in style.values()]
        both = reduce(_added, [np.array([0.0, *(1.0 for _ in STEPS)])] * len(style))
        earned = reduce(Graded.beside, (Graded(marks[line], table) for line, table in zip(style, near, strict=True)))
        shares = np.where(both > 0, earned.shares / np.maximum(both, 1), self._unsaid)
        return Graded(earned.grades, shares)

    def _wait(self, worth: Mapping[str, float]) -> Graded:
        """The first that is said counts, in the order of the slugs, as in a listing."""
        said = ((self._columns.having("availability", (slug,)), worth[slug]) for slug in sorted(worth, reverse=True))
        return self._graded(*said, otherwise=self._unsaid)

    def _fresh(self) -> Graded:
        """By the days since the listing was confirmed."""
        steps = self._rules.freshness
        last = max((step.days for step in steps), default=0)
        table = [next((step.share for step in steps if age <= step.days), 0.0) for age in range(last + 2)]
        age = self._today.toordinal() - self._columns.figure("confirmed_on")
        return Graded(np.clip(age, 0, last + 1).astype(np.uint16), np.array(table))
