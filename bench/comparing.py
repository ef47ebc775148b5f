"""Whether engines agree: counts, ids where all of them fit on a page, and facets that no filter of their own bends."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bench.documents import GROUPS
from bench.engines.asking import Answer, Asked
from bench.engines.ours import PER_PAGE, Ours
from bench.engines.whoosh_alone import Whoosh

SAME = 1e-6


class Told(NamedTuple):
    """What of an answer every engine must agree on, small enough to keep thousands of."""

    total: int
    people: frozenset[str] | None
    facets: int


def told(asked: Asked, answer: Answer) -> Told:
    """The count; the ids when they are all on the page; a digest of the facets, without the groups that are filtered.

    Ours counts a filtered group as if its own filter weren't set, which the other engines aren't asked to do.
    """
    free = {group for group in GROUPS if group not in asked.filters and group != "currency"}
    counts = answer.facets() if asked.facets else {}
    compared = frozenset((term, n) for term, n in counts.items() if n and term.partition(":")[0] in free)
    return Told(answer.total, frozenset(answer.ids) if answer.total <= PER_PAGE else None, hash(compared))


def mismatches(asked: Sequence[Asked], ours: Sequence[Told], others: Sequence[Told]) -> list[str]:
    """A line for each question that another engine answers otherwise than we do."""
    pairs = zip(asked, ours, others, strict=False)
    return [f"{one.words} {dict(one.filters)}: {_unlike(mine, other)}" for one, mine, other in pairs if mine != other]


def _unlike(mine: Told, other: Told) -> str:
    if mine.total != other.total:
        return f"{mine.total} here, {other.total} there"
    return "other people" if mine.people != other.people else "other facets"


def ranked_otherwise(ours: Ours, whoosh: Whoosh, asked: Sequence[Asked]) -> list[str]:
    """The questions for which Whoosh's exhaustive ranking has other people, another order or other scores."""
    return [one.words for one in asked if not _same_ranking(*ours.ranking(one), whoosh.ranking(one))]


def _same_ranking(ids: Sequence[str], scores: Sequence[float], whoosh: Mapping[str, float]) -> bool:
    """People with equal scores may stand in any order: ours is the day's."""
    if set(ids) != set(whoosh) or len(ids) != len(whoosh):
        return False
    falling = all(whoosh[one] - whoosh[after] > -SAME for one, after in zip(ids, ids[1:], strict=False))
    return falling and all(abs(whoosh[one] - score) < SAME for one, score in zip(ids, scores, strict=False))
