"""From a question to people: reasons, excerpts, and what may filter only beside something else."""

import re
from types import SimpleNamespace

import pytest
from werkzeug.datastructures import MultiDict

from directory.views import finding
from directory.views.asking import Asked, from_token
from directory.views.chips import relaxed
from directory.views.narrowing import from_form
from directory.views.understanding import understood
from search_index.engine import SearchIndex


def person(**texts):
    told = dict.fromkeys(("headline", "bio_approach", "bio_working", "bio_first_session"), "")
    return SimpleNamespace(**told | texts)


def test_an_excerpt_is_the_sentence_with_most_of_the_words_and_escapes_the_rest():
    someone = person(headline="I see grief. I see <grief> and shame.", bio_working="Shame comes later.")
    told = finding.excerpt(someone, ["grief", "shame"])
    assert told == "“I see &lt;<mark>grief</mark>&gt; and <mark>shame</mark>.”"


def test_no_excerpt_where_no_word_stands():
    assert finding.excerpt(person(headline="I see grief."), ["loom"]) is None


def facet_names(app, asked):
    with app.test_request_context("/"):
        return set(finding.results(asked)["facets"])


def test_own_faith_and_community_are_offered_only_beside_a_place_or_a_concern(reading_app):
    assert not {"belongs", "faith"} & facet_names(reading_app, Asked(filters={"format": ("video",)}))
    assert {"belongs", "faith"} <= facet_names(reading_app, Asked(filters={"concern": ("shame",)}))
    assert {"belongs", "faith"} <= facet_names(reading_app, Asked(filters={"country": ("GB",)}))


def test_every_count_of_every_filter_is_what_pressing_it_finds(reading_app):
    asked = Asked(filters={"country": ("GB",), "format": ("video", "phone")}, currency="GBP", fee_max=80)
    with reading_app.test_request_context("/"):
        page = finding.results(asked)
        for facet in page["facets"].values():
            for tick in (*facet.values, *facet.folded):
                alone = Asked(**{**vars(asked), "filters": {**asked.filters, facet.name: (tick.value,)}})
                assert finding.people(alone)["page"].total == tick.count, (facet.name, tick.value)
        for band in page["bands"]:
            alone = Asked(**{**vars(asked), "fee_max": int(band.value)})
            assert finding.people(alone)["page"].total == band.count


def test_one_question_to_the_index_makes_a_page_and_a_topic_asks_for_no_filters(reading_app, client, monkeypatch):
    asked, search = [], SearchIndex.search
    monkeypatch.setattr(SearchIndex, "search", lambda self, query: (asked.append(query), search(self, query))[1])
    assert client.get("/therapists?country=GB&fee_max=80&currency=GBP").status_code == 200
    assert len(asked) == 1 and asked[0].fees and asked[0].counted is None
    assert client.get("/concerns/grief").status_code == 200
    assert len(asked) == 2 and asked[1].counted == ()


def test_a_long_group_shows_its_most_used_and_opens_whole(reading_app):
    with reading_app.test_request_context("/"):
        short = finding.results(Asked(filters={"language": ("my",)}))["facets"]["language"]
        whole = finding.results(Asked(filters={"language": ("my",)}, opened="language"))["facets"]["language"]
    assert short.more > 0 == whole.more and not whole.folded
    assert len(whole.values) == len(short.values) + short.more
    assert short.values[0].value == "my" and set(short.values) <= set(whole.values)
    assert min(tick.count for tick in short.values[1:]) >= max(
        tick.count for tick in whole.values if tick not in short.values
    )


def test_a_group_is_opened_by_a_button_that_keeps_what_is_ticked(client):
    opened = client.post("/therapists", data={"open": "language", "format": "video"})
    assert opened.status_code == 303 and "open=language" in opened.location and "format=video" in opened.location
    page = client.get(opened.location.split("#")[0]).get_data(as_text=True)
    assert f'id="{opened.location.split("#")[1]}"' in page and 'value="language"' not in page
    sealed = client.post("/therapists", data={"open": "faith"}).location
    assert "faith" not in sealed and "/search/" in sealed


def test_a_filter_without_its_place_or_concern_is_set_aside_and_said(client):
    found = client.post("/therapists", data={"faith": "muslim"}, follow_redirects=True)
    assert "only together with a place or a topic" in found.get_data(as_text=True)


def test_a_region_that_its_country_decides_for_counts_the_country(reading_app):
    asked = Asked(filters={"region": ("AU-VIC",)})
    with reading_app.test_request_context("/"):
        page = finding.results(asked)
        (ticked,) = [tick for tick in page["facets"]["region"].values if tick.ticked]
    assert ticked.value == "AU-VIC" and ticked.count == page["page"].total > 0


def test_a_ticked_topic_puts_main_areas_first_and_says_why(reading_app):
    with reading_app.test_request_context("/"):
        told = finding.people(Asked(filters={"concern": ("shame",)}))
    mains = ["main area" in person.why[0] for person in told["entries"]]
    assert all(person.why for person in told["entries"])
    assert mains[0] and mains == sorted(mains, reverse=True)


def test_the_order_by_fee_needs_a_currency(reading_app):
    with reading_app.test_request_context("/"):
        assert Asked(sort="fee").query().sort == "closest"
        assert Asked(sort="fee", currency="GBP").query().sort == "fee"


def test_what_may_not_stand_in_an_address_is_not_read_from_one(client):
    everybody = client.get("/therapists").get_data(as_text=True)
    asked = client.get("/therapists?concern=shame&gender=woman").get_data(as_text=True)
    assert asked[asked.index("<main") :] == everybody[everybody.index("<main") :]


@pytest.mark.parametrize(
    ("typed", "currency"),
    [
        ("woman therapist in Toronto under $100", "CAD"),
        ("anxiety, Sydney, under $150", "AUD"),
        ("anxiety in Toronto under US$150", "USD"),
        ("someone in Leeds under £60", "GBP"),
        ("someone in Toronto", "CAD"),
    ],
)
def test_a_dollar_is_the_dollar_of_the_place(reading_app, typed, currency):
    with reading_app.test_request_context("/"):
        assert understood(typed).currency == currency


def test_danger_shows_the_lines_of_the_place_that_was_named(client):
    sealed = client.post("/search", data={"text": "I live in Canada and I am going to kill myself tonight"}).location
    page = client.get(sealed).get_data(as_text=True)
    block = page[page.index('class="urgent"') : page.index("<h1>")]
    assert "9-8-8" in block and "Samaritans" not in block


def test_other_words_change_the_topics_and_keep_what_was_chosen(client):
    first = client.post("/search", data={"text": "perfectionism, by video"}).location
    by_hand = client.post(first, data={"concern": "perfectionism", "format": "video", "times": "weekend"}).location
    second = client.post(by_hand, data={"text": "grief"}).location
    assert sorted(chips_of(client.get(second).get_data(as_text=True))) == ["Grief and loss", "Weekend"]


@pytest.mark.parametrize(("before", "after"), [("anxiety in toronto", "anxiety in london"), ("mumbai", "chicago")])
def test_a_place_in_other_words_takes_the_place_of_the_one_before(client, before, after):
    first = client.post("/search", data={"text": before}).location
    second = client.get(client.post(first, data={"text": after}).location).get_data(as_text=True)
    assert chips_of(second) == chips_of(ask(client, after)[1]) and total_of(second) == total_of(ask(client, after)[1])


def test_a_long_text_searched_as_it_stands_keeps_nothing_that_was_read_far_down_in_it(client):
    long = "I keep waking at night. " * 14 + "I would like a woman, by video."
    sealed, read = ask(client, long)
    assert len(long) > 280 and "Video call" in chips_of(read)
    exact = client.get(client.post(sealed, data={"exact": "yes"}).location).get_data(as_text=True)
    assert "Video call" not in chips_of(exact) and "Read them again" not in exact


def test_a_country_that_nobody_here_serves_stays_until_it_is_taken_away(client):
    sealed, page = ask(client, "polish, in Ireland")
    assert "Ireland" in chips_of(page)
    after = client.get(client.post(sealed, data={"country": "IE", "remove": "language:pl"}).location)
    assert chips_of(after.get_data(as_text=True)) == ["Ireland"]


def test_a_fee_of_one_currency_is_no_fee_of_another(client):
    sealed, page = ask(client, "grief, under £70")
    assert "Up to £70" in chips_of(page)
    rupees = client.post(sealed, data={"concern": "grief", "fee_max": "70", "currency": "INR"}).location
    assert chips_of(client.get(rupees).get_data(as_text=True)) == ["Grief and loss"]


def test_enter_in_a_field_of_the_filters_takes_no_chip_away(client):
    page = ask(client, "grief, by video")[1]
    first = page.index('form="filters"')
    assert page[page.rindex("<button", 0, first) : first] == '<button class="first-button" '
    assert first < page.index('name="remove"')


def test_other_words_too_long_are_refused_and_kept(client):
    first = client.post("/search", data={"text": "perfectionism"}).location
    refused = client.post(first, data={"text": "a " * 2001})
    assert refused.status_code == 422 and "a a a" in refused.get_data(as_text=True)


@pytest.mark.parametrize("typed", ["I live in Leeds", "I'm in Leeds", "In Leeds, please", "Leeds"])
def test_a_place_in_a_sentence_asks_for_those_who_may_see_somebody_there_and_for_nothing_else(reading_app, typed):
    with reading_app.test_request_context("/"):
        asked = understood(typed)
        assert asked.placed.name == "Leeds" and not asked.filters
        everyone = finding.people(asked.without("near", "yes"))["page"].total
        assert everyone == finding.people(Asked(filters={"country": ("GB",)}))["page"].total
        assert 0 < finding.people(asked)["page"].total <= everyone


@pytest.mark.parametrize("typed", ["tabla", "tabla grief", "I grieve and play tabla"])
def test_whether_words_are_required_does_not_change_when_a_chip_is_taken_away(reading_app, typed):
    with reading_app.test_request_context("/"):
        asked = understood(typed)
        less = from_form(MultiDict({"format": "video"}), base=asked)
        assert (less.required, asked.without("concern", "grief").required) == (typed == "tabla",) * 2
        found = finding.people(less)["page"].total
        assert found == (1 if typed == "tabla" else finding.people(Asked(filters={"format": ("video",)}))["page"].total)


def test_required_words_travel_in_the_link(reading_app):
    with reading_app.test_request_context("/"):
        for typed in ("tabla", "I play tabla"):
            asked = understood(typed)
            assert from_token(asked.link().rsplit("/", 1)[1]) == asked


def chips_of(page: str) -> list[str]:
    return re.findall(r'class="chip"[^>]*>([^<]+)', page)


def ask(client, text: str) -> tuple[str, str]:
    """Where a text leads, and the page there."""
    sealed = client.post("/search", data={"text": text}).location
    return sealed, client.get(sealed).get_data(as_text=True)


def total_of(page: str) -> int:
    return int(re.search(r"<h1>(\d+) p", page)[1])


@pytest.mark.parametrize(
    ("typed", "chips"),
    [
        ("dr meera", ["Name: meera"]),
        ("tabla letters", ["“tabla”", "“letters”"]),
        ('"eldest daughter" tabla, by video', ["Video call", "“eldest daughter”", "“tabla”"]),
        ('I would like someone for "inner child" letters', ["“inner child”"]),
        ("punjabi therapist", ["Punjabi", "Punjabi and Sikh"]),
        ("woman in Leeds, evenings, under £80", ["Within 25 miles of Leeds", "Weekday evening", "Woman", "Up to £80"]),
        ("wheelchair access, sliding scale", ["Step-free entrance", "Sliding scale"]),
        ("I play the tabla", []),
    ],
)
def test_what_was_read_stands_as_chips_and_words_that_only_order_do_not(client, typed, chips):
    assert chips_of(ask(client, typed)[1]) == chips


def test_a_name_finds_those_who_go_by_it_and_its_chip_takes_it_away(client):
    sealed, page = ask(client, "dr meera")
    everyone = total_of(client.get("/therapists").get_data(as_text=True))
    assert total_of(page) == len(re.findall(r"<bdi>[^<]*Meera", page)) > 0
    without = client.get(client.post(sealed, data={"remove": "name:yes"}).location).get_data(as_text=True)
    assert total_of(without) == everyone


def test_a_word_is_taken_away_alone(client):
    sealed, page = ask(client, "tabla letters")
    less = client.get(client.post(sealed, data={"remove": "words:letters"}).location).get_data(as_text=True)
    assert chips_of(less) == ["“tabla”"] and total_of(less) >= total_of(page)


def test_the_exact_words_are_searched_instead_and_read_again(client):
    sealed, read = ask(client, "grief, tabla, by video")
    with_hand = client.post(sealed, data={"concern": "grief", "format": "video", "times": "weekend"}).location
    exact = client.post(with_hand, data={"exact": "yes"}).location
    page = client.get(exact).get_data(as_text=True)
    assert chips_of(page) == ["Weekend", "“grief”", "“tabla”", "“video”"]
    assert "read nothing into them" in page and "Search these exact words" not in page
    assert "Search these exact words" in read and "read nothing" not in read
    again = client.get(client.post(exact, data={"exact": "no"}).location).get_data(as_text=True)
    assert sorted(chips_of(again)) == ["Grief and loss", "Video call", "Weekend"]


def test_words_that_nobody_has_all_of_show_the_nearest_and_say_so(client):
    assert "No one has all of these words" in ask(client, "tabla quokka")[1]
    assert "No one has all of these words" not in ask(client, "tabla")[1]


def test_what_somebody_quotes_in_a_story_is_no_must(client):
    page = ask(client, 'He said "you are a burden" and I believed him then, I still do, and I am so tired of it')[1]
    assert "“you are a burden”" not in chips_of(page)


def test_danger_in_quotation_marks_is_still_danger(client):
    assert 'class="urgent"' in ask(client, '"I am going to kill myself tonight"')[1]


def test_what_is_not_wanted_is_said_to_be_beyond_us(client):
    assert "leave people out by “no men”" in ask(client, "no men, grief")[1]


def test_a_better_spelling_is_offered_and_never_taken_by_itself(client):
    sealed, page = ask(client, "anxeity")
    better = re.search(r'name="text" value="([^"]+)">', page)[1]
    assert better == "anxiety" and '<q dir="auto">anxeity</q>' in page
    assert f'<q dir="auto">{better}</q>' in client.get(client.post(sealed, data={"text": better}).location).text


def test_with_nobody_left_each_rule_says_what_it_costs_and_its_button_does_that(client, reading_app):
    asked = {"concern": "phobias", "gender": "trans", "community": "tamil", "approach": "emdr", "language": "en"}
    sealed = client.post("/search", data=asked).location
    page = client.get(sealed).get_data(as_text=True)
    rows = re.findall(r"<li><span>([^<]*)</span>(?: <button[^>]*value=\"([^\"]+)\">Without this: (\d+))?", page)
    assert len(rows) == len(asked)
    for sentence, value, number in rows:
        assert bool(number) != ("still no one" in sentence)
        if number:
            fewer = client.get(client.post(sealed, data={"remove": value}).location).get_data(as_text=True)
            assert total_of(fewer) == int(number)


def test_the_index_counts_what_each_rule_costs_as_counting_one_by_one_does(reading_app):
    asked = Asked(
        filters={"language": ("ta", "my"), "gender": ("trans",), "times": ("weekend",)},
        fee_max=20,
        currency="GBP",
        name="meera",
        words=("tabla",),
        required=True,
    )
    with reading_app.test_request_context("/"):
        counted = finding.results(asked)["relaxed"]
        assert len(counted) == 6
        assert counted == relaxed(asked, {}, finding.count)


def test_a_place_that_nobody_knows_is_said(client):
    page = client.get(client.post("/search", data={"text": "grief, near LS6"}).location).get_data(as_text=True)
    assert "the postcode “LS6”" in page
