"""Amounts as people type them, and in the minor units of their currency, in which they are kept."""

import re
from decimal import Decimal

from babel.numbers import get_currency_precision

MAX_LETTERS = 16
GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{2})*(,[0-9]{3})+([.][0-9]{1,2})?")
PLAIN = re.compile(r"[0-9]+([.,][0-9]{1,2})?")


def read(typed: str) -> Decimal:
    """A sum in whole units: "65", "62.50", "62,50", "1,500" or "1,00,000". Raises ValueError for anything else."""
    text = typed.strip()
    if len(text) > MAX_LETTERS:
        raise ValueError("too long")
    if GROUPED.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    raise ValueError("no amount")


def written(amount: Decimal) -> str:
    """The same sum for a field, without empty decimals: "65", "62.50"."""
    return str(int(amount)) if amount == int(amount) else f"{amount:f}"


def fits(amount: Decimal, currency: str) -> bool:
    """Can this sum be paid in the currency's smallest unit?"""
    minor = amount.scaleb(get_currency_precision(currency))
    return minor == int(minor)


def to_minor(amount: Decimal | int, currency: str) -> int:
    """Whole units in minor ones: 62.50 GBP is 6250, 1200 JPY is 1200. What is smaller than a minor unit is left out."""
    return int(Decimal(amount).scaleb(get_currency_precision(currency)))


def to_major(minor: int, currency: str) -> Decimal:
    """Minor units in whole ones."""
    return Decimal(minor).scaleb(-get_currency_precision(currency))
