"""Among whom matching looks: everyone in the index, or, while there is none, some of the database. Holds nothing."""

from dataclasses import replace
from datetime import date
from itertools import islice

from directory import matching, profiles
from directory.matching import Found, Needs, Ranked
from directory.matching.fit import Close
from directory.matching.rules import MatchingRules
from directory.vocabulary import Vocabulary
from search_index.engine import SearchIndex
from search_index.errors import IndexUnavailable

# Reading more than these one by one would keep somebody waiting for longer than an index takes to be built.
MOST_ONE_BY_ONE = 2_000


class Candidates:
    """Who is matched with somebody's needs, by the rules of one house."""

    def __init__(self, index: SearchIndex, vocabulary: Vocabulary, rules: MatchingRules, close: Close) -> None:
        self._index, self._vocabulary, self._rules, self._close = index, vocabulary, rules, close

    def ranked(self, needs: Needs, today: date, start: int, stop: int) -> Ranked:
        """The people from place ``start`` to ``stop``, and the counts. Never raises for want of an index."""
        try:
            columns = self._index.columns(today)
        except IndexUnavailable:
            return self._one_by_one(needs, today, slice(start, stop))
        found = matching.find(
            needs, columns, today=today, rules=self._rules, related=self._close, start=start, stop=stop
        )
        return self._told(needs, today, found)

    def _told(self, needs: Needs, today: date, found: Found) -> Ranked:
        """What was found with its reasons, from the listings as they are now."""
        read = profiles.listings_for([*found.first, *found.nearest], self._vocabulary)
        shown, near = ([one for id in ids if (one := read[id])] for ids in (found.first, found.nearest))
        matches = matching.explained(needs, shown, today=today, rules=self._rules, related=self._close)
        nearest = matching.explained(needs, near, today=today, rules=self._rules, related=self._close, near=True)
        return Ranked(matches, found.left_out, found.considered, len(found.docs), nearest)

    def _one_by_one(self, needs: Needs, today: date, shown: slice) -> Ranked:
        everyone = profiles.everyone(self._vocabulary)
        some = list(islice(everyone, MOST_ONE_BY_ONE))
        found = matching.rank(needs, some, today=today, rules=self._rules, related=self._close, shown=shown)
        return replace(found, everybody=next(everyone, None) is None)
