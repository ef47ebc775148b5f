"""Is matching fair? Invented seekers over the demo's people and over a large directory, against a lottery.

python -m bench.fairness                   20,000 seekers in all, 60 days, 10 seeds
python -m bench.fairness --seekers 2000    fewer

Nothing is asserted; bench/FAIRNESS.md is written. The rules are read once more by rereading.py, from their sentences.
"""

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

import directory
from bench import lottery, rereading
from bench.corpus import FIRST_DAY, listings
from bench.documents import FOLDER
from bench.lottery import DRAWS, FIRST, Judged, Numbers, Tally
from bench.measuring import machine, say
from bench.seekers import STYLE, Seekers
from directory import matching, profiles
from directory.house import House
from directory.needs import Needs
from search_index.engine import SearchIndex
from search_index.listing import Listing

REPORT = Path(__file__).parent / "FAIRNESS.md"
SEEKERS, SEEDS, DAYS, LARGE = 20_000, 10, 60, 10_000
# Of everybody who keeps the musts, and of everybody left out, so many are read again for each seeker.
READ_AGAIN = 20
# Student's t for 9 degrees of freedom: the middle 95 % of a mean over ten seeds.
STUDENT = 2.262
PRACTICE_SIZES = (1, 2, 2, 3, 4, 6, 10)

Match = Callable[[Needs, date], Judged]
# How soon there is room, soonest first; whoever says something else, or nothing, comes between the last two.
OPEN, WAITING, CLOSED = "open-now", "waitlist", ("full", "paused")


@dataclass(slots=True)
class Told:
    """What came of one population: per seed, ``exposure`` (n_people,) in the first five, the share of seekers with five
    people to see, and of the concerns that those shown cover; all seeds together, the tally beside the lottery.
    """

    people: Sequence[Listing]
    tally: Tally
    exposure: list[Numbers] = field(default_factory=list)
    five: list[float] = field(default_factory=list)
    covered: list[float] = field(default_factory=list)
    covered_by_any: list[float] = field(default_factory=list)
    seekers: int = 0
    violations: int = 0
    left_out_without_cause: int = 0


def main() -> None:
    """Both populations, and the page."""
    parser = argparse.ArgumentParser(description="Measure whether matching is fair.")
    parser.add_argument("--seekers", type=int, default=SEEKERS, help="in all, half of them over each directory")
    write(parser.parse_args().seekers)


def write(seekers: int = SEEKERS) -> None:
    """Measure, print, and write the page."""
    each = seekers // 2 // SEEDS
    app = directory.create_app({"INSTANCE": FOLDER / "demo", "FOLLOW": False})
    house: House = app.extensions["holdspace"]
    with app.app_context():
        demo = list(profiles.everyone(house.vocabulary))
    told = {}
    for name, people in (("the demo", demo), (f"{LARGE:,} listings", list(islice(listings(LARGE), LARGE)))):
        people = dated(people, random.Random(0))
        with TemporaryDirectory() as folder:
            told[name] = _measured(people, _matcher(people, house, Path(folder)), each)
    lines = list(_page(told, seekers))
    say("\n".join(lines))
    REPORT.write_text("\n".join(lines) + "\n", "utf-8")


def dated(people: Sequence[Listing], rng: random.Random) -> list[Listing]:
    """The same people, confirmed so that time hides nobody within the days; all with a style, some with a practice.

    The demo's own styles and practices stay.
    """
    sizes = Counter[str]()
    return [_one_dated(one, rng, sizes) for one in people]


def _one_dated(one: Listing, rng: random.Random, sizes: "Counter[str]") -> Listing:
    confirmed = FIRST_DAY + timedelta(days=rng.randrange(DAYS) - DAYS // 2)
    style = one.style or {line: rng.randint(1, 5) for line in STYLE if rng.random() < 0.8}
    practice = one.practice
    if practice.endswith(" rooms"):
        number = rng.randrange(400)
        practice = f"Practice {number} of {PRACTICE_SIZES[number % len(PRACTICE_SIZES)]}"
        sizes[practice] += 1
        if sizes[practice] > PRACTICE_SIZES[number % len(PRACTICE_SIZES)]:
            practice = ""
    until = max(one.visible_until, confirmed + timedelta(days=90)) if one.visible_until > date.min else date.min
    return replace(one, confirmed_on=confirmed, visible_until=until, style=style, practice=practice)


def _matcher(people: Sequence[Listing], house: House, folder: Path) -> Match:
    """The matching as it is, telling who keeps every must, with points and openings, and who came first."""
    index = SearchIndex(folder, "fairness")
    index.rebuild(people, number=1, mark="1")
    number = {one.id: at for at, one in enumerate(people)}
    openings = np.array([_opening(one) for one in people])

    def match(needs: Needs, day: date) -> Judged:
        columns = index.columns(day)
        found = matching.find(needs, columns, today=day, rules=house.rules, related=house.close, start=0, stop=FIRST)
        who = np.array([number[one] for one in columns.ids(found.docs)], dtype=np.int64)
        first = np.array([number[one] for one in found.first], dtype=np.int64)
        return Judged(who, found.points, openings[who], first)

    return match


def _opening(one: Listing) -> int:
    said = one.facets.get("availability", ())
    if OPEN in said:
        return 0
    if any(slug.startswith(WAITING) for slug in said):
        return 1
    return 3 if set(said) & set(CLOSED) else 2


def _measured(people: Sequence[Listing], match: Match, each: int) -> Told:
    told = Told(people, Tally(len(people)))
    practices = _practices(people)
    for seed in range(SEEDS):
        rng = random.Random(seed)
        makers = [Seekers(people, rng, skewed=skewed) for skewed in (False, True)]
        by_day = defaultdict(list)
        for number in range(each):
            by_day[number % DAYS].append(makers[(number + number // DAYS) % 2].needs())
        kept = _Seed(np.zeros(len(people), dtype=np.int64))
        for after, asked in by_day.items():
            # A day has one draw, whoever asks: the seeds' seekers ask on the same days.
            keys = np.random.default_rng(after).random((DRAWS, len(people)), dtype=np.float32)
            for needs in asked:
                judged = match(needs, FIRST_DAY + timedelta(days=after))
                told.tally.add(judged, practices, keys)
                kept.add(needs, judged, people)
                _read_again(told, needs, judged, FIRST_DAY + timedelta(days=after), rng)
        kept.tell(told)
        say(f"  seed {seed}: {each} seekers over {len(people)} people")
    return told


@dataclass(slots=True)
class _Seed:
    """One seed's sums."""

    exposure: Numbers
    five: list[bool] = field(default_factory=list)
    covered: list[float] = field(default_factory=list)
    covered_by_any: list[float] = field(default_factory=list)

    def add(self, needs: Needs, judged: Judged, people: Sequence[Listing]) -> None:
        np.add.at(self.exposure, judged.first, 1)
        self.five.append(len(judged.people) >= FIRST)
        asked = {slug for slug, _ in needs.concerns}
        named = [asked & set(people[one].concerns) for one in judged.first.tolist()]
        if named:
            self.covered.append(sum(map(len, named)) / len(named))
            self.covered_by_any.append(len(set().union(*named)) / len(asked))

    def tell(self, told: Told) -> None:
        told.exposure.append(self.exposure)
        told.five.append(float(np.mean(self.five)))
        told.covered.append(float(np.mean(self.covered)))
        told.covered_by_any.append(float(np.mean(self.covered_by_any)))


def _read_again(told: Told, needs: Needs, judged: Judged, day: date, rng: random.Random) -> None:
    """The first page, some more of those matched, and some of those left out, by the rules' own sentences."""
    matched = judged.people.tolist()
    some = {*judged.first.tolist(), *rng.sample(matched, min(READ_AGAIN, len(matched)))}
    told.seekers += 1
    told.violations += any(not _may_see(needs, told.people[one], day) for one in some)
    left_out = rng.sample(range(len(told.people)), min(READ_AGAIN, len(told.people)))
    kept = set(matched)
    told.left_out_without_cause += any(one not in kept and _may_see(needs, told.people[one], day) for one in left_out)


def _may_see(needs: Needs, listing: Listing, day: date) -> bool:
    return rereading.may_be_shown(listing, day) and not rereading.broken(needs, listing, day)


def _practices(people: Sequence[Listing]) -> Numbers:
    """(n_people,) a number for each named practice, -1 for none."""
    names = [one.practice.strip().casefold() for one in people]
    numbers = {name: at for at, name in enumerate(dict.fromkeys(names)) if name}
    return np.array([numbers.get(name, -1) for name in names])


def _page(told: dict[str, Told], seekers: int) -> Iterator[str]:
    yield "# Is matching fair?\n"
    yield (
        f"Written by `python -m bench.fairness`. {machine()}; {datetime.now(UTC):%Y-%m-%d %H:%M} UTC. {seekers:,} "
        f"invented seekers, {SEEDS} seeds, {DAYS} days; ± and brackets are 95 % intervals: of the mean over the seeds, "
        f"or of {DRAWS} fair daily lotteries between people with equal points and openings, under the same rule of "
        "practices. Of twenty rows held against the lottery, chance puts one outside.\n"
    )
    for name, one in told.items():
        yield f"## Over {name}\n"
        yield from _table(("", "measured", "95 %", ""), _rows(one))
        yield ""


def _rows(told: Told) -> Iterator[tuple[str, ...]]:
    yield "seekers", f"{told.seekers:,}", "", ""
    yield "seekers shown somebody who breaks a must", f"{told.violations} of {told.seekers:,}", "", "aim 0"
    yield "seekers for whom somebody was left out without a cause", f"{told.left_out_without_cause}", "", "aim 0"
    yield "seekers with at least five people to see", *_over_seeds(told.five, per_cent=True), ""
    yield "concerns asked for that each of the first five names, on average", *_over_seeds(told.covered), ""
    yield (
        "of the concerns asked for, named by any of the first five",
        *_over_seeds(told.covered_by_any, per_cent=True),
        "",
    )
    yield "Gini of exposure in the first five", *_over_seeds([_gini(one) for one in told.exposure]), "reported"
    top = [float(np.sort(one)[-max(1, len(one) // 10) :].sum() / one.sum()) for one in told.exposure]
    yield "share of exposure that the top tenth has", *_over_seeds(top, per_cent=True), "reported"
    yield _beside("exposure between equals: mean squared distance from the lottery's", *lottery.dispersion(told.tally))
    for what, group in _groups(told.people):
        yield _beside(f"shown, against the lottery's mean: {what}", *lottery.share(told.tally, group))


def _groups(people: Sequence[Listing]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Who should be shown as often as chance has it: by openings and practice, and by what must not count."""
    opened = np.array([_opening(one) == 0 for one in people])
    practices = _practices(people)
    counts = Counter(practices.tolist())
    sizes = np.array([1 if one < 0 else counts[one] for one in practices.tolist()])
    for what, chosen in (("alone", sizes == 1), ("in a practice of 2", sizes == 2), ("in a larger one", sizes > 2)):
        yield f"open places, {what}", opened & chosen
        yield f"no open place, {what}", ~opened & chosen
    heard: dict[str, Callable[[Listing], object]] = {
        "the longer half of the texts": lambda one: len(one.text) + len(one.headline),
        "the half with more tags": lambda one: sum(map(len, one.facets.values())),
        "the half that came last": lambda one: one.visible_from,
        "the later half of the alphabet": lambda one: one.name,
        "the later half of the ids": lambda one: one.id,
    }
    for what, key in heard.items():
        yield what, _upper_half([key(one) for one in people])


def _upper_half(values: Sequence[object]) -> NDArray[np.bool_]:
    order = sorted(range(len(values)), key=lambda at: (values[at], at))  # type: ignore[arg-type, return-value]
    upper = np.zeros(len(values), dtype=np.bool_)
    upper[order[len(order) // 2 :]] = True
    return upper


def _gini(exposure: Numbers) -> float:
    """0 when everybody is shown equally often, near 1 when one person has it all."""
    ordered = np.sort(exposure).astype(np.float64)
    n = len(ordered)
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * ordered.sum()))


def _over_seeds(values: Sequence[float], *, per_cent: bool = False) -> tuple[str, str]:
    mean, half = float(np.mean(values)), STUDENT * float(np.std(values, ddof=1)) / len(values) ** 0.5
    return (f"{mean:.1%}", f"± {half:.1%}") if per_cent else (f"{mean:.3f}", f"± {half:.3f}")


def _beside(what: str, measured: float, interval: tuple[float, float]) -> tuple[str, ...]:
    low, high = interval
    return what, f"{measured:.3f}", f"[{low:.3f}, {high:.3f}]", "within" if low <= measured <= high else "outside"


def _table(head: Sequence[str], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    main()
