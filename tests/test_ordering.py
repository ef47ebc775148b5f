"""The first few of many are those that sorting everything puts first."""

import numpy as np
import pytest

from search_index import ordering


@pytest.mark.parametrize("different", [1, 2, 40, 10**6])
@pytest.mark.parametrize("many", [0, 1, 19, 20, 21, 600, 30_000])
def test_the_first_are_those_of_a_whole_sort_however_many_are_equal(many, different):
    rng = np.random.default_rng(many + different)
    keys, rank = rng.integers(0, different, many).astype(float), rng.permutation(many)
    for limit in (1, 20, 512):
        assert ordering.first(keys, rank, limit).tolist() == np.lexsort((rank, keys))[:limit].tolist()


def test_a_bound_lets_as_many_in_as_are_wanted_even_where_the_sample_misses_the_lowest():
    keys = np.ones(30_000)
    keys[np.arange(20) * 7 + 1] = 0.0
    assert np.count_nonzero(keys <= ordering.bound(keys, 20)) >= 20
    assert ordering.first(keys, np.arange(30_000), 20).tolist() == (np.arange(20) * 7 + 1).tolist()
