"""A sum as people type it, and as we write it back: an amount, with the currency where it stands beside it.

Which sum a question asks for is answers.
"""

import re
from collections.abc import Mapping

WITHOUT_MINOR_UNITS = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF"})
CURRENCY = re.compile(r"[A-Z]{3}")
TYPED = re.compile(r"(?P<before>\D*?)\s*(?P<amount>\d[\d.,]*)\s*(?P<after>\D*)")
GROUPED = re.compile(r"(\d{1,3}(,\d{3})+|\d{1,2}(,\d{2})*,\d{3})(\.\d{1,2})?")
AMOUNT = re.compile(r"\d{1,8}([.,]\d{1,2})?")
LONGEST_SUM = 60
DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD")
RUPEES = ("INR", "PKR", "LKR", "NPR")
CODES = (*DOLLARS, *RUPEES, "GBP", "EUR")
MEANT: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("$", "dollar", "dollars"), DOLLARS),
    **dict.fromkeys(("us$", "us dollar", "us dollars"), ("USD",)),
    **dict.fromkeys(("c$", "ca$", "canadian dollars"), ("CAD",)),
    **dict.fromkeys(("a$", "au$", "australian dollars"), ("AUD",)),
    **dict.fromkeys(("£", "pound", "pounds", "pounds sterling", "quid"), ("GBP",)),
    **dict.fromkeys(("€", "euro", "euros"), ("EUR",)),
    **dict.fromkeys(("rs", "rupee", "rupees"), RUPEES),
    "₹": ("INR",),
    **{code.casefold(): (code,) for code in CODES},
}
"""What may be meant by the words and signs beside an amount."""


class UnclearSum(ValueError):
    """What was typed is no sum. `code`: unread (no single plain amount), nought, currency (none is named) or apart (the
    typed currency is not the chosen one).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read(typed: str, chosen: str) -> tuple[int, str]:
    """(minor units, currency) of a typed sum, such as "55", "60 pounds" or "Rs 1,500". `chosen` is the currency picked
    beside it, or "". Raises UnclearSum.
    """
    found = TYPED.fullmatch(typed.strip()) if len(typed) <= LONGEST_SUM else None
    if found is None:
        raise UnclearSum("unread")
    currency = _currency([found["before"], found["after"]], chosen)
    return _minor_units(found["amount"], currency), currency


def amount_text(minor: int, currency: str) -> str:
    """A sum in minor units as people write it: 5500 GBP is 55, 5550 GBP is 55.50, 5500 JPY is 5500."""
    if currency in WITHOUT_MINOR_UNITS:
        return str(minor)
    whole, rest = divmod(minor, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)


def _currency(beside: list[str], chosen: str) -> str:
    """The chosen currency, "" where none is chosen; else the only one that the words beside the amount can mean."""
    for words in (" ".join(said.split()).casefold().rstrip(".") for said in beside):
        if not words:
            continue
        if words not in MEANT:
            raise UnclearSum("unread")
        if not chosen and len(MEANT[words]) == 1:
            chosen = MEANT[words][0]
        elif chosen and chosen not in MEANT[words]:
            raise UnclearSum("apart")
    return chosen


def _minor_units(amount: str, currency: str) -> int:
    if GROUPED.fullmatch(amount):
        amount = amount.replace(",", "")
    whole, _, rest = amount.replace(",", ".").partition(".")
    if not AMOUNT.fullmatch(amount) or (rest and currency in WITHOUT_MINOR_UNITS):
        raise UnclearSum("unread")
    if not int(whole) and not int(rest or "0"):
        raise UnclearSum("nought")
    if not CURRENCY.fullmatch(currency):
        raise UnclearSum("currency")
    return int(whole) if currency in WITHOUT_MINOR_UNITS else int(whole) * 100 + int((rest + "00")[:2])
