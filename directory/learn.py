"""The learn pages: reads seeds/learn/*.toml into pages made of sections and plain blocks, and checks their shape.

It knows no vocabulary and no web: whether a concern that a page leads to exists is for the caller to ask.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TOPICS = ("concerns", "approaches", "communities")
PLAIN_PAGES = frozenset(
    {"help-now", "questions", "therapists", "privacy", "how-matching-works", "about", "accessibility"}
)


class LearnError(Exception):
    """The learn pages cannot be used. `problems` names every file and key at fault, one sentence each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (`p`, one item) or a list (`ul`, one item for each line of it)."""

    kind: Literal["p", "ul"]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Where a section leads: `to` is an address on this site without its first slash, such as `concerns/shame`."""

    to: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One heading and what stands under it. `aside` is empty when there is none; `said` are a person's own words."""

    heading: str
    blocks: tuple[Block, ...]
    aside: str
    said: tuple[str, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class People:
    """Vocabulary slugs of the people to whom a page leads at its end."""

    concerns: tuple[str, ...]
    approaches: tuple[str, ...]
    communities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One learn page. `minutes` is the time to read it; `part` the group it stands in; `next` holds slugs of pages."""

    slug: str
    title: str
    lead: str
    order: int
    minutes: int
    part: str
    sections: tuple[Section, ...]
    people: People
    next: tuple[str, ...]
    sources: tuple[str, ...]
    helpline: bool


class Library:
    """All learn pages, in reading order."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self._pages = tuple(sorted(pages, key=lambda page: (page.order, page.slug)))
        self._by_slug = {page.slug: page for page in self._pages}

    def pages(self) -> tuple[Page, ...]:
        return self._pages

    def parts(self) -> tuple[tuple[str, tuple[Page, ...]], ...]:
        """The pages in their groups; a group stands where its first page stands."""
        groups: dict[str, list[Page]] = {}
        for page in self._pages:
            groups.setdefault(page.part, []).append(page)
        return tuple((part, tuple(pages)) for part, pages in groups.items())

    def get(self, slug: str) -> Page | None:
        return self._by_slug.get(slug)


def load(folder: Path) -> Library:
    """Reads every `<slug>.toml` of the folder. Raises LearnError with all problems of all files at once."""
    problems: list[str] = []
    pages = [page for path in sorted(folder.glob("*.toml")) if (page := _page(path, problems)) is not None]
    if not pages and not problems:
        problems.append(f"{folder.name}: no page found; put at least one <slug>.toml there.")
    problems += _dangling(pages)
    if problems:
        raise LearnError(problems)
    return Library(pages)


def blocks(body: str) -> tuple[Block, ...]:
    """Plain text to blocks: a blank line parts paragraphs, a line beginning with "- " is an item of a list.

    Any other line goes on with the paragraph or the item above it, so files may wrap where they like.
    """
    found: list[tuple[Literal["p", "ul"], list[str]]] = []
    parted = True
    for line in (raw.strip() for raw in body.splitlines()):
        if line.startswith("- "):
            if parted or found[-1][0] == "p":
                found.append(("ul", []))
            found[-1][1].append(line[2:].strip())
        elif line and parted:
            found.append(("p", [line]))
        elif line:
            found[-1][1][-1] += f" {line}"
        parted = not line
    return tuple(Block(kind, tuple(items)) for kind, items in found)


class _Table:
    """One table of a page file. It notes what is missing, mistyped or unknown instead of stopping at the first."""

    def __init__(self, table: dict[str, Any], where: str, problems: list[str]) -> None:
        self._table, self._where, self._problems = table, where, problems
        self._asked: set[str] = set()

    def problem(self, key: str, what: str) -> None:
        self._problems.append(f"{self._where}: {key} {what}.")

    def text(self, key: str, *, needed: bool = True) -> str:
        value: str = self._value(key, str, "must be a text", needed)
        if value.isspace() or (needed and self._table.get(key) == ""):
            self.problem(key, "is empty")
        return value

    def line(self, key: str, *, needed: bool = True) -> str:
        """A text whose line breaks mean nothing."""
        return " ".join(self.text(key, needed=needed).split())

    def number(self, key: str) -> int:
        wrong = "must be a whole number from 1 up"
        value: int = self._value(key, int, wrong, True)
        if isinstance(self._table.get(key), int) and (value is True or value < 1):
            self.problem(key, wrong)
        return value

    def flag(self, key: str) -> bool:
        return bool(self._value(key, bool, "must be true or false", False))

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._value(key, list, "must be a list of texts", False)
        if not all(isinstance(value, str) and value.strip() for value in values):
            self.problem(key, "must be a list of texts, none of them empty")
            return ()
        return tuple(values)

    def tables(self, key: str) -> list["_Table"]:
        values = self._value(key, list, "must be a list of tables", False)
        if not all(isinstance(value, dict) for value in values):
            self.problem(key, "must be a list of tables")
            return []
        return [_Table(value, f"{self._where}: {key} {at}", self._problems) for at, value in enumerate(values, 1)]

    def table(self, key: str) -> "_Table":
        return _Table(self._value(key, dict, "must be a table", False), f"{self._where}: {key}", self._problems)

    def done(self) -> None:
        for key in sorted(self._table.keys() - self._asked):
            self.problem(key, "is not a key that we know")

    def _value(self, key: str, kind: type, wrong: str, needed: bool) -> Any:
        self._asked.add(key)
        if key not in self._table:
            if needed:
                self.problem(key, "is missing")
            return kind()
        if not isinstance(self._table[key], kind):
            self.problem(key, wrong)
            return kind()
        return self._table[key]


def _page(path: Path, problems: list[str]) -> Page | None:
    try:
        table = _Table(tomllib.loads(path.read_text(encoding="utf-8")), path.name, problems)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{path.name}: cannot be read as TOML ({error}).")
        return None
    if not SLUG.fullmatch(path.stem):
        problems.append(f"{path.name}: the file's name must be small letters, digits and single hyphens.")
    page = Page(
        slug=path.stem,
        title=table.line("title"),
        lead=table.line("lead"),
        order=table.number("order"),
        minutes=table.number("minutes"),
        part=table.line("part"),
        sections=_sections(table),
        people=_people(table.table("people")),
        next=table.texts("next"),
        sources=table.texts("sources"),
        helpline=table.flag("helpline"),
    )
    table.done()
    return page


def _sections(table: _Table) -> tuple[Section, ...]:
    sections = tuple(_section(section) for section in table.tables("section"))
    if not sections:
        table.problem("section", "is missing")
    return sections


def _section(table: _Table) -> Section:
    section = Section(
        heading=table.line("heading"),
        blocks=blocks(table.text("body")),
        aside=table.line("aside", needed=False),
        said=table.texts("said"),
        links=tuple(_link(link) for link in table.tables("links")),
    )
    table.done()
    return section


def _link(table: _Table) -> Link:
    link = Link(to=table.line("to"), text=table.line("text"))
    door, _, slug = link.to.partition("/")
    topic = door in (*TOPICS, "learn") and SLUG.fullmatch(slug)
    if link.to and link.to not in PLAIN_PAGES and not topic:
        table.problem("to", f"leads nowhere: {link.to!r}")
    table.done()
    return link


def _people(table: _Table) -> People:
    people = People(*(table.texts(topic) for topic in TOPICS))
    table.done()
    return people


def _dangling(pages: list[Page]) -> list[str]:
    """A sentence for each `next` or `learn/...` link whose page is not in the folder."""
    slugs = {page.slug for page in pages}
    problems = []
    for page in pages:
        linked = [link.to for section in page.sections for link in section.links]
        named = [("next", slug) for slug in page.next]
        named += [("links", to.removeprefix("learn/")) for to in linked if to.startswith("learn/")]
        problems += [f"{page.slug}.toml: {key} names no page: {slug!r}." for key, slug in named if slug not in slugs]
    return problems
