"""The only reader and writer of listings. ``listing_of`` is the one place that says what becomes findable."""

from directory.profiles.findable import VISIBLE_DAYS, everyone, listing_of, visible_until
from directory.profiles.listed import Listed, listed
from directory.profiles.locating import locate
from directory.profiles.planting import plant
from directory.profiles.reading import (
    any_at_all,
    count,
    count_published,
    find,
    listings_for,
    own,
    plain_search,
    published,
    recent,
)
from directory.profiles.writing import confirm, save, take_messages

__all__ = [
    "Listed",
    "VISIBLE_DAYS",
    "any_at_all",
    "confirm",
    "count",
    "count_published",
    "everyone",
    "find",
    "listed",
    "listing_of",
    "listings_for",
    "locate",
    "own",
    "plain_search",
    "plant",
    "published",
    "recent",
    "save",
    "take_messages",
    "visible_until",
]
