"""Segments: what we write is what Whoosh's own writer would, and every way back gives the same."""

import random
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from whoosh.filedb import compound
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from bench.corpus import listings
from search_index import contents, decoding, inverted, segment_files, zero_copy
from search_index.contents import Contents
from search_index.drafting import Drafts
from search_index.folding import STOP_WORDS, WORD, fold
from search_index.inverted import Damaged, Table
from search_index.listing import Listing
from search_index.merging import to_merge
from search_index.schema import (
    NAME_WORDS,
    SURFACE_WORDS,
    TEXT_BOOSTS,
    facet_terms,
    figures,
    places,
    points,
    schema,
    texts,
)
from search_index.segment import POSITION_SPAN, Segment
from search_index.store import Store, open_index
from search_index.writing import rebuild

ROOMS = ((51.5, -0.1), (37.8, -122.4))


@pytest.fixture(scope="module")
def people() -> list[Listing]:
    """Plain ones, and some with rooms, odd letters, long words and nothing at all to say."""
    plain = list(listings(150, seed=4))
    odd = [
        replace(plain[0], id="rooms", points=ROOMS, headline="", text="Trauma, trauma and TRAUMA; the inner child."),
        replace(
            plain[1],
            id="odd",
            name="Zoë O’Neill-王",
            text="x" * 200 + " " + "y" * 64 + " don’t ségou \ud800 ",
            practice="The",
        ),
        replace(plain[2], id="none", name="", title="", headline="", text="", tags="", practice="", facets={}),
        replace(plain[3], id="long", text="again and again " * 400),
    ]
    return plain + odd


def drafted(people: list[Listing]) -> Contents:
    drafts = Drafts()
    for one in people:
        drafts.add(one)
    return drafts.contents()


def by_whoosh(folder: Path, people: list[Listing]) -> FileIndex:
    """An index by Whoosh's own writer from the same fields and analyser."""
    folder.mkdir()
    index = FileIndex.create(FileStorage(str(folder)), schema())
    writer = index.writer()
    for one in people:
        said = texts(one)
        words = {NAME_WORDS: said["name"], SURFACE_WORDS: f"{said['tags']}\n{said['text']}"}
        plain = {field: plain_words(text) for field, text in words.items()}
        columns = {"id": one.id.encode(), "figures": figures(one), "places": places(one), "points": points(one)}
        writer.add_document(**columns, **said, **plain, facet=sorted(set(facet_terms(one))))
    writer.commit()
    return index


def plain_words(text: str) -> list[str]:
    return sorted({word[:64] for word in WORD.findall(fold(text)) if word not in STOP_WORDS})


def leading_stop_words(text: str) -> int:
    """Whoosh counts those before the first word that isn't one, and no others; places only matter to each other."""
    return next((place for place, word in enumerate(WORD.findall(fold(text))) if word not in STOP_WORDS), 0)


def postings(leaf, field: str, term: bytes, skipped: list[int]) -> list[tuple]:
    """Documents, weights and places, these less what ``skipped`` says for a document; none in an unscored field."""
    matcher, found = leaf.postings(field, term), []
    while matcher.is_active():
        places = matcher.value_as("positions") if field in TEXT_BOOSTS else ()
        found.append((matcher.id(), matcher.weight(), [place - skipped[matcher.id()] for place in places]))
        matcher.next()
    return found


def same(one: object, other: object) -> bool:
    """Whether two contents, tables or arrays hold the same, types included."""
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, Contents | Table | inverted.Terms):
        names = [field.name for field in fields(Contents if isinstance(one, Contents) else one)]
        return all(same(getattr(one, name), getattr(other, name)) for name in names if name != "checks")
    return one == other


# What is written


def test_whoosh_reads_from_our_segment_what_its_own_writer_writes(people, tmp_path):
    theirs = by_whoosh(tmp_path / "theirs", people).reader()
    store = Store(tmp_path / "ours", "words")
    assert rebuild(store, people, 1, "a", lambda number: (), None)
    ours = open_index(store.current()).reader()
    assert ours.doc_count_all() == theirs.doc_count_all() == len(people)
    for field in ("facet", NAME_WORDS, SURFACE_WORDS, *TEXT_BOOSTS):
        assert list(ours.lexicon(field)) == list(theirs.lexicon(field))
        assert ours.field_length(field) == theirs.field_length(field)
        skipped = [leading_stop_words(texts(one).get(field, "")) for one in people]
        for term in theirs.lexicon(field):
            assert postings(ours, field, term, [0] * len(people)) == postings(theirs, field, term, skipped)
            assert ours.doc_frequency(field, term) == theirs.doc_frequency(field, term)
            assert ours.frequency(field, term) == theirs.frequency(field, term)
            for each in ("max_weight", "min_length", "max_length", "min_id", "max_id"):
                assert getattr(ours.term_info(field, term), each)() == getattr(theirs.term_info(field, term), each)()
    for doc in range(len(people)):
        assert all(ours.doc_field_length(doc, field) == theirs.doc_field_length(doc, field) for field in TEXT_BOOSTS)
    for column in ("id", "figures", "places", "points"):
        assert list(ours.column_reader(column, translate=False)) == list(theirs.column_reader(column, translate=False))


def test_a_term_of_more_than_a_block_is_read_whole(people, tmp_path):
    many = [
        replace(people[number % 100], id=f"{number:010d}", text=f"trauma {'and ' * (number % 7)} trauma child")
        for number in range(2500)
    ]
    held = drafted(many)
    named = segment_files.write(tmp_path, held)
    assert same(held, decoding.read(tmp_path, named))
    found = segment_files.read(tmp_path, named, None)
    docs, weights = found.postings("text", "trauma")
    assert docs.tolist() == list(range(2500)) and set(weights.tolist()) >= {2.0}


# Ways back


def test_what_was_written_is_read_back_from_whooshs_file_and_from_the_side_file(people, tmp_path):
    held = drafted(people)
    named = segment_files.write(tmp_path, held)
    assert same(held, decoding.read(tmp_path, named))
    mapped = segment_files.read(tmp_path, named, None)
    assert isinstance(mapped, Segment) and same(held, mapped)


def test_joining_segments_gives_what_drafting_the_rest_gives(people):
    rng = random.Random(2)
    parts, left = [people[:60], people[60:61], people[61:]], []
    kept = [np.array([rng.random() < 0.6 for _ in part]) for part in parts]
    kept[1][:] = True
    for part, flags in zip(parts, kept, strict=True):
        left += [one for one, stays in zip(part, flags, strict=True) if stays]
    joined = contents.joined([drafted(part) for part in parts], kept)
    straight = drafted(left)
    assert joined.ids.tolist() == straight.ids.tolist() and joined.facet_terms == straight.facet_terms
    assert all(same(joined.tables[field], straight.tables[field]) for field in straight.tables)
    for name in ("figures", "facet_starts", "facet_values", "place_docs", "places", "point_docs", "points"):
        assert same(getattr(joined, name), getattr(straight, name)), name


# What a segment answers


@pytest.fixture(scope="module")
def segment(people, tmp_path_factory) -> Segment:
    folder = tmp_path_factory.mktemp("segment")
    return segment_files.read(folder, segment_files.write(folder, drafted(people)), None)


def number_of(segment: Segment, key: str) -> int:
    (doc,) = segment.having_id(key.encode()).tolist()
    return doc


def test_a_segment_tells_who_has_a_term_how_much_and_where(segment):
    rooms = number_of(segment, "rooms")
    docs, weights = segment.postings("text", "trauma")
    assert weights[docs == rooms].tolist() == [3.0] and (np.diff(docs) > 0).all()
    places = segment.positions("text", "trauma")
    mine = [place % POSITION_SPAN for place in places.tolist() if place // POSITION_SPAN == rooms]
    assert len(mine) == 3 and mine == list(range(mine[0], mine[0] + 3)), "stop words don't count"
    assert segment.frequency("text", "trauma") == len(docs)
    assert segment.postings("name", "zoe")[1].tolist() == [TEXT_BOOSTS["name"]]


def test_a_segment_answers_unknown_terms_with_nothing(segment):
    for term in ("", "nosuchword", "zzzz", "\U0010ffff", "a" * 1000):
        docs, weights = segment.postings("text", term)
        assert len(docs) == len(weights) == len(segment.positions("text", term)) == segment.frequency("text", term) == 0


def test_words_as_written_are_kept_apart_from_names(segment):
    assert "traumas" not in segment.surface_words() and segment.surface_words()["again"] >= 1
    assert {"zoe", "oneill", "王"} <= set(segment.name_words()) and "zoe" not in segment.surface_words()
    assert segment.postings(NAME_WORDS, "oneill")[0].tolist() == [number_of(segment, "odd")]


def test_facets_stand_per_value_and_per_document_alike(segment, people):
    for doc, one in enumerate(people):
        numbers = segment.facet_values[segment.facet_starts[doc] : segment.facet_starts[doc + 1]].tolist()
        assert [segment.facet_terms[number] for number in numbers] == sorted(set(facet_terms(one)))
        has = [bool(row[doc // 64] >> np.uint64(doc % 64) & np.uint64(1)) for row in segment.facet_rows]
        assert [number for number, yes in enumerate(has) if yes] == numbers


def test_points_are_unit_vectors_and_distances_come_right(segment):
    assert segment.point_docs.tolist() == [number_of(segment, "rooms")] * 2
    assert np.allclose(np.linalg.norm(segment.point_vectors, axis=1), 1)
    apart_km = 6371 * np.arccos(segment.point_vectors[0] @ segment.point_vectors[1])
    assert 8600 < apart_km < 8660, "London to San Francisco"


# Opening without copying


def test_whoosh_reads_a_mapped_segment_in_place(people, tmp_path):
    assert zero_copy.install(), "this is the Whoosh that the patch was written for"
    named = segment_files.write(tmp_path, drafted(people))
    storage = named.open_compound_file(FileStorage(str(tmp_path)))
    name = storage.list()[0]
    file = storage.open_file(name)
    assert isinstance(file, zero_copy.MappedFile) and file.raw_file().getbuffer().obj is storage._source
    whole = file.read()
    file.seek(3)
    assert file.read(4) == whole[3:7] == file.get(3, 4) and file.tell() == 7
    file.seek(-2, 2)
    assert file.read(10) == whole[-2:] and file.read(1) == b""
    assert len(whole) == storage.file_length(name)


def test_another_whoosh_is_left_alone(monkeypatch):
    monkeypatch.setattr(zero_copy, "KNOWN_CONSTRUCTOR", "another")
    monkeypatch.setattr(compound, "BufferFile", zero_copy.structfile.BufferFile)
    assert zero_copy.install() is False and compound.BufferFile is zero_copy.structfile.BufferFile


# Merging


def test_sizes_grow_by_steps_and_large_segments_wait():
    assert to_merge([50_000, *[1] * 6], 1) == []
    assert to_merge([50_000, *[1] * 7], 1) == list(range(1, 8))
    assert to_merge([50_000, *[8] * 7, *[1] * 7], 1) == [*range(8, 15), *range(1, 8)]
    assert to_merge([50_000, *[200] * 8], 100) == [], "too long for an edit"
    assert to_merge([3, 0, 5], 1) == [1], "nobody is left in it"
    assert to_merge([50_000, *[100] * 60], 100) == list(range(1, 9)), "too many to leave, but not all at once"


def test_edits_one_by_one_keep_segments_few():
    live, written = [100_000], 0
    for _ in range(4000):
        most = 256 if len(live) < 32 else 1024
        chosen = to_merge(live, 1)
        total = 1 + sum(live[place] for place in chosen)
        live = [size for place, size in enumerate(live) if place not in chosen] + [total]
        written += total
        assert total <= most and len(live) <= 33
    assert written < 4 * 4000, "everybody is written a few times, not at every edit"


def test_a_damaged_term_is_told(segment):
    table = segment.tables["text"].with_checks()
    wrong = replace(table, docs=table.docs[::-1].copy())
    with pytest.raises(Damaged):
        wrong.part(wrong.terms.find(b"trauma"))


def test_terms_that_begin_alike_are_found_without_reading_the_others():
    words = sorted(word.encode("utf-8") for word in ("a", "ab", "abc", "abd", "b", "é", "éa", "王", "王x", "zz"))
    terms = inverted.Terms.of(words)
    for beginning in ("", "a", "ab", "abc", "abcd", "b", "c", "é", "王", "zz", "zzz", "~"):
        begun = [words[number] for number in terms.begun(beginning.encode("utf-8"))]
        assert begun == [word for word in words if word.startswith(beginning.encode("utf-8"))], beginning
    assert [terms.find(word) for word in words] == list(range(len(words)))
    assert terms.find(b"aa") == terms.find(b"zzz") == inverted.NOWHERE
