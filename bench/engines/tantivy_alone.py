"""Tantivy through tantivy-py. One search gives ids and count, a second pass over the same query the facets."""

import time
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Query

from bench.documents import Corpus, Document, document
from bench.engines.asking import Answer, Asked, Built
from search_index.listing import Listing
from search_index.schema import TEXT_BOOSTS

PER_PAGE = 20
FACETS = {"facets": {"terms": {"field": "facet", "size": 5_000, "segment_size": 5_000}}}
HEAP_BYTES = 512 << 20
SNIPPET_LETTERS = 200


class Tantivy:
    """A folder with an index whose texts are stored, since its snippets need them."""

    name = "Tantivy"
    warms = True

    def __init__(self, corpus: Corpus) -> None:
        self._folder = corpus.folder / "tantivy"
        self._corpus = corpus
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("number", stored=True, indexed=True, fast=True)
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("facet", fast=True, tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("fee", indexed=True, fast=True)
        for field in TEXT_BOOSTS:
            builder.add_text_field(field, stored=True, tokenizer_name="whitespace", index_option="position")
        self._schema = builder.build()
        self._ids: list[str] = []

    def build(self) -> Built:
        """Write the index with one thread, unless it is there."""
        done, cpu_s, wall_s = self._folder / "done", None, None
        self._folder.mkdir(exist_ok=True)
        self._index = tantivy.Index(self._schema, str(self._folder))
        if not done.exists():
            documents = list(self._corpus.documents())
            start, wall = time.process_time(), time.perf_counter()
            writer = self._index.writer(HEAP_BYTES, 1)
            for number, one in enumerate(documents):
                writer.add_document(self._made(one, number))
            writer.commit()
            writer.wait_merging_threads()
            cpu_s, wall_s = time.process_time() - start, time.perf_counter() - wall
            done.write_text("\n".join(one.id for one in documents))
        self._ids = done.read_text().split()
        self._index.reload()
        return Built(cpu_s, sum(file.stat().st_size for file in self._folder.iterdir()) / 1e6, wall_s)

    def ask(self, asked: Asked) -> Answer:
        """Ids from a fast column, the exact count and, where asked, all facets by aggregation."""
        query, searcher = self._query(asked), self._index.searcher()
        found: Any = searcher.search(query, limit=PER_PAGE, count=True)  # its stubs don't know the count
        places = [place for _, place in found.hits]
        numbers: list[Any] = searcher.fast_field_values("number", places)
        ids = [self._ids[number] for number in numbers]
        if asked.kind == "h":
            snippets = tantivy.SnippetGenerator.create(searcher, query, self._schema, "text")
            snippets.set_max_num_chars(SNIPPET_LETTERS)
            for place in places:
                snippets.snippet_from_doc(searcher.doc(place)).to_html()
        if not asked.facets:
            return Answer(found.count or 0, ids)
        buckets = searcher.aggregate(query, FACETS)["facets"]["buckets"]
        return Answer(found.count or 0, ids, lambda: {bucket["key"]: bucket["doc_count"] for bucket in buckets})

    def edit(self, listing: Listing, number: int) -> None:
        """Replace one document, and make it findable."""
        writer = self._index.writer(HEAP_BYTES, 1)
        writer.delete_documents_by_term("id", listing.id)
        writer.add_document(self._made(document(listing), number))
        writer.commit()
        self._index.reload()

    def _made(self, one: Document, number: int) -> tantivy.Document:
        told = {"number": number, "id": one.id, "fee": one.fee, "facet": list(one.facets), **one.stems}
        return tantivy.Document.from_dict(told, self._schema)

    def _query(self, asked: Asked) -> Query:
        musts = [self._anywhere([self._term(field, term) for field in TEXT_BOOSTS]) for term in asked.terms]
        if asked.phrase:
            phrases = [Query.phrase_query(self._schema, field, list(asked.phrase)) for field in TEXT_BOOSTS]
            musts = [self._anywhere(phrases)]
        if asked.kind == "d":
            fuzzy = [Query.fuzzy_term_query(self._schema, field, term) for field in TEXT_BOOSTS for term in asked.terms]
            musts = [self._anywhere(fuzzy)]
        if asked.prefix:
            musts = [self._anywhere([Query.regex_query(self._schema, f, f"{asked.prefix}.*") for f in TEXT_BOOSTS])]
        musts += [Query.const_score_query(query, 0.0) for query in self._filters(asked)]
        return musts[0] if len(musts) == 1 else Query.boolean_query([(Occur.Must, query) for query in musts])

    def _filters(self, asked: Asked) -> list[Query]:
        facets = [
            self._anywhere([self._term("facet", value, 1.0) for value in values]) for values in asked.facet_filters()
        ]
        if asked.fee_max is not None:
            facets.append(Query.range_query(self._schema, "fee", FieldType.Integer, 0, asked.fee_max))
        return facets

    def _term(self, field: str, term: str, boost: float | None = None) -> Query:
        query = Query.term_query(self._schema, field, term)
        worth = TEXT_BOOSTS[field] if boost is None else boost
        return query if worth == 1.0 else Query.boost_query(query, worth)

    def _anywhere(self, queries: list[Query]) -> Query:
        return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])
