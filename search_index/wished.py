"""What was asked for in one text, as it is read: filters, what filters don't cover, and what is refused."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from search_index.asking import Sentence
from search_index.labels import MORE_GROUPS
from search_index.whereabouts import Where

ANY_CHILD = "children-6-10"
CHILDREN = frozenset("children-0-5 children-6-10 preteens-11-12 teens-13-17".split())


# Group -> a list of values, or True where asking is all there is to it.
Asked = Mapping[str, Any]


@dataclass(slots=True)
class Wishes:
    """What was asked for (``more`` is what filters don't cover yet), and the folded words that said it.

    ``keywords``: the text is a few bare words, in no sentence.
    """

    filters: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    said_by: set[str] = field(default_factory=set)
    keywords: bool = False

    def add(self, group: str, slug: str) -> None:
        """One value of a group, once."""
        kept = self.more if group in MORE_GROUPS.values() else self.filters
        values = kept.setdefault(group, [])
        if slug not in values:
            values.append(slug)

    def age(self, group: str) -> None:
        """The age group of whoever would come; "kids" says less than "aged four"."""
        groups = self.filters.setdefault("population", [])
        if group in CHILDREN and ANY_CHILD in groups:
            groups.remove(ANY_CHILD)
        self.add("population", group)

    def pay_in(self, country: str | None, countries: Mapping[str, Collection[str]]) -> None:
        """Of schemes that share a name ("Medicare"), only this country's. ``countries``: where each scheme is."""
        said = self.more.get("payment", [])
        here = [slug for slug in said if not countries.get(slug) or country in countries[slug]]
        if country and here:
            self.more["payment"] = here

    def add_all(self, filters: Asked) -> None:
        """Everything that is asked for at once: lists of values, or a plain yes."""
        for group, asked in filters.items():
            if isinstance(asked, list):
                for slug in asked:
                    self.add(group, slug)
            else:
                self.filters[group] = asked

    def name(self, sentence: Sentence, called: range, *, title: bool = False) -> set[int]:
        """A person's name, the first one said, and the words that said it; ``title``: with the word before it."""
        if not called or "name" in self.filters:
            return set()
        self.filters["name"] = sentence.typed(called).lower()
        return set(called) | ({called.start - 1} if title else set())

    def refuse(self, sentence: Sentence, words: Collection[int]) -> None:
        """Something that is not wanted, as typed."""
        self.more.setdefault("refused", []).append(sentence.typed(sorted(words)))

    def place(self, where: Where) -> None:
        """The first place said stands."""
        for key in ("country", "region", "place"):
            said = getattr(where, key)
            if said:
                self.filters.setdefault(key, said)
        if where.unknown and self.filters["place"] == where.place:
            self.more["unknown_place"] = [where.unknown]
        if where.other and self.filters["place"] == where.place:
            self.more["other_place"] = [where.other]
