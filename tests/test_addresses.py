"""Every address of the house answers as it should, with a page that is whole."""

import pytest

OPEN = {
    "/": 200,
    "/therapists": 200,
    "/therapists?format=video&country=GB&fee_max=70&currency=GBP": 200,
    "/therapists?format=nonsense&country=ZZ&fee_max=x&page=-3&sort=9": 200,
    "/concerns/childhood-trauma": 200,
    "/approaches/inner-child-work": 200,
    "/communities/south-asian": 200,
    "/concerns/no-such-thing": 404,
    "/learn": 200,
    "/learn/what-is-inner-child-work": 200,
    "/learn/no-such-page": 404,
    "/questions": 200,
    "/questions/now/altered": 410,
    "/matches/altered": 410,
    "/search/altered": 410,
    "/shortlist": 200,
    "/shortlist/altered": 410,
    "/shortlist/altered/contacts": 410,
    "/help-now": 200,
    "/help-now?country=IN": 200,
    "/how-matching-works": 200,
    "/privacy": 200,
    "/about": 200,
    "/accessibility": 200,
    "/account/sign-in": 200,
    "/healthz": 200,
    "/readyz": 200,
    "/robots.txt": 200,
    "/sitemap.xml": 200,
    "/.well-known/security.txt": 200,
    "/therapists/aaaaaaaaaa-nobody": 404,
    "/nothing-here": 404,
}


@pytest.mark.parametrize("path", OPEN)
def test_every_address_answers(client, path):
    response = client.get(path)
    assert response.status_code == OPEN[path]


def test_the_index_page_and_one_person_are_linked(client):
    page = client.get("/therapists").get_data(as_text=True)
    link = page.split('class="entry-name"><a href="')[1].split('"')[0]
    assert client.get(link).status_code == 200
    assert client.get(link.rsplit("-", 1)[0]).status_code == 301
