"""The points of many people at once, to the last point what fit.py gives each of them. Why is told by the pure code,
from the listing, for those who are shown.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

import numpy as np
from numpy.typing import NDArray

from directory.matching import sets
from directory.matching.fit import GROUP_OF, HALF_UP, STYLE_STEPS, Close, mean, scaled
from directory.matching.rules import PARTS_OF_PREFERENCES, MatchingRules
from directory.needs import Fee, Needs, Preference
from search_index.columns import Columns

# Where a mark can stand on a line of style.
STEPS = range(1, STYLE_STEPS + 2)

Flags = NDArray[np.bool_]
Shares = NDArray[np.float64]
Docs = NDArray[np.int64]


def totals(
    needs: Needs, columns: Columns, docs: Docs, *, today: date, rules: MatchingRules, close: Close
) -> NDArray[np.int64]:
    """(n,) the whole points, 0 to 100, of these documents."""
    asked = dict(_Asked(needs, columns, docs, today, rules, close).shares())
    exact = np.zeros(len(docs))
    for component, most in scaled(asked, rules):
        exact += most * mean([asked[code] for code in component.parts if code in asked])
    return np.floor(exact + HALF_UP).astype(np.int64)


class _Asked:
    """What was asked as nice, and the share that each of these documents earns for it. A must earns nothing."""

    def __init__(
        self, needs: Needs, columns: Columns, docs: Docs, today: date, rules: MatchingRules, close: Close
    ) -> None:
        self._needs, self._columns, self._docs = needs, columns, docs
        self._today, self._rules, self._close = today, rules, close

    def shares(self) -> Iterator[tuple[str, Shares]]:
        """Part codes with (n,) shares from 0 to 1."""
        if self._needs.concerns:
            yield "focus", self._focus()
        yield from self._wishes()
        if self._needs.style:
            yield "style", self._style()
        if self._needs.fee is not None and self._needs.fee.strength == "nice":
            yield "fee", self._fee(self._needs.fee)
        if self._needs.wait in self._rules.wait:
            yield "wait", self._wait(self._rules.wait[str(self._needs.wait)])
        yield "fresh", self._fresh()

    def _wishes(self) -> Iterator[tuple[str, Shares]]:
        needs = self._needs
        for code, ways in (("approach", needs.approaches), ("added", Preference(needs.added_approaches))):
            if ways.nice:
                yield code, self._way_shares(ways.values)
        for code in PARTS_OF_PREFERENCES:
            if needs.preference(code).nice:
                yield code, self._preference(code, needs.preference(code).values)
        if needs.lived == "nice" and needs.preference("community").values:
            yield "belongs", self._preference("belongs", needs.preference("community").values)

    def _focus(self) -> Shares:
        worth, columns = self._rules.concern, self._columns
        earned = np.zeros(len(self._docs))
        for slug, weight in self._needs.concerns:
            near = self._close.get("concerns", {}).get(slug, ())
            close = columns.having("concern", (slug,)) | columns.having("also", near) | columns.having("main", near)
            also, main = columns.having("also", (slug,)), columns.having("main", (slug,))
            earned += weight * self._graded((close, worth.close), (also, worth.also), (main, worth.main))
        share = earned / sum(weight for _, weight in self._needs.concerns)
        return np.where(columns.silent("concern").take(self._docs), self._rules.order.unsaid, share)

    def _graded(self, *steps: tuple[Flags, float], otherwise: float = 0.0) -> Shares:
        """(n,) what the last of the steps says that applies."""
        grades = np.zeros(self._columns.size, dtype=np.uint8)
        for grade, (flags, _) in enumerate(steps, 1):
            np.maximum(grades, flags * np.uint8(grade), out=grades)
        return np.array([otherwise, *(share for _, share in steps)]).take(grades.take(self._docs))

    def _any_of(
        self, asked: tuple[str, ...], having: Callable[[tuple[str, ...]], Flags], unsaid: Flags, close: Flags
    ) -> Shares:
        order = self._rules.order
        return self._graded((close, order.close), (having(asked), 1.0), (unsaid, order.unsaid))

    def _way_shares(self, asked: tuple[str, ...]) -> Shares:
        def way(slugs: Iterable[str]) -> Flags:
            return self._columns.having("way", slugs)

        close = self._columns.having("approach", asked) | way(self._near("approaches", asked))
        return self._any_of(asked, way, self._columns.silent("approach"), close)

    def _near(self, group: str, slugs: Sequence[str]) -> tuple[str, ...]:
        near = self._close.get(group, {})
        return tuple(other for slug in slugs for other in near.get(slug, ()))

    def _preference(self, code: str, asked: tuple[str, ...]) -> Shares:
        unsaid, having = sets.unsaid(self._columns, code), partial(sets.having, self._columns, code)
        if code != "accessibility":
            return self._any_of(asked, having, unsaid, having(self._near(GROUP_OF[code], asked)))
        met = sum(having((slug,)).take(self._docs).astype(np.int64) for slug in asked)
        return np.where(unsaid.take(self._docs), self._rules.order.unsaid, met / len(asked))

    def _style(self) -> Shares:
        earned, both = np.zeros(len(self._docs)), np.zeros(len(self._docs))
        marks = self._columns.styles()
        for line, stop in self._needs.style.items():
            told = marks[line].take(self._docs)
            earned += np.array([0.0, *(1 - abs(stop - step) / STYLE_STEPS for step in STEPS)]).take(told)
            both += told > 0
        return np.where(both > 0, earned / np.maximum(both, 1), self._rules.order.unsaid)

    def _fee(self, fee: Fee) -> Shares:
        shares = np.full(len(self._docs), self._rules.order.unsaid)
        same = np.flatnonzero(self._columns.having("currency", (fee.currency,)).take(self._docs))
        docs = self._docs.take(same)
        low, high = (self._columns.figure(name)[docs].astype(np.int64) for name in ("fee_low", "fee_high"))
        inside = 0.5 + 0.5 * (fee.max_minor - low) / np.maximum(high - low, 1)
        shares[same] = np.where(low > fee.max_minor, 0.0, np.where(high <= fee.max_minor, 1.0, inside))
        return shares

    def _wait(self, worth: Mapping[str, float]) -> Shares:
        """The first that is said counts, in the order of the slugs, as in a listing."""
        said = ((self._columns.having("availability", (slug,)), worth[slug]) for slug in sorted(worth, reverse=True))
        return self._graded(*said, otherwise=self._rules.order.unsaid)

    def _fresh(self) -> Shares:
        """Looked up by the days since the listing was confirmed."""
        steps = self._rules.freshness
        last = max((step.days for step in steps), default=0)
        table = [next((step.share for step in steps if age <= step.days), 0.0) for age in range(last + 2)]
        age = self._today.toordinal() - self._columns.figure("confirmed_on")[self._docs]
        shares: Shares = np.array(table).take(np.clip(age, 0, last + 1))
        return shares
