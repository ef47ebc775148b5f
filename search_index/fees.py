"""The most that somebody says they can pay, and in what currency: "under £80", "max 30 pounds", "Rs 1500 or less"."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_SIGNS = {"£": "GBP", "€": "EUR", "₹": "INR", "a$": "AUD", "c$": "CAD", "us$": "USD", "ca$": "CAD", "au$": "AUD"}
_NAMES = {
    "gbp": "GBP",
    "pound": "GBP",
    "pounds": "GBP",
    "quid": "GBP",
    "usd": "USD",
    "cad": "CAD",
    "aud": "AUD",
    "inr": "INR",
    "rs": "INR",
    "rupee": "INR",
    "rupees": "INR",
    "eur": "EUR",
    "euro": "EUR",
    "euros": "EUR",
}
DOLLARS = {"US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD"}
_DOLLAR = ("$", "dollar", "dollars", "bucks")

_AMOUNT = re.compile(
    r"(?<![\w.])((?:us|ca|au|a|c)?[$£€₹]|(?:rs\.?|inr|gbp|usd|cad|aud|eur)(?= ?\d))? ?"
    r"(\d{1,3},\d{3}|\d{2,6})(?:\.\d\d)? ?"
    r"(pounds?|quid|gbp|dollars?|bucks|usd|cad|aud|rupees?|inr|rs|euros?|eur)?(?!\w)",
    re.IGNORECASE,
)
_LIMIT_BEFORE = re.compile(
    r"(?:under|below|less than|up to|max|maximum|no more than|not more than|at most|within|limit of|budget|budget is|"
    r"budget of|afford|pay|spend|manage|cheaper than|cap of|<|"
    r"(?:can['’]?t|cannot|can not|not|never)(?: \w+){0,3} (?:more than|over|above))"
    r"(?: of| about| around| only| is)? ?:? ?$",
    re.IGNORECASE,
)
_LIMIT_AFTER = re.compile(
    r" ?(?:or less|or under|or below|max|maximum|tops|at most|limit|budget|and under)\b", re.IGNORECASE
)
_EACH = re.compile(r" ?(?:an?|per|a|/|each) ?(?:hour|hr|session|week|month|time|go|visit)\b", re.IGNORECASE)
# "£40-60", "between 40 and 60 pounds": what stands here between two sums makes the second the limit.
_TO = re.compile(r" ?(?:-|–|—|to|and|or) ?", re.IGNORECASE)
_NO_MONEY = re.compile(
    r" ?(?:%|years?|yrs?|yo\b|mins?\b|minutes?|hours?\b|hrs?\b|miles?|km\b|am\b|pm\b|weeks?|months?|days?|th\b|st\b)"
)
_NEAR = 24


# What may stand around a sum of money in a list of wishes.
AROUND = frozenset(
    "i can could pay afford spend up to under below less more than no not at most max maximum about around within "
    "budget of limit is or and a an per each session hour pounds quid dollars bucks rupees euros".split()
)


class Fee(NamedTuple):
    """Whole units of an ISO 4217 currency (None when unsaid), and the words that said it."""

    amount: int
    currency: str | None
    said: str


def highest_fee(text: str, country: str | None, *, bare: bool) -> Fee | None:
    """The first limit named; None when there is none. A dollar is ``country``'s, else the United States'.

    Of a range ("£40 to £60") the upper end counts. ``bare``: the text is so short that any sum of money in it is the
    limit.
    """
    sums = list(_AMOUNT.finditer(text))
    for first, last in _ranges(text, sums):
        before, after = text[max(0, first.start() - _NEAR) : first.start()], text[last.end() : last.end() + _NEAR]
        said = last[1] or last[3] or first[1] or first[3] or ""
        currency = _currency(said.lower().rstrip("."), country)
        to, of, each = _LIMIT_BEFORE.search(before), _LIMIT_AFTER.match(after), _EACH.match(after)
        if not _NO_MONEY.match(after) and (to or of or (currency and (bare or each))):
            whole = " ".join((to[0] if to else "", text[first.start() : last.end()], (of or each or " ")[0]))
            return Fee(int(last[2].replace(",", "")), currency, whole)
    return None


def _ranges(text: str, sums: Sequence[re.Match[str]]) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Each sum, first and last being the same; two that are a range, together."""
    skipped = False
    for number, first in enumerate(sums):
        following = sums[number + 1] if number + 1 < len(sums) else None
        together = following is not None and _TO.fullmatch(text[first.end() : following.start()])
        if not skipped:
            yield first, following if following is not None and together else first
        skipped = bool(together) and not skipped


def _currency(said: str, country: str | None) -> str | None:
    if said in _DOLLAR:
        return DOLLARS.get(country or "US", "USD")
    return _SIGNS.get(said) or _NAMES.get(said)
