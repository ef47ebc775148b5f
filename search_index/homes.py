"""Where a writer lives: "I'm a nurse in Leeds", "we moved from Pune to Perth". Where others live is their story."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from search_index.lexicon import Word
from search_index.whereabouts import Where, Whereabouts

BEING = frozenset("am im are been".split())
LIVING = BEING | frozenset("live living stay staying based rent renting work working study studying settled".split())
MOVING = frozenset("moved move moving came come relocated emigrated migrated fled".split())
INTO = frozenset("in near around".split())
# Whom a verb is said of: the nearest of these before it. None at all means the writer.
WRITER = frozenset("i im ive id we".split())
OTHERS = frozenset("he she they my his her their our you it".split())
# Between the verb and "in" these make it another place than home.
AWAY = WRITER | OTHERS | frozenset("born grew raised was were went visiting holiday used met".split())
ALONGSIDE = frozenset("with for".split())
WITHIN, PLACE_WORDS = 8, 5


def home(words: Sequence[Word], whereabouts: Whereabouts, taken: Collection[int]) -> Where:
    """The place that a sentence says its writer lives in; nothing when it says none. ``taken`` mean something else."""
    for start, being in _ways_in(words):
        led = [replace(words[start], folded="in"), *words[start + 1 : start + 1 + PLACE_WORDS]]
        where = whereabouts.read(led, {place - start for place in taken}, keywords=False)
        if where.used and not (being and where.unknown):
            where.used = {place + start for place in where.used}
            return where
    return Where()


def _ways_in(words: Sequence[Word]) -> Iterator[tuple[int, bool]]:
    """Where an "in" or "to" stands that leads to the writer's home, and whether the verb was a mere "am"."""
    plain = [word.folded for word in words]
    for place, word in enumerate(plain):
        if word not in INTO and word != "to":
            continue
        verbs = LIVING if word in INTO else MOVING
        said = _said_before(words, place)
        verb = next((n for n in reversed(said) if plain[n] in verbs), None)
        if verb is not None and _at_home(plain[verb + 1 : place]) and _of_writer(plain, range(said.start, verb + 1)):
            yield place, plain[verb] in BEING


def _said_before(words: Sequence[Word], place: int) -> range:
    """The words before this one, back to a comma, but no more than eight."""
    start = place
    while start > max(0, place - WITHIN) and not words[start - 1].last:
        start -= 1
    return range(start, place)


def _at_home(between: Sequence[str]) -> bool:
    """Is nothing between the verb and "in" that makes it somewhere else? "With my mother" does not."""
    beside = zip(["", *between], between, strict=False)
    return AWAY.isdisjoint(word for before, word in beside if not (before in ALONGSIDE and word in {"my", "our"}))


def _of_writer(plain: Sequence[str], before: range) -> bool:
    subject = next((plain[n] for n in reversed(before) if plain[n] in WRITER | OTHERS), "i")
    return subject in WRITER
