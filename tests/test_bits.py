"""Packed rows of bits give what plain arrays of numbers give."""

import numpy as np
import pytest

from search_index import bits

SIZE = 3 * bits.ROW


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.9, 1.0])
def test_a_set_says_who_is_in_it_and_at_which_place(share):
    rng = np.random.default_rng(int(share * 1000))
    docs = np.flatnonzero(rng.random(SIZE) < share)
    row = bits.from_docs(docs, SIZE)
    assert bits.docs(row).tolist() == docs.tolist() and bits.count(row) == len(docs)
    asked = np.sort(rng.choice(SIZE, 200, replace=False))
    has, places = bits.places_of(row, bits.counts_before(row), asked)
    assert has.tolist() == np.isin(asked, docs).tolist() == bits.has(row, asked).tolist()
    assert places.tolist() == np.searchsorted(docs, asked).tolist()


@pytest.mark.parametrize("many", [0, 1, 254, 255, 256, 511, 2048, 2049, 5001])
def test_columns_are_counted_alike_however_many_rows_there_are(many):
    flags = np.random.default_rng(many).random((many, 2 * bits.WORD)) < 0.5
    rows = np.packbits(flags, axis=1, bitorder="little").view(np.uint64)
    assert bits.column_counts(rows).tolist() == flags.sum(axis=0).tolist()


def test_rows_per_value_turn_into_rows_per_document():
    flags = np.random.default_rng(1).random((70, SIZE)) < 0.3
    turned = bits.transposed(np.packbits(flags, axis=1, bitorder="little").view(np.uint64))
    assert (np.unpackbits(turned.view(np.uint8), axis=1, bitorder="little")[:, :70] == flags.T).all()
