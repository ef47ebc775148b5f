"""PostgreSQL's own text search, in a folder of its own, on a Unix socket alone; left out where there is none."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from bench.documents import Corpus, Document, document
from bench.engines.asking import Answer, Asked, Built
from search_index.listing import Listing
from search_index.schema import NO_FEE

PER_PAGE = 20
# A word between fields, so that no phrase reaches from one into the next.
BETWEEN = "xxx"
TABLES = """
create table listing (
    number int primary key, id text not null unique, fee int not null, body text not null,
    facets int[] not null, words tsvector not null
);
create table value (number int primary key, name text not null unique);
"""
INDEXES = """
create index on listing using gin (words);
create index on listing using gin (facets);
create index on listing (fee);
vacuum analyze listing;
"""
VECTOR = (
    "setweight(to_tsvector('simple', %(name)s), 'A') || setweight(to_tsvector('simple', %(tags)s), 'B')"
    " || to_tsvector('simple', %(text)s)"
)
RANK = "ts_rank(array[0.5, 0.5, 0.75, 1]::real[], words, query, 1)"


class PostgreSql:
    """One database; its address comes from whoever started the server."""

    name = "PostgreSQL"
    warms = False

    def __init__(self, corpus: Corpus, address: str) -> None:
        self._corpus = corpus
        self._database = psycopg.connect(address, autocommit=True)
        self._database.execute("set max_parallel_workers_per_gather = 0")
        self._database.execute("set jit = off")
        self._values: dict[str, int] = {}

    def build(self) -> Built:
        """Load the listings, always anew: the server is gone after a run."""
        documents = list(self._corpus.documents())
        wall = time.perf_counter()
        self._database.execute(TABLES)
        with self._database.transaction(), self._database.cursor() as cursor:
            for start in range(0, len(documents), 500):
                rows = [self._row(one, start + at) for at, one in enumerate(documents[start : start + 500])]
                cursor.executemany(
                    f"insert into listing values (%(number)s, %(id)s, %(fee)s, %(text)s, %(facets)s, {VECTOR})", rows
                )
            cursor.executemany("insert into value values (%s, %s)", [(at, name) for name, at in self._values.items()])
        for statement in INDEXES.strip().split("\n"):
            self._database.execute(statement)
        (size,) = self._database.execute("select pg_total_relation_size('listing')").fetchone() or (0,)
        return Built(None, size / 1e6, time.perf_counter() - wall)

    def pin(self, core: int) -> None:
        """Keep the server's process for us on one core, as everybody is kept."""
        (process,) = self._database.execute("select pg_backend_pid()").fetchone() or (0,)
        os.sched_setaffinity(process, {core})

    def _row(self, one: Document, number: int) -> dict[str, object]:
        facets = [self._values.setdefault(facet, len(self._values)) for facet in one.facets]
        parts = {field: f"{text} {BETWEEN}" for field, text in one.stems.items()}
        return {"number": number, "id": one.id, "fee": one.fee, "facets": facets, **parts}

    def ask(self, asked: Asked) -> Answer:
        """Ids by rank and the exact count; facets by unnesting those of everybody found."""
        words = self._words(asked)
        told: dict[str, object] = {"query": words}
        source = (
            "listing, to_tsquery('simple', %(query)s) query where words @@ query" if words else "listing where true"
        )
        where = self._where(asked, told)
        order = f"{RANK} desc, number" if words and not asked.prefix else "number"
        ask = self._database.execute
        first = f"select id, body from {source}{where} order by {order} limit {PER_PAGE}"
        if asked.kind == "h":
            first = f"select id, ts_headline('simple', body, to_tsquery('simple', %(query)s)) from ({first}) as first"
        ids = [row[0] for row in ask(first, told)]
        (total,) = ask(f"select count(*) from {source}{where}", told).fetchone() or (0,)
        if not asked.facets:
            return Answer(total, ids)
        counts = ask(
            "select value.name, n from (select facet, count(*) as n from "
            f"(select unnest(facets) as facet from {source}{where}) "
            "as found group by facet) as counted join value on value.number = facet",
            told,
        )
        told_counts = counts.fetchall()
        return Answer(total, ids, lambda: dict(told_counts))

    def edit(self, listing: Listing, number: int) -> None:
        """Replace one row in a transaction of its own."""
        row = self._row(document(listing), number)
        self._database.execute(
            f"update listing set fee = %(fee)s, facets = %(facets)s, body = %(text)s, words = {VECTOR} "
            "where id = %(id)s",
            row,
        )

    def _words(self, asked: Asked) -> str:
        if asked.phrase:
            return " <-> ".join(asked.phrase)
        return f"{asked.prefix}:*" if asked.prefix else " & ".join(asked.terms)

    def _where(self, asked: Asked, told: dict[str, object]) -> str:
        where = ""
        for place, values in enumerate(asked.facet_filters()):
            told[f"values{place}"] = [self._values.get(value, -1) for value in values]
            where += f" and facets && %(values{place})s::int[]"
        if asked.fee_max is not None:
            told["fee"] = asked.fee_max
            where += f" and fee > {NO_FEE} and fee <= %(fee)s"
        return where


@contextmanager
def server() -> Iterator[str | None]:
    """The address of an empty server, or None where PostgreSQL is not installed."""
    from tests import postgresql

    try:
        running = postgresql.cluster()
        address = running.__enter__()
    except BaseException as problem:  # pytest's own way to skip is no Exception
        if problem.__class__.__name__ != "Skipped":
            raise
        yield None
        return
    try:
        yield address
    finally:
        running.__exit__(None, None, None)
