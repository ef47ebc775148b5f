"""SQLite's FTS5. Facets are counted by a join with a table of who has which value."""

import sqlite3
import time

from bench.documents import Corpus, Document, document
from bench.engines.asking import Answer, Asked, Built
from search_index.listing import Listing
from search_index.schema import TEXT_BOOSTS

PER_PAGE = 20
RANK = f"bm25(words, {', '.join(map(str, TEXT_BOOSTS.values()))})"
TABLES = """
create virtual table words using fts5(name, tags, text, tokenize = 'unicode61', prefix = '2 3');
create table listing (number integer primary key, id text not null unique, fee integer not null);
create table value (number integer primary key, name text not null unique);
create table has (value integer not null, listing integer not null, primary key (value, listing)) without rowid;
"""
TURNED = "create index has_turned on has (listing, value)"


class Fts5:
    """One database file."""

    name = "SQLite FTS5"
    warms = False

    def __init__(self, corpus: Corpus) -> None:
        self._file = corpus.folder / "fts5.sqlite3"
        self._corpus = corpus
        self._values: dict[str, int] = {}

    def build(self) -> Built:
        """Write the database, unless it is there."""
        cpu_s, wall_s = None, None
        if not self._file.exists():
            documents, beside = list(self._corpus.documents()), self._file.with_suffix(".part")
            beside.unlink(missing_ok=True)
            start, wall = time.process_time(), time.perf_counter()
            self._write(sqlite3.connect(beside), documents)
            cpu_s, wall_s = time.process_time() - start, time.perf_counter() - wall
            beside.rename(self._file)
        self._database = sqlite3.connect(self._file)
        self._database.execute("pragma mmap_size = 2000000000")
        self._database.execute("pragma cache_size = -65536")
        self._values = dict(self._database.execute("select name, number from value"))
        return Built(cpu_s, self._file.stat().st_size / 1e6, wall_s)

    def _write(self, database: sqlite3.Connection, documents: list[Document]) -> None:
        self._database = database
        database.executescript(TABLES)
        with database:
            for number, one in enumerate(documents):
                self._put(one, number)
            database.execute(TURNED)
        database.execute("insert into words (words) values ('optimize')")
        database.execute("analyze")
        database.commit()
        database.close()

    def _put(self, one: Document, number: int) -> None:
        insert = self._database.execute
        insert("insert into listing values (?, ?, ?)", (number, one.id, one.fee))
        insert(
            "insert into words (rowid, name, tags, text) values (?, ?, ?, ?)",
            (number, *map(one.stems.get, TEXT_BOOSTS)),
        )
        self._database.executemany(
            "insert into has values (?, ?)", [(self._value(facet), number) for facet in one.facets]
        )

    def _value(self, facet: str) -> int:
        if facet not in self._values:
            self._values[facet] = len(self._values)
            self._database.execute("insert into value values (?, ?)", (self._values[facet], facet))
        return self._values[facet]

    def ask(self, asked: Asked) -> Answer:
        """Ids by rank, the exact count, and facets where asked."""
        match, ask = self._match(asked), self._database.execute
        told = [match] if match else []
        source = "words where words match ?" if match else "listing where true"
        key = "rowid" if match else "number"
        where = self._where(asked, "words" if match else "listing", key)
        order = RANK if match and not asked.prefix else key
        marked = ", snippet(words, 2, '<b>', '</b>', '...', 30)" if asked.kind == "h" else ""
        first = ask(f"select {key}{marked} from {source}{where} order by {order} limit {PER_PAGE}", told).fetchall()
        found = f"select {key} as number from {source}{where}"
        ids = [ask("select id from listing where number = ?", row[:1]).fetchone()[0] for row in first]
        if not asked.facets:
            return Answer(ask(f"select count(*) from ({found})", told).fetchone()[0], ids)
        ask("create temp table if not exists found (number integer primary key)")
        ask("delete from found")
        total = ask(f"insert into found {found}", told).rowcount
        counts = ask(
            "select value.name, count(*) from found cross join has on has.listing = found.number "
            "cross join value on value.number = has.value group by has.value"
        )
        told_counts = counts.fetchall()
        return Answer(total, ids, lambda: dict(told_counts))

    def edit(self, listing: Listing, number: int) -> None:
        """Replace one row in a transaction of its own."""
        with self._database:
            (old,) = self._database.execute("select number from listing where id = ?", (listing.id,)).fetchone()
            self._database.execute("delete from has where listing = ?", (old,))
            self._database.execute("delete from words where rowid = ?", (old,))
            self._database.execute("delete from listing where number = ?", (old,))
            self._put(document(listing), old)

    def _match(self, asked: Asked) -> str:
        if asked.phrase:
            return '"' + " ".join(asked.phrase) + '"'
        return f"{asked.prefix}*" if asked.prefix else " AND ".join(f'"{term}"' for term in asked.terms)

    def _where(self, asked: Asked, source: str, key: str) -> str:
        """Each filter looks a listing up by its key; without words the first one gives the listings to look at."""
        where = ""
        for place, values in enumerate(asked.facet_filters()):
            numbers = ", ".join(str(self._values.get(value, -1)) for value in values)
            if place or asked.terms:
                where += f" and exists (select 1 from has where value in ({numbers}) and has.listing = {source}.{key})"
            else:
                where += f" and {key} in (select listing from has where value in ({numbers}))"
        if asked.fee_max is not None:
            paid = f"paid.number = {source}.{key} and paid.fee between 0 and {asked.fee_max}"
            where += f" and exists (select 1 from listing as paid where {paid})"
        return where
