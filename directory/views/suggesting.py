"""Names typed into the lines beside the filters: what is suggested meanwhile, and which values they mean.

Nothing that is typed there is kept or logged. The box for one's own words asks nothing here.
"""

from collections.abc import Mapping
from typing import NamedTuple

from flask import Blueprint, Response, jsonify, request
from markupsafe import Markup, escape

from directory.forms.seeker import MAX_NAME, TYPED
from directory.views.saying import gettext as _
from directory.views.saying import kept, label, saying
from search_index.suggestions import Choices, Suggestion

bp = Blueprint("suggesting", __name__)


def choices(group: str) -> Choices:
    """What may be typed for one of the groups ``TYPED``, in the reader's language."""
    return kept(f"names of {group}", lambda: _choices(f"{group}es" if group == "approach" else f"{group}s"))


def _choices(terms: str) -> Choices:
    found = saying().house.vocabulary.terms(terms)
    return Choices((term.slug, label(terms, term.slug), (term.label, *term.aka)) for term in found)


@bp.post("/suggest")
def suggest() -> Response:
    """``field`` and ``text`` -> at most eight ``{value, label}``: a name for the field, and how it was found."""
    group, text = request.form.get("field", ""), request.form.get("text", "")[:MAX_NAME].strip()
    found = choices(group).suggest(text) if group in TYPED else []
    return jsonify([{"value": one.label, "label": _found_by(one, text)} for one in found])


def _found_by(one: Suggestion, text: str) -> str:
    """The name that the text begins. Where no name holds it, the text: browsers show only what does."""
    held = text.casefold() in f"{one.label}\n{one.name}".casefold()
    return one.name if held else _("instead of “%(typed)s”", typed=text)


class Line(NamedTuple):
    """The line beside a group's ticks: its label, the labels that a browser may offer, and what was typed in vain."""

    label: str
    options: Markup
    typed: str


def lines(unfound: Mapping[str, str]) -> dict[str, Line]:
    """Every such line by its group. ``unfound``: what was typed in vain."""
    said = {"language": _("Add a language"), "concern": _("Add a topic"), "approach": _("Add a way of working")}
    return {group: Line(said[group], _options(group), unfound.get(group, "")) for group in TYPED}


def _options(group: str) -> Markup:
    labels = choices(group).labels
    made = kept(f"options of {group}", lambda: "".join(f'<option value="{escape(one)}">' for one in labels()))
    return Markup(made)


def unfound_sentences(unfound: Mapping[str, str]) -> list[str]:
    """What to say of each name that is none here, or may be several."""
    none = {
        "language": _("We know no language called “%(typed)s” here. Try another name for it."),
        "concern": _("We know no topic called “%(typed)s” here. Try another word for it."),
        "approach": _("We know no way of working called “%(typed)s” here. Try another name for it."),
    }
    return [_several(group, typed) or none[group] % {"typed": typed} for group, typed in unfound.items()]


def _several(group: str, typed: str) -> str:
    names = "; ".join(one.label for one in choices(group).suggest(typed))
    return _("“%(typed)s” may be: %(names)s. Write one of these.", typed=typed, names=names) if names else ""
