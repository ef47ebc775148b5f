"""Looking places up for one text: each name once, and never more names than anybody means."""

from search_index.sources import PlacesSource, TownSource

# A look-up takes some 50 us. Long stories come to fifty names.
MOST_LOOKUPS = 300


class Lookups:
    """The places as one text asks for them; after 300 names nothing new is a place. Make one for each text."""

    def __init__(self, places: "PlacesSource | Lookups") -> None:
        self._places = places
        self._found: dict[str, TownSource | None] = {}

    def find(self, text: str) -> TownSource | None:
        """The place that goes by this name."""
        if text not in self._found and len(self._found) < MOST_LOOKUPS:
            self._found[text] = self._places.find(text)
        return self._found.get(text)
