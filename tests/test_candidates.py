"""Who is matched: everyone in the index, told as the database has them now; without an index, some of the database."""

from dataclasses import replace
from pathlib import Path

import pytest
from planted import days_ago, plant, therapist, today, withdraw

from directory import candidates as room
from directory import changes, matching, profiles
from directory.candidates import Candidates
from directory.db import db, writing
from directory.follower import Follower
from directory.matching import Needs, Preference
from directory.models import Account, TherapistTerm
from search_index.engine import SearchIndex

SEEDS = Path(__file__).parent.parent / "seeds"
RULES = matching.load(SEEDS / "matching.toml")
PUNJABI = Needs(preferences={"language": Preference(("pa",), "must")})


def speaks(key: str, *languages: str, **more: object):
    """A therapist who holds sessions in these languages."""
    terms = [TherapistTerm(group="languages", slug=one, role="session") for one in languages]
    return therapist(key, terms=terms, **more)


@pytest.fixture
def index(tmp_path, words) -> SearchIndex:
    return SearchIndex(tmp_path / "index", words.digest)


@pytest.fixture
def follower(database, index, words) -> Follower:
    plant(speaks("a", "pa"), speaks("b", "en", "pa"), speaks("c", "en"), speaks("d"))
    following = Follower(database, index, words)
    assert following.step() == 1
    return following


@pytest.fixture
def candidates(index, words) -> Candidates:
    return Candidates(index, words, RULES, matching.close_terms(words))


def shown(candidates: Candidates, needs: Needs, start: int = 0, stop: int = 5) -> list[str]:
    """The first letters of those shown, sorted: their order is chance's."""
    return sorted(match.id[0] for match in candidates.ranked(needs, today(), start, stop).matches)


def test_everyone_in_the_index_is_looked_at_and_counted(follower, candidates):
    found = candidates.ranked(PUNJABI, today(), 0, 5)
    (rule,) = found.left_out
    assert sorted(match.id[0] for match in found.matches) == ["a", "b"]
    assert (found.total, found.considered, rule.count, rule.havent_said, rule.without_this) == (2, 4, 1, 1, 4)
    assert all(match.reasons and match.components for match in found.matches)


def test_the_pages_together_show_everyone_once(follower, candidates):
    pages = [shown(candidates, Needs(), start, start + 3) for start in (0, 3, 6)]
    assert [len(page) for page in pages] == [3, 1, 0] and sorted(sum(pages, [])) == ["a", "b", "c", "d"]


def test_without_an_index_the_database_answers_the_same(follower, candidates, words, tmp_path):
    missing = Candidates(SearchIndex(tmp_path / "none", words.digest), words, RULES, matching.close_terms(words))
    for needs in (PUNJABI, Needs(), replace(PUNJABI, population=("teens-13-17",))):
        assert missing.ranked(needs, today(), 0, 3) == candidates.ranked(needs, today(), 0, 3)


def test_without_an_index_only_some_are_read_so_that_nobody_waits_for_minutes(database, candidates, monkeypatch):
    plant(*(therapist(key) for key in "abcdef"))
    monkeypatch.setattr(room, "MOST_ONE_BY_ONE", 4)
    found = candidates.ranked(Needs(), today(), 0, 5)
    assert found.considered == found.total == 4 == len(found.matches) and not found.everybody
    monkeypatch.setattr(room, "MOST_ONE_BY_ONE", 6)
    assert candidates.ranked(Needs(), today(), 0, 5).everybody


def test_whoever_changed_since_the_index_was_written_is_told_as_they_are_now(follower, candidates):
    with writing():
        person = profiles.own(Account(therapist_id="axxxxxxxxx"))
        person.terms = [TherapistTerm(group="languages", slug="en", role="session")]
        changes.record(["axxxxxxxxx"])
        db.session.commit()
    withdraw("bxxxxxxxxx")
    assert shown(candidates, PUNJABI) == [], "who no longer keeps the must, or is gone, is not shown"
    follower.step()
    found = candidates.ranked(PUNJABI, today(), 0, 5)
    assert found.total == 0 and "b" not in {match.id[0] for match in found.nearest}


def test_when_nobody_fits_the_nearest_are_told_apart(follower, candidates):
    needs = Needs(preferences={"language": Preference(("syl",), "must")})
    found = candidates.ranked(needs, today(), 0, 5)
    assert found.matches == () and sorted(match.id[0] for match in found.nearest) == ["a", "b", "c", "d"]
    assert {match.broken for match in found.nearest} == {("language",)}


def test_who_was_confirmed_91_days_ago_is_not_looked_at(database, index, words, candidates):
    plant(therapist("a"), therapist("c", confirmed_on=days_ago(91)))
    Follower(database, index, words).step()
    assert shown(candidates, Needs()) == ["a"]
