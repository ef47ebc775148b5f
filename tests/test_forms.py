"""What people type, cleaned: sums of money, and the numbers of a filter."""

from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from directory.forms import money
from directory.forms.seeker import FilterForm

SUMS = {"65": 65, "65.50": 65, "62,50": 62, "£65": 65, "1,500": 1500, " 70 ": 70}
NO_SUMS = ("", "about 60", "1_0", "6,5,0", "-5", "1e3", "²", "٦٥", "9" * 400)


@pytest.mark.parametrize(("typed", "fee"), [*SUMS.items(), *((typed, None) for typed in NO_SUMS)])
def test_of_a_fee_the_whole_part_is_asked_and_what_is_no_sum_falls_away(typed, fee):
    assert FilterForm(MultiDict({"fee_max": typed})).fee_max.data == fee


def test_a_sum_that_a_currency_has_no_coins_for_does_not_fit():
    assert money.fits(Decimal("62.50"), "GBP") and not money.fits(Decimal("62.50"), "JPY")


def test_a_sum_is_the_same_after_it_was_kept_and_written():
    for typed, currency, minor in (("62.50", "GBP", 6250), ("65", "GBP", 6500), ("1200", "JPY", 1200)):
        assert money.to_minor(money.read(typed), currency) == minor
        assert money.written(money.to_major(minor, currency)) == typed
