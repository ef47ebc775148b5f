"""The search index: how it stands, comparing it with the database, building it anew, letting go of what was deleted."""

import sys
import time

import click

from directory import changes, mending
from directory.cli.opening import with_house
from directory.cli.progress import say
from directory.house import House
from directory.mending import Verified
from directory.profiles import any_at_all, count_published

BUSY = "Another process is writing the index. Try again in a moment."
NOW = "Remove the files that held them at once, not after the ten minutes that a running server may still read them."


@click.group()
def index() -> None:
    """Look after the search index. It is a cache of the database: losing it loses nothing."""


@index.command()
@with_house
def status(house: House) -> None:
    """Say what the index holds and how far behind the database it is."""
    state, (number, _) = house.index.status(), changes.latest()
    if state.problem or state.number is None or state.mark is None:
        print(f"No index answers: {state.problem} The next start or `holdspace index rebuild` makes one.")
        return
    print(
        f"Generation {state.generation}: {state.listings} listings in {state.segments} segments, schema {state.schema}."
    )
    if not changes.known(state.number, state.mark):
        print("It was made from another database, or from an older copy of this one. A running server builds it anew.")
        return
    print(f"It has taken change {state.number} of {number}.")
    print(f"Deleted or replaced, and still in its files: {state.deleted}. `holdspace daily` lets go of them.")


@index.command()
@click.option("--check", is_flag=True, help="Only look: write nothing, and end with 1 unless everything is right.")
@with_house
def verify(house: House, check: bool) -> None:
    """Compare the index with the database, listing by listing, and put right what differs. Ends with 0 when all is
    right afterwards.
    """
    total = count_published()
    seen = mending.verify(
        house.follower, mend=not check, progress=lambda done: say("Compared", min(done, total), total)
    )
    print(_told(seen, check))
    sys.exit(0 if seen.sound or (seen.mended and not check) else 1)


def _told(seen: Verified, check: bool) -> str:
    if seen.rebuilt:
        done = f"Built anew with {seen.added} listings." if seen.mended else "Not built anew."
        return f"Nothing could be compared: {seen.rebuilt} {done}"
    counts = (seen.added, seen.refreshed, seen.removed, seen.right)
    if check:
        return "Missing {}, different {}, there for nothing {}, right already {}. Nothing was written.".format(*counts)
    if not seen.mended:
        return (
            f"Not put right: missing {seen.added}, different {seen.refreshed}, there for nothing {seen.removed}. {BUSY}"
        )
    return "Added {}, refreshed {}, removed {}, right already {}.".format(*counts)


@index.command()
@with_house
def rebuild(house: House) -> None:
    """Build the index anew beside the one that serves, then switch to it."""
    if not any_at_all():
        print("There are no listings yet.")
        return
    started, total = time.perf_counter(), count_published()
    if not house.follower.rebuild(lambda done: say("Index", done, total)):
        raise click.ClickException(BUSY)
    print(f"{total} listings indexed in {time.perf_counter() - started:.1f} s.")


@index.command()
@click.option("--now", is_flag=True, help=NOW)
@with_house
def compact(house: House, now: bool) -> None:
    """Let go of deleted listings: their words and ids leave every file of the index. Searches go on meanwhile."""
    print(compacted(house, now))


@index.command()
@with_house
def words(house: House) -> None:
    """Print the words that the vocabulary and the index know, one a line: what "did you mean" mends to."""
    for word in house.known_words():
        print(word)


def compacted(house: House, now: bool) -> str:
    """Bring the index level, compact it, and say what that did. Raises ClickException when another process keeps it."""
    mending.level(house.follower)
    at_once = now or not house.index.attended()
    done = house.index.compact(at_once=at_once)
    if done is None:
        raise click.ClickException(BUSY)
    told = f"{done.removed} deleted or replaced listings left the index; segments: {done.segments_before} before, "
    told += f"{done.segments_after} now."
    return told if at_once else f"{told} The running server removes the files before within eleven minutes."
