"""What programs send and get: the JSON of ``/api/v1``, every field with its limits.

Slugs are checked by the view, which knows them.
"""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate
from webargs.flaskparser import FlaskParser, abort

from directory.forms.seeker import GROUPS, MAX_FEE, MAX_NAME, MAX_PAGE, MAX_RADIUS, MAX_TEXT, MAX_VALUES, SORTS

MAX_ANSWERS = 80
MAX_SLUG = 48


class JsonBody(FlaskParser):
    """Reads one JSON object from a request's body. Unknown fields are refused, so that no typing slip hides."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": RAISE}

    def load_json(self, req: Any, schema: Schema) -> Any:
        """The object that was sent. 400 for what isn't one, or is nested deeper than any that means something."""
        try:
            sent = req.get_json(silent=True)
        except RecursionError:
            sent = None
        if not isinstance(sent, dict):
            abort(400)
        return sent


def _within(limit: int) -> validate.Length:
    return validate.Length(max=limit, error=f"At most {limit:,} letters.")


def _said(says: str, **more: Any) -> dict[str, Any]:
    return {"metadata": {"description": says}, **more}


class TextSent(Schema):
    """Somebody's own words."""

    text = fields.String(
        **_said("Somebody's own words, at most 4,000 letters.", required=True, validate=_within(MAX_TEXT))
    )


class ConcernTold(Schema):
    """One concern that a text speaks of."""

    slug, label = fields.String(), fields.String()
    score = fields.Float(**_said("0 to 1; only its order means anything."))
    confident = fields.Boolean(**_said("Sure enough to show and to filter by."))


class UnderstandingTold(Schema):
    """What somebody's own words mean."""

    concerns = fields.List(fields.Nested(ConcernTold), **_said("Ranked, at most 12."))
    filters = fields.Dict(**_said("Practical wishes that the text names, by the filters' names."))
    more = fields.Dict(**_said("What else it asks for: style, access, payment, themes."))
    did_you_mean = fields.String(**_said("The text in a better spelling, or null.", allow_none=True))
    urgent = fields.Boolean(**_said("Somebody seems to be in danger now: show help first."))


def _slugs() -> "fields.List[str]":
    return fields.List(fields.String(), validate=validate.Length(max=MAX_VALUES, error=f"At most {MAX_VALUES} values."))


Filters = Schema.from_dict({group: _slugs() for group in GROUPS}, name="Filters")


class SearchSent(Schema):
    """One question: own words, filters, or both; filters that are sent take the place of those read from the words."""

    text = fields.String(**_said("Somebody's own words, read as the page reads them.", validate=_within(MAX_TEXT)))
    filters = fields.Nested(
        Filters,
        **_said("Per group the slugs of which a person must have one; a search without filters lists them as facets."),
    )
    fee_max = fields.Integer(
        **_said("The highest fee for one session, in whole units of the currency.", validate=validate.Range(1, MAX_FEE))
    )
    currency = fields.String(**_said("ISO 4217, for example GBP. Needed with fee_max.", validate=validate.Length(3, 3)))
    near = fields.String(
        **_said("A town or postcode. Of several with one name, send its region too.", validate=_within(MAX_NAME))
    )
    within = fields.Integer(
        **_said("How far a room may be, as people there count: miles or km.", validate=validate.Range(1, MAX_RADIUS))
    )
    sort = fields.String(load_default="closest", validate=validate.OneOf(SORTS, error="One of: {choices}."))
    page = fields.Integer(load_default=1, validate=validate.Range(1, MAX_PAGE))


class FactTold(Schema):
    """One thing said about a person: how they meet, their fee, their openings and when those were confirmed."""

    name, lines = fields.String(), fields.List(fields.String())


class PersonFound(Schema):
    """One person found, in the words of the page."""

    id, name, url = fields.String(), fields.String(), fields.String()
    title = fields.String(**_said("Profession and credentials."))
    checked = fields.String(**_said("What was checked about the licence, and when."))
    why = fields.List(fields.String(), **_said("Why this person is shown, in sentences."))
    works_with = fields.List(fields.String())
    first_call = fields.String()
    facts = fields.List(fields.Nested(FactTold))


class ReadAs(Schema):
    """One thing that was asked, whether sent or read from the words."""

    rule = fields.String(**_said("A filter's name, fee_max, name or words."))
    value, label = fields.String(), fields.String()


class FacetTold(Schema):
    """A value, and how many people a search finds with this value alone in its group."""

    value, label = fields.String(), fields.String()
    count = fields.Integer()


class PlaceTold(Schema):
    """The place that was asked near; ``read`` is null where it is unknown, or one of several ``choices``."""

    read = fields.String(allow_none=True)
    choices = fields.List(fields.String(), **_said("Other places of that name: send one as near."))


class SearchTold(Schema):
    """One page of people, ten at most, and everything that explains it."""

    total, page, pages = fields.Integer(), fields.Integer(), fields.Integer()
    people = fields.List(fields.Nested(PersonFound))
    nearest = fields.Boolean(**_said("Nobody has all the words; these are the closest."))
    read_as = fields.List(fields.Nested(ReadAs))
    facets = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(FacetTold)))
    not_said = fields.Dict(
        keys=fields.String(), values=fields.Integer(), **_said("Per filter, the people left out who haven't said.")
    )
    place = fields.Nested(PlaceTold, **_said("Where they were looked for, or null.", allow_none=True))
    set_aside = fields.List(fields.String(), **_said("Filters that need a place or a concern beside them."))
    did_you_mean = fields.String(**_said("The text in a better spelling, or null.", allow_none=True))
    urgent = fields.Boolean(**_said("Somebody seems to be in danger now: show help first."))
    help = fields.String(**_said("The page of help lines."))


class MatchSent(Schema):
    """Answers to the questionnaire, as a page of it would keep them. Whatever isn't answered is left out."""

    answers = fields.Dict(
        keys=fields.String(validate=validate.Length(max=MAX_SLUG)),
        **_said(
            "By question id (seeds/questionnaire.toml): an option's id; a list of ids where several may be chosen; "
            '{"of": ids, "how": "must", "nice" or "none"}; {"country", "region", "town"}; '
            '{"max_minor", "currency", "how"}; "unsure".',
            required=True,
            validate=validate.Length(max=MAX_ANSWERS, error=f"At most {MAX_ANSWERS} answers."),
        ),
    )
    page = fields.Integer(load_default=1, validate=validate.Range(1, MAX_PAGE))


class AskTold(Schema):
    """One question for a first talk."""

    about = fields.String(**_said("expertise, approach, compatibility or practical."))
    text = fields.String()


class OfferTold(Schema):
    """Something that could be added and hasn't been: send its id in the answer o_offers to add it."""

    id, text = fields.String(), fields.String()


class ReadingTold(Schema):
    """What the answers say back, in prose. It holds no score."""

    path = fields.String(**_said("now, steady-first, gently or ready-to-look."))
    title = fields.String()
    paragraphs, notes = fields.List(fields.String()), fields.List(fields.String())
    first_steps = fields.List(fields.String(), **_said("Small things to do at home."))
    stop = fields.String(**_said("When to stop an exercise at home."))
    goals = fields.List(fields.String(), **_said("Goals to bring to a first talk."))
    questions = fields.List(fields.Nested(AskTold))
    offers = fields.List(fields.Nested(OfferTold))
    helps = fields.List(fields.String(), **_said("Help to show first, the gravest first: danger, abuse, hard, device."))
    unknown_answers = fields.List(
        fields.String(), **_said("What this version of the questions doesn't know; it was left out.")
    )


class PointsTold(Schema):
    """One component of the points."""

    label = fields.String()
    points, out_of = fields.Integer(), fields.Integer()


class PersonMatched(PersonFound):
    """One person who keeps every must. The points of all components add up to the total."""

    total = fields.Integer(**_said("0 to 100: an order of this list and nothing more."))
    points = fields.List(fields.Nested(PointsTold))
    cautions = fields.List(fields.String(), **_said("What is missing or worth asking."))


class LeftOutTold(Schema):
    """One must, and whom it left out."""

    rule, sentence = fields.String(), fields.String()
    left_out, havent_said, other_currency = fields.Integer(), fields.Integer(), fields.Integer()
    without_this = fields.Integer(**_said("How many people there would be without this must."))
    relaxable = fields.Boolean()


class MatchTold(Schema):
    """The Reading and one page of people, five at most, and everything that explains it."""

    reading = fields.Nested(ReadingTold)
    total, considered = fields.Integer(), fields.Integer(**_said("Everybody who may be shown today."))
    page, pages = fields.Integer(), fields.Integer()
    matches = fields.List(fields.Nested(PersonMatched))
    nearest = fields.List(fields.Nested(PersonMatched), **_said("If nobody keeps every must: who breaks the fewest."))
    left_out = fields.List(fields.Nested(LeftOutTold))
    town_told = fields.String(**_said("Said if the town isn’t known or may be several: nobody is too far away."))
    footer = fields.String(**_said("What this is and isn't. Show it."))
    help = fields.String(**_said("The page of help lines."))


class Refusal(Schema):
    """Every error is said so."""

    error = fields.String(**_said("What to do, in a sentence."))
    status = fields.Integer()
    problems = fields.Dict(**_said("Per field, what is wrong with it."))
