"""From a question to people: reasons, excerpts, and what may filter only beside something else."""

from types import SimpleNamespace

from directory.views import finding
from directory.views.asking import Asked


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
        return {facet.name for facet in finding.results(asked)["facets"]}


def test_own_faith_and_community_are_offered_only_beside_a_place_or_a_concern(reading_app):
    assert not {"belongs", "faith"} & facet_names(reading_app, Asked(filters={"format": ("video",)}))
    assert {"belongs", "faith"} <= facet_names(reading_app, Asked(filters={"concern": ("shame",)}))
    assert {"belongs", "faith"} <= facet_names(reading_app, Asked(filters={"country": ("GB",)}))


def test_every_count_of_every_filter_is_what_pressing_it_finds(reading_app):
    asked = Asked(filters={"country": ("GB",), "format": ("video", "phone")}, currency="GBP", fee_max=80)
    with reading_app.test_request_context("/"):
        page = finding.results(asked)
        for facet in page["facets"]:
            for tick in facet.values:
                alone = Asked(**{**vars(asked), "filters": {**asked.filters, facet.name: (tick.value,)}})
                assert finding.people(alone)["page"].total == tick.count, (facet.name, tick.value)
        for band in page["bands"]:
            alone = Asked(**{**vars(asked), "fee_max": int(band.value)})
            assert finding.people(alone)["page"].total == band.count


def test_a_filter_without_its_place_or_concern_is_set_aside_and_said(client):
    found = client.post("/therapists", data={"faith": "muslim"}, follow_redirects=True)
    assert "only together with a place or a topic" in found.get_data(as_text=True)
