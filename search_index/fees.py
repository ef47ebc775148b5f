"""The most that somebody says they can pay, and in what currency: "under £80", "max 30 pounds", "Rs 1500 or less"."""

import re
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
    r"budget of|afford|pay|spend|cheaper than|cap of|<)(?: of| about| around| only| is)? ?:? ?$",
    re.IGNORECASE,
)
_LIMIT_AFTER = re.compile(
    r" ?(?:or less|or under|or below|max|maximum|tops|at most|limit|budget|and under)\b", re.IGNORECASE
)
_EACH = re.compile(r" ?(?:an?|per|a|/|each) ?(?:hour|hr|session|week|time|go|visit)\b", re.IGNORECASE)
_NO_MONEY = re.compile(
    r" ?(?:%|years?|yrs?|yo\b|mins?\b|minutes?|hours?\b|hrs?\b|miles?|km\b|am\b|pm\b|weeks?|months?|days?|th\b|st\b)"
)
_NEAR = 24


class Fee(NamedTuple):
    """Whole units of an ISO 4217 currency (None when unsaid), and the words that said it."""

    amount: int
    currency: str | None
    said: str


def highest_fee(text: str, country: str | None, *, bare: bool) -> Fee | None:
    """The first limit named; None when there is none. A dollar is ``country``'s, else the United States'.

    ``bare``: the text is so short that any sum of money in it is the limit.
    """
    for found in _AMOUNT.finditer(text):
        before, after = text[max(0, found.start() - _NEAR) : found.start()], text[found.end() : found.end() + _NEAR]
        currency = _currency((found[1] or found[3] or "").lower().rstrip("."), country)
        limited = bool(_LIMIT_BEFORE.search(before) or _LIMIT_AFTER.match(after))
        if not _NO_MONEY.match(after) and (limited or (currency and (bare or _EACH.match(after)))):
            return Fee(int(found[2].replace(",", "")), currency, found[0])
    return None


def _currency(said: str, country: str | None) -> str | None:
    if said in _DOLLAR:
        return DOLLARS.get(country or "US", "USD")
    return _SIGNS.get(said) or _NAMES.get(said)
