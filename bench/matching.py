"""How long matching takes over an index of this size: milliseconds of processor, on one core, for the first five people
and all counts. Reading those five from the database comes on top and doesn't grow with the directory.
"""

import random
import statistics
from collections.abc import Mapping
from itertools import islice

from bench.corpus import FIRST_DAY
from bench.documents import Corpus
from bench.seekers import FACET_OF, WISHES, Seekers
from bench.timing import processor
from directory import matching
from directory.house import House
from directory.needs import Fee, Needs, Place, Preference, Strength
from search_index.engine import SearchIndex

SEEKERS, DRAWN_FROM, ROUNDS = 300, 3_000, 5
# Two slugs of each list that many name.
COMMON = {
    "language": ("en", "es"),
    "gender": ("woman", "nonbinary"),
    "affirming": ("lgbtqia", "trans"),
    "population": ("adults", "young-adults-18-25"),
    "community": ("south-asian", "indian"),
    "theme": ("family-first", "tough-it-out"),
    "faith": ("sikh", "muslim"),
    "faith_stance": ("open", "keeps-out"),
    "payment": ("sliding-scale", "superbill"),
    "insurance": ("aetna", "bupa"),
    "accessibility": ("step-free", "captions"),
    "times": ("weekend", "weekday-evening"),
    "frequency": ("weekly", "fortnightly"),
    "consult": ("free-15", "written-first"),
}


def timed(corpus: Corpus, index: SearchIndex, house: House, seed: int) -> Mapping[str, float]:
    """(what was asked, milliseconds): of many seekers the median and the worst, and the far ends of asking."""
    people = list(islice(corpus.listings(), DRAWN_FROM))
    rng = random.Random(seed)
    makers = [Seekers(people, rng, skewed=skewed) for skewed in (False, True)]
    index.columns(FIRST_DAY)
    each = [_once(index, house, makers[number % 2].needs()) for number in range(SEEKERS)]
    return {
        f"matching one of {SEEKERS} seekers, median": statistics.median(each),
        f"matching one of {SEEKERS} seekers, slowest": max(each),
        "matching somebody who asks for nothing": _once(index, house, Needs()),
        "matching somebody who wishes for everything and insists on nothing": _once(index, house, _all("nice")),
        "matching somebody whose musts nobody meets": _once(index, house, _all("must")),
    }


def _once(index: SearchIndex, house: House, needs: Needs) -> float:
    """The least of a few rounds: other work on the machine only ever adds."""
    return min(processor(lambda: _find(index, house, needs), 1) for _ in range(ROUNDS))


def _find(index: SearchIndex, house: House, needs: Needs) -> matching.Found:
    columns = index.columns(FIRST_DAY)
    return matching.find(
        needs, columns, today=FIRST_DAY, rules=house.rules, related=house.close, start=0, stop=house.rules.order.first
    )


def _all(strength: Strength) -> Needs:
    """Everything that can be asked, all as musts or all as nice."""
    wished = {key: Preference(COMMON[FACET_OF.get(key, key)], strength) for key in WISHES}
    return Needs(
        concerns=(("childhood-trauma", 1.0), ("shame", 1.0), ("grief", 0.5)),
        approaches=Preference(("ifs", "emdr"), strength),
        added_approaches=("stabilisation-skills",),
        style={"leads": 3, "feelings": 2, "past": 4, "gentle": 1},
        preferences=wished,
        lived=strength,
        formats=("video",) if strength == "must" else (),
        place=Place("US", "US-CA") if strength == "must" else None,
        fee=Fee(12_000, "USD", strength),
        wait="weeks",
    )
