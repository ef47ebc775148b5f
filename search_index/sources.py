"""What this room needs to be handed of the vocabulary and of places: their shape only, so that nothing is imported."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class TermSource(Protocol):
    """One term of the vocabulary."""

    @property
    def slug(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def aka(self) -> Sequence[str]: ...

    @property
    def parents(self) -> Sequence[str]: ...

    @property
    def sentence(self) -> str: ...

    @property
    def extra(self) -> Mapping[str, Any]: ...


class VocabularySource(Protocol):
    """The vocabulary, by group."""

    def terms(self, group: str) -> Sequence[TermSource]: ...


class CountrySource(Protocol):
    """A country: its ISO 3166-1 code, names, and currency."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def aka(self) -> Sequence[str]: ...

    @property
    def currency(self) -> str: ...


class RegionSource(Protocol):
    """A region: its ISO 3166-2 code and name."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...


class TownSource(Protocol):
    """A town and where it lies."""

    @property
    def town(self) -> str: ...

    @property
    def country(self) -> str: ...

    @property
    def region(self) -> str | None: ...


class PlacesSource(Protocol):
    """Countries, their regions, and towns by name."""

    def countries(self) -> Sequence[CountrySource]: ...

    def regions(self, country: str) -> Sequence[RegionSource]: ...

    def find(self, text: str, country: str | None = None) -> TownSource | None: ...
