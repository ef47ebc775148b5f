"""Who is shown, in which order, and why: needs and listings in, ranked matches out. Pure: no database, no web, no
clock.

Hard rules are musts, points are fit, codes for sentences are reasons, and every weight is seeds/matching.toml. rank
looks at listings one by one; find looks at the index's columns, all at once, with the same outcome.
"""

from directory.matching.at_once import Found, find
from directory.matching.closeness import close_terms
from directory.matching.fit import Component
from directory.matching.one_by_one import rank
from directory.matching.ranked import LeftOut, Match, Ranked, explained
from directory.matching.reasons import Reason
from directory.matching.rules import (
    HowMatchingWorks,
    MatchingRules,
    MatchingRulesError,
    how_matching_works,
    load,
)
from directory.needs import Fee, Needs, Place, Preference

__all__ = [
    "Component",
    "Fee",
    "Found",
    "HowMatchingWorks",
    "LeftOut",
    "Match",
    "MatchingRules",
    "MatchingRulesError",
    "Needs",
    "Place",
    "Preference",
    "Ranked",
    "Reason",
    "close_terms",
    "explained",
    "find",
    "how_matching_works",
    "load",
    "rank",
]
