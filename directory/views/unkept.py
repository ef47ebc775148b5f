"""What can't be kept of a posted page of questions, as a sentence at its field; and the country that a town names.

Which answers can be kept is decided in readiness.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _

from directory.house import house
from directory.readiness import Fault, Page

LARGE_TOWN = 100_000
PLACE = ("country", "region", "town")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A sentence at a question. `field` is the ending of the field's name that it is about, "" for all of it."""

    sentence: str
    field: str = ""


def wrong(faults: Sequence[Fault]) -> dict[str, Wrong]:
    """The first thing that is wrong with each question."""
    return {fault.question: Wrong(_sentence(fault), fault.field) for fault in reversed(faults)}


def _sentence(fault: Fault) -> str:
    if fault.code == "apart" and fault.field == "region":
        name = house().places.name_of(fault.said)
        return _("%(region)s isn’t in the country that you chose. Choose one of the two.", region=name)
    if fault.code == "must" and fault.field == "amount":
        return _("You said that this is a must. Write an amount, or choose “It would be nice”.")
    return {
        "over": _("Choose fewer here. Press Continue to go on with the first ones."),
        "must": _("You said that this is a must. Choose what you need, or choose “It would be nice”."),
        "country": _("Choose the country too. We can’t tell it from the town alone."),
        "long": _("Shorten the town to 60 letters."),
        "unread": _("Write one amount in figures, such as 60."),
        "nought": _("Write an amount above 0, such as 60."),
        "currency": _("Choose a currency for this amount."),
        "apart": _("You wrote one currency and chose another. Make them the same."),
    }.get(fault.code, _("One of your choices isn’t on this page any more, so we left it out. Choose again, or go on."))


def with_country(page: Page, form: dict[str, list[str]]) -> dict[str, list[str]]:
    """The form with the country chosen where only a town was typed that can be in no other country."""
    found = dict(form)
    for question in page.question:
        country, region, town = ("".join(form.get(f"{question.id}_{part}", ())[:1]) for part in PLACE)
        if question.kind == "place" and town.strip() and not (country or region):
            found[f"{question.id}_country"] = [_country_of(town)]
    return found


def _country_of(town: str) -> str:
    """The only country here with a town of that name, if it is a large one; else "". We know the towns of the
    countries here and no others, so that a small one may have a larger namesake: Paris in Texas.
    """
    places = house().places
    largest = places.find(town)
    if largest is None or largest.population < LARGE_TOWN or largest.country not in current_app.config["COUNTRIES"]:
        return ""
    others = (country.code for country in places.countries() if country.code != largest.country)
    return "" if any(places.find(town, code) for code in others) else largest.country
