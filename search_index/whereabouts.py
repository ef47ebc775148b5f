"""Where somebody says they are: country, region, and a town or postcode as typed. Distances are not its business."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from itertools import chain, takewhile

from search_index.lexicon import Lexicon, Run, Word, folded
from search_index.lookups import Lookups
from search_index.sources import PlacesSource

BEFORE_PLACES = frozenset(
    "in near nr around at from close to outside central rural north south east west based by within en cerca".split()
)
SURELY_BEFORE = frozenset("in near nr around en".split())
# "in south London", "the Leeds area": they belong to the place, and are none.
PARTS = frozenset("central greater rural inner outer downtown north south east west city".split())
AFTER_PLACES = frozenset("area based".split())
NEAR_TO = frozenset("close near local nearer closer".split())
# "not far from", "20 minutes from", "within reach of".
ON_THE_WAY = frozenset(
    "not far miles mile km minutes mins reach distance of travel commuting driving walking anywhere somewhere "
    "licensed registered postcode".split()
)
LEADING = BEFORE_PLACES | NEAR_TO | PARTS | ON_THE_WAY
# Short codes of regions that are words too: in small letters they are codes only where their clause ends.
WORD_CODES = frozenset(
    "on in or me hi ok la de pa ma al id oh co as ne nd no mo ms mi md act up an go sa tas vic ct ga va wa ca dc nb "
    "pe nt ar br mh ap tn ks".split()
)
LONGEST_TOWN = 4
# After "in", with a capital letter, and no town that we could fail to know.
NO_TOWNS = frozenset(
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday spring summer autumn winter christmas ramadan year god "
    "jesus allah".split()
)
BEFORE_OTHERS = frozenset("believe believes believing faith trust trained training interested experienced".split())
# "near" leads to a town in any letters, but for these.
NEAR_WHOM = frozenset("me us you my our here home work school where the a an by to enough future any this".split())
# After "therapist in", in small letters, and no town.
NO_TOWN_IN = frozenset(
    "training practice private person network school schools general particular mind question need person group short "
    "line real life time case order touch recovery crisis trouble pain doubt total future office house therapy".split()
)
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
    """What was found, and which words said it. ``unknown`` is the place as typed when nobody knows where that is."""

    country: str | None = None
    region: str | None = None
    place: str | None = None
    unknown: str | None = None
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
            introduced = keywords or _introduced(words, run.start, BEFORE_PLACES) or alone(words, run.start, run.end)
            if introduced or self._follows_town(plain, run.start):
                where.region = where.region or run.payload
                where.used |= set(range(run.start, run.end))
        for run in self._countries.find(plain):
            if run.start in where.used or run.start in taken:
                continue
            if keywords or _introduced(words, run.start, BEFORE_PLACES):
                where.country = where.country or run.payload
                where.used |= set(range(run.start, run.end))
        self._code(words, where, taken)
        self._town(words, where, set(taken) | where.used, keywords=keywords)
        where.used |= set(_beside(plain, where.used))
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
            led_to = _introduced(words, number, SURELY_BEFORE)
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
        if _FOUR.fullmatch(typed) and _introduced(words, number, BEFORE_FOUR):
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

    def _town_length(self, words: Sequence[Word], start: int, taken: set[int], *, keywords: bool) -> int:
        """How many words from ``start`` are a known town; 0 when none."""
        led_to = _led_to(words, start)
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
            led_to = keywords or _led_to(words, run.start) or alone(words, run.start, run.end)
            if led_to and taken.isdisjoint(range(run.start, run.end)):
                yield run.start, run.end - run.start

    def _unknown_length(self, words: Sequence[Word], start: int, taken: set[int]) -> int:
        """How many words after "in" or "near" may be a town that we don't know; 0 when none."""
        if not _introduced(words, start, SURELY_BEFORE) or _introduced(words, start - 1, BEFORE_OTHERS):
            return 0
        if words[start - 1].folded == "near" and start not in taken and _may_be_near(words[start]):
            rest = range(start + 1, min(start + LONGEST_TOWN - 1, len(words)))
            more = takewhile(lambda n: n not in taken and not words[n - 1].last and words[n].typed.isalpha(), rest)
            length = 1 + len(list(more))
            return length if words[start + length - 1].last else 1
        if words[start - 1].folded == "in" and start - 2 in taken and start not in taken and _may_be_in(words, start):
            return 1
        names = takewhile(lambda n: n not in taken and _looks_like_a_name(words[n]), range(start, len(words)))
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


def _introduced(words: Sequence[Word], start: int, by: Collection[str]) -> bool:
    return start > 0 and words[start - 1].folded in by


def _led_to(words: Sequence[Word], start: int) -> bool:
    """Does "in", "near", "close to" or the like lead to this word, perhaps over "south" or "central"?"""
    place = start - 1
    while place >= 0 and words[place].folded in PARTS and not words[place].last:
        place -= 1
    if place > 0 and words[place].folded == "to":
        return words[place - 1].folded in NEAR_TO
    return place >= 0 and words[place].folded in SURELY_BEFORE


def _beside(plain: Sequence[str], used: Collection[int]) -> Iterator[int]:
    """The words that lead to what was found, or follow it: "close to", "south", "area"."""
    for place in used:
        before = takewhile(lambda n: plain[n] in LEADING or plain[n].isdigit(), range(place - 1, -1, -1))
        yield from before
        if place + 1 < len(plain) and plain[place + 1] in AFTER_PLACES:
            yield place + 1


def alone(words: Sequence[Word], start: int, end: int) -> bool:
    """Do these words stand by themselves between commas or ends?"""
    return (start == 0 or words[start - 1].last) and words[end - 1].last


def _looks_like_a_name(word: Word) -> bool:
    return word.typed[:1].isupper() and word.folded not in NO_TOWNS


def _may_be_in(words: Sequence[Word], start: int) -> bool:
    """A word in small letters at the end of its clause, that could be a town ("counsellor in hackney")."""
    return words[start].last and _may_be_near(words[start]) and words[start].folded not in NO_TOWN_IN | NO_TOWNS


def _may_be_near(word: Word) -> bool:
    return word.typed.islower() and word.typed.isalpha() and word.folded not in NEAR_WHOM
