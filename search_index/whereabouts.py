"""Where somebody says they are: country, region, and a town or postcode as typed. Distances are not its business."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from itertools import chain, takewhile

from search_index.leading import (
    BEFORE_PLACES,
    SURELY_BEFORE,
    alone,
    beside,
    introduced,
    leads_to,
    looks_like_a_name,
    may_be_in,
    may_be_near,
)
from search_index.lexicon import Lexicon, Run, Word, folded
from search_index.lookups import Lookups
from search_index.sources import PlacesSource

# Short codes of regions that are words too: in small letters they are codes only where their clause ends.
WORD_CODES = frozenset(
    "on in or me hi ok la de pa ma al id oh co as ne nd no mo ms mi md act up an go sa tas vic ct ga va wa ca dc nb "
    "pe nt ar br mh ap tn ks".split()
)
LONGEST_TOWN = 4
BEFORE_OTHERS = frozenset("believe believes believing faith trust trained training interested experienced".split())
# The letters of British postcodes (Royal Mail's postcode areas); in small letters only these make a word a postcode.
_AREAS = frozenset(
    "ab al b ba bb bd bh bl bn br bs bt ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy e ec eh en ex fk fy g "
    "gl gu gy ha hd hg hp hr hs hu hx ig im ip iv ka kt kw ky l la ld le ll ln ls lu m me mk ml n ne ng nn np nr nw ol "
    "ox pa pe ph pl po pr rg rh rm s sa se sg sk sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa wc wd "
    "wf wn wr ws wv yo ze".split()
)
_LETTERS = re.compile(r"[a-z]+")
_ZIP, _FOUR = re.compile(r"\d{5}"), re.compile(r"\d{4}")
# Before four figures these say that they are a postcode, and no year.
BEFORE_FOUR = frozenset("near nr postcode".split())
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?(?:\d[A-Z]{2})?")
_SECOND_HALF = re.compile(r"\d[A-Z][A-Z\d]")


@dataclass(slots=True)
class Where:
    """What was found, and which words said it. ``unknown`` is the place as typed when nobody knows where that is.

    ``other`` is a second place as typed ("Bath or Bristol").
    """

    country: str | None = None
    region: str | None = None
    place: str | None = None
    unknown: str | None = None
    other: str | None = None
    used: set[int] = field(default_factory=set)


class Whereabouts:
    """Countries and regions by name, towns by asking the places."""

    def __init__(self, places: PlacesSource, plain: Iterable[str] = (), elsewhere: Iterable[str] = ()) -> None:
        """``plain``: ordinary words that are towns too ("bear", "along"): only after "in" or "near", or alone with a
        capital letter. ``elsewhere``: towns that the places don't know, and that are surely towns.
        """
        self._places: PlacesSource | Lookups = places
        self._plain = frozenset(plain)
        self._elsewhere: Lexicon[None] = Lexicon()
        for name in elsewhere:
            self._elsewhere.add(folded(name), None)
        self._countries: Lexicon[str] = Lexicon()
        self._regions: Lexicon[str] = Lexicon()
        self._codes: dict[str, str] = {}
        for country in places.countries():
            for name in (country.name, *country.aka):
                self._countries.add(folded(name), country.code)
            for region in places.regions(country.code):
                self._regions.add(folded(region.name), region.code)
                self._codes.setdefault(region.code.partition("-")[2], region.code)

    def for_a_text(self) -> "Whereabouts":
        """The same for the sentences of one text, which together look up only so many places."""
        one = copy(self)
        one._places = Lookups(self._places)
        return one

    def names(self) -> set[tuple[str, ...]]:
        """Every country and region, as folded words."""
        return {*self._countries, *self._regions}

    def read(self, words: Sequence[Word], taken: Collection[int], *, keywords: bool) -> Where:
        """``taken``: words that already mean something else. ``keywords``: the text is a bare list of wishes.

        In other texts a place counts after "in" or "near", or when it stands alone between commas.
        """
        where = Where()
        plain = [word.folded for word in words]
        self._postcode(words, where, taken, keywords=keywords)
        for run in self._regions.find(plain):
            if run.start in taken or self._in_a_town(plain, run):
                continue
            led_to = keywords or introduced(words, run.start, BEFORE_PLACES) or alone(words, run.start, run.end)
            if led_to or self._follows_town(plain, run.start):
                where.region = where.region or run.payload
                where.used |= set(range(run.start, run.end))
        for run in self._countries.find(plain):
            if run.start in where.used or run.start in taken:
                continue
            if keywords or introduced(words, run.start, BEFORE_PLACES):
                where.country = where.country or run.payload
                where.used |= set(range(run.start, run.end))
        self._code(words, where, taken)
        self._town(words, where, set(taken) | where.used, keywords=keywords)
        where.used |= set(beside(plain, where.used))
        return where

    def country_of(self, place: str) -> str | None:
        """The country of a town or postcode as typed; None when nobody knows it."""
        town = self._places.find(place) if place else None
        return town.country if town else None

    def regions_named(self, plain: Sequence[str]) -> set[int]:
        """Where folded words stand that together name a region or country ("British Columbia")."""
        runs = (run for lexicon in (self._regions, self._countries) for run in lexicon.find(plain))
        return {place for run in runs if run.end > run.start + 1 for place in range(run.start, run.end)}

    def _postcode(self, words: Sequence[Word], where: Where, taken: Collection[int], *, keywords: bool) -> None:
        for number, word in enumerate(words):
            if number in taken:
                continue
            if self._figures(words, number, where):
                continue
            led_to = introduced(words, number, SURELY_BEFORE)
            second = number + 1 < len(words) and bool(_SECOND_HALF.fullmatch(words[number + 1].typed.upper()))
            surely = keywords or led_to or second or alone(words, number, number + 1)
            british = _LETTERS.match(word.typed)
            any_case = led_to or (keywords and british is not None and british[0] in _AREAS)
            if surely and _POSTCODE.fullmatch(word.typed.upper() if any_case else word.typed):
                self._place(words, range(number, number + 2 if second else number + 1), where)

    def _figures(self, words: Sequence[Word], number: int, where: Where) -> bool:
        """Is this a postcode of figures alone: a ZIP code, with its four more or without, or "near 2000"?"""
        typed = words[number].typed
        if _ZIP.fullmatch(typed) and self._places.find(typed):
            more = words[number + 1 : number + 2]
            where.place, where.used = typed, {number}
            where.used |= {number + 1} if more and not words[number].last and _FOUR.fullmatch(more[0].typed) else set()
            return True
        if _FOUR.fullmatch(typed) and introduced(words, number, BEFORE_FOUR):
            self._place(words, range(number, number + 1), where)
            return True
        return False

    def _place(self, words: Sequence[Word], said: range, where: Where) -> None:
        typed = " ".join(words[place].typed for place in said)
        where.place, where.unknown = typed.lower(), None if self._places.find(typed) else typed
        where.used |= set(said)

    def _in_a_town(self, plain: Sequence[str], region: Run[str]) -> bool:
        """Does this region's name belong to a town ("Kansas City", "New Delhi", "Washington DC")?"""
        for start, end in ((region.start, region.end + 1), (region.start - 1, region.end)):
            town = self._places.find(" ".join(plain[start:end])) if start >= 0 and end <= len(plain) else None
            if town and (town.region != region.payload or len(folded(town.town)) == end - start):
                return True
        return False

    def _follows_town(self, plain: Sequence[str], start: int) -> bool:
        return any(self._places.find(" ".join(plain[max(0, start - n) : start])) for n in (1, 2) if start >= n)

    def _town(self, words: Sequence[Word], where: Where, taken: set[int], *, keywords: bool) -> None:
        """The first known town, else the first name after "in" or "near" that looks like one."""
        known = ((start, self._town_length(words, start, taken, keywords=keywords)) for start in range(len(words)))
        led_to = ((start, self._unknown_length(words, start, taken)) for start in range(len(words)))
        unknown = chain(self._far(words, taken, keywords=keywords), led_to)
        found = next((found for found in known if found[1]), None)
        found = found or (None if where.place else next((found for found in unknown if found[1]), None))
        if found and (where.place is None or where.unknown):
            self._place(words, range(found[0], sum(found)), where)
            self._other(words, sum(found), taken, where)

    def _other(self, words: Sequence[Word], end: int, taken: set[int], where: Where) -> None:
        """A further town ("Portland or Seattle"): it is no word to look for."""
        start = end + 1
        if start < len(words) and words[end].folded == "or":
            said = range(start, start + self._town_length(words, start, taken, keywords=True))
            where.used |= set(said)
            where.other = " ".join(words[place].typed for place in said) or None

    def _town_length(self, words: Sequence[Word], start: int, taken: set[int], *, keywords: bool) -> int:
        """How many words from ``start`` are a known town; 0 when none."""
        led_to = leads_to(words, start)
        for length in range(min(LONGEST_TOWN, len(words) - start), 0, -1):
            end = start + length
            stands_alone = alone(words, start, end)
            code = words[end - 1].folded in WORD_CODES and words[end - 1].typed.islower()
            parted = code or any(word.last for word in words[start : end - 1])
            if parted and length > 1:
                continue
            if taken.isdisjoint(range(start, end)) and (keywords or led_to or stands_alone):
                typed = [word.typed for word in words[start:end]]
                ordinary = length == 1 and words[start].folded in self._plain
                may_be = not ordinary or led_to or (stands_alone and typed[0][0].isupper())
                if may_be and len("".join(typed)) > 2 and self._places.find(" ".join(typed)):
                    return length
        return 0

    def _far(self, words: Sequence[Word], taken: set[int], *, keywords: bool) -> Iterator[tuple[int, int]]:
        """Where a town of another part of the world stands, and in how many words."""
        for run in self._elsewhere.find([word.folded for word in words]):
            led_to = keywords or leads_to(words, run.start) or alone(words, run.start, run.end)
            if led_to and taken.isdisjoint(range(run.start, run.end)):
                yield run.start, run.end - run.start

    def _unknown_length(self, words: Sequence[Word], start: int, taken: set[int]) -> int:
        """How many words after "in" or "near" may be a town that we don't know; 0 when none."""
        if not introduced(words, start, SURELY_BEFORE) or introduced(words, start - 1, BEFORE_OTHERS):
            return 0
        if words[start - 1].folded == "near" and start not in taken and may_be_near(words[start]):
            rest = range(start + 1, min(start + LONGEST_TOWN - 1, len(words)))
            more = takewhile(lambda n: n not in taken and not words[n - 1].last and words[n].typed.isalpha(), rest)
            length = 1 + len(list(more))
            return length if words[start + length - 1].last else 1
        if words[start - 1].folded == "in" and start - 2 in taken and start not in taken and may_be_in(words, start):
            return 1
        names = takewhile(lambda n: n not in taken and looks_like_a_name(words[n]), range(start, len(words)))
        return min(len(list(names)), LONGEST_TOWN)

    def _code(self, words: Sequence[Word], where: Where, taken: Collection[int]) -> None:
        """A region's short code, in capitals, after a town or a place word ("Houston TX", "in NSW")."""
        plain = [word.folded for word in words]
        for number, word in enumerate(words):
            region = self._codes.get(word.typed) if self._is_code(words, number) else self._small_code(words, number)
            led_to = number > 0 and plain[number - 1] in BEFORE_PLACES
            if number in taken:
                continue
            if region and where.region is None and (led_to or self._follows_town(plain, number)):
                where.region = region
                where.used.add(number)

    def _is_code(self, words: Sequence[Word], number: int) -> bool:
        """Is this word in capitals as a code is, and not because everything is ("LONDON ON SATURDAY")?"""
        shouted = number > 0 and len(words[number - 1].typed) > 1 and words[number - 1].typed.isupper()
        return words[number].typed.isupper() and not (shouted and words[number].folded in WORD_CODES)

    def _small_code(self, words: Sequence[Word], number: int) -> str | None:
        """A region's code in small letters, right after a town that lies there ("austin tx")."""
        word = words[number]
        after_comma = number > 0 and words[number - 1].last
        surely = word.last or after_comma or word.folded not in WORD_CODES
        region = self._codes.get(word.folded.upper()) if surely else None
        for start in range(max(0, number - 2), number) if region else ():
            town = self._places.find(" ".join(word.folded for word in words[start : number + 1]))
            if town and town.region == region:
                return region
        return None
