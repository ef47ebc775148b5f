"""Invented listings, the same for the same seed. ``python -m bench.corpus 10000`` says what they are like.

The words follow Zipf's law, the facets the shapes that real directories show: a few concerns are common, most are rare,
fees depend on the country, a fifth of people leave things unsaid. No sentence means anything.
"""

import argparse
import random
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from search_index.listing import Listing

SEEDS = Path(__file__).parent.parent / "seeds"
FIRST_DAY = date(2026, 11, 20)
VOCABULARY_WORDS = 20_000
ZIPF_EXPONENT = 1.07
TEXT_WORDS = (120, 250)
# Countries with their share, currency and usual fee in whole units.
COUNTRIES = {
    "US": (62, "USD", 165),
    "GB": (14, "GBP", 65),
    "CA": (12, "CAD", 150),
    "IN": (8, "INR", 1800),
    "AU": (4, "AUD", 170),
}
UNITS = {
    "US": "CA NY TX FL IL PA OH GA NC MI NJ VA WA AZ MA TN IN MO MD CO".split(),
    "CA": "ON BC QC AB MB NS".split(),
}
GROUP_FILES = {
    "format": "formats",
    "language": "languages",
    "community": "communities",
    "theme": "themes",
    "faith_stance": "faith_stances",
    "affirming": "affirming",
    "population": "populations",
    "payment": "payments",
    "insurance": "insurers",
    "availability": "availability",
    "consult": "consult_offers",
    "gender": "genders",
    "accessibility": "accessibility",
    "times": "times",
    "frequency": "frequencies",
    "faith": "faiths",
}
# How many values people give, from and to; a fifth give none.
GIVEN = {
    "format": (1, 3),
    "language": (1, 3),
    "community": (0, 4),
    "theme": (0, 4),
    "population": (1, 4),
    "payment": (1, 3),
    "insurance": (0, 5),
    "affirming": (0, 4),
    "accessibility": (0, 4),
    "times": (1, 3),
    "frequency": (1, 2),
}
UNSAID = 0.2
SYLLABLES = (
    "ka re mi so lu ta ne vo si da ri mo fe lan bor tin sel mar dun pel gan wes hol ist and ber cor nav tul qui".split()
)


def listings(n: int, seed: int = 1, today: date = FIRST_DAY) -> Iterator[Listing]:
    """``n`` listings for ``seed``; days lie around ``today``, so that a few are not yet, or no longer, visible."""
    rng = random.Random(seed)
    for number in range(n):
        yield _listing(rng, number, today)


def _listing(rng: random.Random, number: int, today: date) -> Listing:
    country = rng.choices(list(COUNTRIES), [share for share, _, _ in COUNTRIES.values()])[0]
    concerns = _some(rng, "concerns", 3, 12)
    approaches = _some(rng, "approaches", 1, 8)
    jurisdictions = _jurisdictions(rng, country, today)
    confirmed_on = today - timedelta(days=rng.randrange(100))
    fee, currency = _fee(rng, country)
    return Listing(
        id=f"{number:08d}{rng.randrange(100):02d}",
        name=f"{_name(rng)} {_name(rng)}",
        title="Psychotherapist",
        headline=_text(rng, 14),
        text=_text(rng, rng.randint(*TEXT_WORDS)),
        tags=" ".join(_label("concerns", slug) for slug in concerns),
        facets=_facets(rng, country, concerns, approaches, jurisdictions),
        main_concerns=concerns[:3],
        concerns=concerns,
        approaches=approaches,
        jurisdictions=jurisdictions,
        visible_from=today - timedelta(days=rng.randrange(-2, 900)),
        visible_until=min(confirmed_on + timedelta(days=90), max(jurisdictions.values())),
        confirmed_on=confirmed_on,
        currency=currency if fee is not None else None,
        fee_low_minor=fee,
        fee_high_minor=None if fee is None else fee * 3 // 2,
        sliding_scale=rng.random() < 0.35,
        practice=f"{_name(rng)} rooms" if rng.random() < 0.12 else "",
    )


def _jurisdictions(rng: random.Random, country: str, today: date) -> dict[str, date]:
    inside = UNITS.get(country)
    units = [f"{country}-{unit}" for unit in _zipf_sample(rng, inside, rng.randint(1, 3))] if inside else [country]
    if rng.random() < 0.05:
        units.append(rng.choice(["GB", "IN", "AU"]))
    return {unit: today + timedelta(days=rng.randrange(-20, 700)) for unit in units}


def _fee(rng: random.Random, country: str) -> tuple[int | None, str]:
    _, currency, usual = COUNTRIES[country]
    return (None if rng.random() < 0.1 else round(usual * rng.lognormvariate(0, 0.35) / 5) * 500), currency


def _facets(
    rng: random.Random, country: str, concerns: Sequence[str], approaches: Sequence[str], jurisdictions: dict[str, date]
) -> dict[str, tuple[str, ...]]:
    facets = {
        "concern": _with_parents("concerns", concerns),
        "approach": _with_parents("approaches", approaches),
        "country": tuple(dict.fromkeys([country, *(unit[:2] for unit in jurisdictions)])),
        "region": tuple(jurisdictions),
    }
    for group, file in GROUP_FILES.items():
        if rng.random() >= UNSAID:
            facets[group] = _with_parents(file, _some(rng, file, *GIVEN.get(group, (1, 1))))
    facets["belongs"] = facets.get("community", ())[:1]
    return facets


def _some(rng: random.Random, file: str, fewest: int, most: int) -> tuple[str, ...]:
    slugs = [term["slug"] for term in _terms(file)]
    return tuple(_zipf_sample(rng, slugs, min(rng.randint(fewest, most), len(slugs))))


def _zipf_sample(rng: random.Random, values: Sequence[str], how_many: int) -> list[str]:
    chosen: dict[str, None] = {}
    while len(chosen) < how_many:
        chosen[rng.choices(values, cum_weights=_zipf(len(values), 0.8))[0]] = None
    return list(chosen)


def _with_parents(file: str, slugs: Sequence[str]) -> tuple[str, ...]:
    parents = {term["slug"]: term.get("parents", []) for term in _terms(file)}
    return tuple(dict.fromkeys([*slugs, *(parent for slug in slugs for parent in parents[slug])]))


def _label(file: str, slug: str) -> str:
    return next(str(term.get("label", slug)) for term in _terms(file) if term["slug"] == slug)


@cache
def _terms(file: str) -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads((SEEDS / "vocabulary" / f"{file}.toml").read_text("utf-8"))["term"])


@cache
def _zipf(size: int, exponent: float) -> tuple[float, ...]:
    return tuple(accumulate(1 / rank**exponent for rank in range(1, size + 1)))


@cache
def _words() -> tuple[str, ...]:
    rng = random.Random(0)
    seen = {"trauma": None, "inner": None, "child": None, "family": None}
    while len(seen) < VOCABULARY_WORDS:
        seen["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4)))] = None
    return tuple(seen)


def _text(rng: random.Random, length: int) -> str:
    words = rng.choices(_words(), cum_weights=_zipf(VOCABULARY_WORDS, ZIPF_EXPONENT), k=length)
    if rng.random() < 0.3:
        words[length // 2 : length // 2] = ["inner", "child"]
    return " ".join(words)


def _name(rng: random.Random) -> str:
    return "".join(rng.choices(SYLLABLES, k=rng.randint(2, 3))).capitalize()


def main() -> None:
    """Print what a corpus of the given size is like."""
    parser = argparse.ArgumentParser(description="Say what the invented listings are like.")
    parser.add_argument("n", type=int, help="how many listings: 1000, 10000, 100000 or 300000")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    concerns: Counter[str] = Counter()
    countries: Counter[str] = Counter()
    characters = unsaid_fees = 0
    for listing in listings(args.n, args.seed):
        concerns.update(listing.concerns)
        countries.update(listing.facets["country"])
        characters += len(listing.text)
        unsaid_fees += listing.fee_low_minor is None
    print(
        f"{args.n} listings, seed {args.seed}: {characters / args.n:.0f} characters each, {unsaid_fees} without a fee"
    )
    print("countries:", ", ".join(f"{country} {count}" for country, count in countries.most_common()))
    print("commonest concerns:", ", ".join(f"{slug} {count}" for slug, count in concerns.most_common(8)))


if __name__ == "__main__":
    main()
