"""What an engine is asked and what it answers: the same for all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. ``words`` as typed (our own room reads them itself), ``terms`` their stems, ``phrase`` too; all of
    ``filters`` must be met, any value of each group. ``fee_max`` is in minor units of ``currency``.
    """

    kind: str
    words: str = ""
    terms: tuple[str, ...] = ()
    phrase: tuple[str, ...] = ()
    prefix: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fee_max: int | None = None
    currency: str = "USD"
    facets: bool = False
    meant: str = ""

    def facet_filters(self) -> list[list[str]]:
        """The filters as facet terms: any of each list, all of the lists."""
        wanted = [[f"{group}:{value}" for value in values] for group, values in self.filters.items()]
        return wanted if self.fee_max is None else [*wanted, [f"currency:{self.currency}"]]


class Answer(NamedTuple):
    """How many were found, the first twenty, and, said when asked for, per facet term how many of all found have it."""

    total: int
    ids: list[str]
    facets: Callable[[], Mapping[str, int]] = dict


class Built(NamedTuple):
    """Seconds of processor (None when it was there already), size on disk, seconds of waiting."""

    cpu_s: float | None
    megabytes: float
    wall_s: float | None = None


class Engine(Protocol):
    """A search engine over one corpus."""

    name: str
    # Does it keep anything of its own in mind from one question to the next?
    warms: bool

    def build(self) -> Built:
        """Make the index, unless an earlier run left it."""

    def ask(self, asked: Asked) -> Answer:
        """Answer one question."""
