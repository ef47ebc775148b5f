"""Somebody who saves people as they go, from results, a person, a topic and matches, and compares them."""

import re

import pytest
from visitor import Visitor

WORDS = "I freeze when my boss gives me feedback"


@pytest.fixture
def visitor(client) -> Visitor:
    return Visitor(client)


def buttons(visitor: Visitor, name: str) -> list[str]:
    """The ids of those who can be saved ("save") or taken off ("unsave") on this page, in order."""
    return [control.value for control in visitor.page.controls if control.name == name]


def names(visitor: Visitor) -> list[str]:
    """The people of this page, in order."""
    found = re.findall(r'class="entry-name"><a [^>]*><bdi>([^<]+)', visitor.response.get_data(as_text=True))
    return [name.replace("&#39;", "'") for name in found]


def save(visitor: Visitor, place: int) -> str:
    """Press Save at one person of this page. Gives their id."""
    chosen = buttons(visitor, "save")[place]
    visitor.press(f"save={chosen}")
    assert visitor.response.status_code == 200 and chosen in buttons(visitor, "unsave")
    return chosen


def test_saving_on_a_readable_page_comes_back_to_the_same_people_sealed(visitor):
    visitor.go("/therapists?format=video&page=2")
    people = names(visitor)
    save(visitor, 0)
    assert names(visitor) == people and len(people) == 10
    assert visitor.path.startswith("/search/") and visitor.url.endswith("?page=2")
    assert "Your list: 1 person" in visitor.text
    save(visitor, 4)
    assert names(visitor) == people and "Your list: 2 people" in visitor.text


def test_saving_keeps_the_words_and_taking_the_last_off_unseals_nothing_typed(visitor):
    visitor.go("/").press("Show me people", text=WORDS)
    people = names(visitor)
    saved = save(visitor, 1)
    assert names(visitor) == people and WORDS in visitor.text
    visitor.press("Show these people", format=["video"])
    assert "Your list: 1 person" in visitor.text
    visitor.enter("text", "I can't stop grieving")
    assert "grieving" in visitor.text and "Your list: 1 person" in visitor.text
    visitor.back().press(f"unsave={saved}")
    assert "Your list" not in visitor.text and visitor.path.startswith("/search/") and WORDS in visitor.text


def test_without_anything_saved_a_plain_page_is_plain_again(visitor):
    visitor.go("/therapists?country=GB")
    saved = save(visitor, 0)
    visitor.press(f"unsave={saved}")
    assert visitor.path == "/therapists" and "country=GB" in visitor.url


def test_the_list_goes_along_to_a_person_and_grows_there(visitor):
    visitor.go("/therapists")
    people, saved = names(visitor), save(visitor, 0)
    visitor.follow(people[3])
    assert people[3] in visitor.text and "Your list: 1 person" in visitor.text
    save(visitor, 0)
    assert people[3] in visitor.text and "Your list: 2 people" in visitor.text
    visitor.follow("Your list: 2 people")
    assert visitor.path.startswith("/shortlist/") and names(visitor) == [people[0], people[3]]
    visitor.press(f"unsave={saved}")
    assert names(visitor) == [people[3]] and "1 person on your list" in visitor.text


def test_the_first_person_may_be_saved_on_their_own_page(visitor):
    visitor.go("/therapists")
    visitor.follow(names(visitor)[2])
    saved = save(visitor, 0)
    assert re.match(rf"/therapists/{saved}-[a-z0-9-]+/[A-Za-z0-9_-]{{600,}}$", visitor.path)
    visitor.press(f"unsave={saved}")
    assert re.match(rf"/therapists/{saved}-[a-z0-9-]+$", visitor.path)


@pytest.mark.parametrize("topic", ["/concerns/grief", "/approaches/inner-child-work", "/communities/south-asian"])
def test_saving_on_a_topic_goes_on_with_the_same_people(visitor, topic):
    visitor.go(topic)
    people = names(visitor)
    save(visitor, 0)
    assert names(visitor) == people and visitor.path.startswith("/search/")


def test_saving_from_matches_comes_back_to_them_and_lasts_while_answers_change(visitor):
    visitor.go("/questions").follow("Show me people now").follow("Show the next people")
    people = names(visitor)
    save(visitor, 0)
    assert names(visitor) == people and visitor.path.startswith("/matches/") and visitor.url.endswith("?page=2")
    visitor.follow("Back to what we understood").follow("Change your answers")
    visitor.follow("Show me people")
    assert visitor.path.startswith("/matches/") and "Your list: 1 person" in visitor.text
    offers = [control for control in visitor.page.controls if control.name == "offer"]
    for control in offers[:1]:
        visitor.press(f"offer={control.value}")
        assert "Your list: 1 person" in visitor.text


def test_looking_for_more_takes_the_list_along(visitor):
    visitor.go("/therapists")
    save(visitor, 0)
    visitor.follow("Your list: 1 person").press("more=yes")
    assert visitor.path.startswith("/search/") and "Your list: 1 person" in visitor.text
    save(visitor, 0)
    assert "Your list: 2 people" in visitor.text


def test_comparing_everybody_and_coming_back(visitor):
    visitor.go("/therapists?country=GB")
    people = names(visitor)
    for _ in range(3):
        save(visitor, 0)
    visitor.follow("Your list: 3 people").press("Compare side by side")
    page = visitor.response.get_data(as_text=True)
    assert re.findall(r'<th scope="col"[^>]*><a [^>]*><bdi>([^<]+)', page) == people[:3]
    heads = re.findall(r'<th scope="row"[^>]*>([^<]+)', page)
    assert {"Fee", "Openings", "First call", "Speaks", "Sees people in", "Ways of working", "Meets"} <= set(heads)
    assert page.count("<td>") == 3 * len(heads) + 1
    visitor.follow("Back to your list")
    assert names(visitor) == people[:3]


def test_comparing_only_those_who_were_chosen(visitor):
    visitor.go("/therapists")
    people = names(visitor)
    chosen = [save(visitor, 0) for _ in range(3)]
    visitor.follow("Your list: 3 people").press("Compare side by side", who=[chosen[0], chosen[2]])
    assert people[0] in visitor.text and people[1] not in visitor.text and people[2] in visitor.text


def test_the_sheet_for_first_calls_says_how_to_reach_each_person(visitor):
    visitor.go("/therapists")
    people = names(visitor)
    save(visitor, 0)
    visitor.follow("Your list: 1 person").follow("A sheet for your first calls")
    assert people[0] in visitor.text
    for words in ("How to reach them", "https://", "Date I wrote", "Replied?", "First call on", "Fee they asked"):
        assert words in visitor.text, words
    visitor.follow("Back to your list")
    assert names(visitor) == people[:1]
