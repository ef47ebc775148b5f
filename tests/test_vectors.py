"""Word vectors: what they are like, that nothing is fetched for them, and what happens without them."""

import shutil
import socket
from pathlib import Path

import numpy as np
import pytest

from search_index import vectors
from search_index.vectors import WIDTH, Vectors


@pytest.fixture(scope="module")
def loaded() -> Vectors:
    found = vectors.load()
    assert found is not None
    return found


def test_texts_of_like_meaning_lie_nearer_than_others(loaded):
    sad, unhappy, bicycle = loaded.embed(["She felt sad", "an unhappy woman", "a bicycle with two wheels"])
    assert sad @ unhappy > 2 * (sad @ bicycle)


def test_every_text_has_one_vector_of_length_one_and_nothing_has_none(loaded):
    found = loaded.embed(["grief", "", "dad’s funeral 🙂", "\ud800", "मेरी माँ"])
    assert found.shape == (5, WIDTH) and found.dtype == np.float32
    assert np.allclose(np.linalg.norm(found, axis=1), [1, 0, 1, 0, 1], atol=1e-5)


def test_the_same_text_has_the_same_vector_alone_and_among_others(loaded):
    alone = loaded.embed(["a cold house"])[0]
    assert np.array_equal(alone, loaded.embed(["a much longer text that stands before it", "a cold house"])[1])


def test_nothing_is_fetched(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    found = vectors.load()
    assert found is not None and found.embed(["grief"]).any()


@pytest.mark.parametrize("damage", ["missing", "cut off", "empty", "foreign", "other shape", "no tokens"])
def test_vectors_that_cannot_be_read_are_left_out(damage, tmp_path: Path, monkeypatch, caplog):
    folder = tmp_path / "wordllama"
    shutil.copytree(
        vectors._folder(), folder, ignore=lambda where, names: {n for n in names if n.endswith((".so", ".c"))}
    )
    weights, tokens = folder / vectors._WEIGHTS, folder / vectors._TOKENS
    whole = weights.read_bytes()
    {
        "missing": weights.unlink,
        "cut off": lambda: weights.write_bytes(whole[:1_000_000]),
        "empty": lambda: weights.write_bytes(b""),
        "foreign": lambda: weights.write_bytes(b"\0" * 64),
        "other shape": lambda: weights.write_bytes(whole.replace(b"[32000,256]", b"[64000,128]", 1)),
        "no tokens": lambda: tokens.write_text("{}"),
    }[damage]()
    monkeypatch.setattr(vectors, "_folder", lambda: folder)
    assert vectors.load() is None
    assert "word vectors cannot be used" in caplog.text


def test_a_package_that_is_not_installed_is_told(monkeypatch, caplog):
    monkeypatch.setattr(vectors, "PACKAGE", "no_such_package")
    assert vectors.load() is None
    assert "is not installed" in caplog.text
