"""Pages to read: about the work, about this house, and where help is right now."""

from flask import Blueprint, current_app, render_template, request

from directory.errors import ProfileNotFound
from directory.house import house
from directory.matching import rules as matching_rules
from directory.sealed import LIFETIMES_S
from directory.views import finding, helping
from directory.views.asking import Asked

bp = Blueprint("learn", __name__)
PEOPLE_ON_A_PAGE = 3


@bp.get("/learn")
def index() -> str:
    """Every page, by part, and every topic."""
    words = house().vocabulary
    topics = {group: words.terms(group) for group in ("concerns", "approaches", "communities")}
    return render_template("learn/index.html", parts=house().library.parts(), topics=topics)


@bp.get("/learn/<slug>")
def page(slug: str) -> str:
    """One page, and the people it leads to."""
    found = house().library.get(slug)
    if found is None:
        raise ProfileNotFound(slug)
    people = found.people
    named = {"concern": people.concerns, "approach": people.approaches, "community": people.communities}
    asked = Asked(filters={group: slugs for group, slugs in named.items() if slugs})
    answer = finding.people(asked, counted=())
    after = [page for page in map(house().library.get, found.next) if page]
    return render_template(
        "learn/page.html",
        page=found,
        entries=answer["entries"][:PEOPLE_ON_A_PAGE],
        total=answer["page"].total,
        after=after,
    )


@bp.get("/help-now")
def help_now() -> str:
    """Every country's lines; the one chosen (or the served ones) first. Nobody has to say anything."""
    crisis, chosen = house().crisis, request.args.get("country", "")
    one = helping.first(chosen) if crisis.country(chosen) else None
    served = helping.served()
    first = {chosen} if one else {country.code for country in served}
    told = {
        "one": one,
        "served": [helping.country(country) for country in served],
        "others": [helping.country(country) for country in crisis.countries() if country.code not in first],
    }
    return render_template(
        "learn/help_now.html", **told, all=crisis.countries(), chosen=chosen, elsewhere=crisis.elsewhere
    )


@bp.get("/how-matching-works")
def how_matching_works() -> str:
    """The rules and points of the matching, from the file that the matching itself reads."""
    rules = house().rules
    told, waits = matching_rules.how_matching_works(rules), house().questionnaire.question("t_wait")
    return render_template("learn/how_matching_works.html", told=told, rules=rules, waits=waits)


@bp.get("/privacy")
def privacy() -> str:
    """What is kept and for how long, from the configuration that makes it so."""
    hours = {purpose: seconds / 3600 for purpose, seconds in LIFETIMES_S.items()}
    return render_template("learn/privacy.html", hours=hours, config=current_app.config)


@bp.get("/about")
def about() -> str:
    """Who keeps this house and how it works."""
    return render_template("learn/about.html")


@bp.get("/accessibility")
def accessibility() -> str:
    """What we do so that everybody can use these pages, and what doesn't work yet."""
    return render_template("learn/accessibility.html", contact=current_app.config["CONTACT"])
