"""What is asked: chips that take it away, and what each rule costs when nobody is left. Ticks are facets.py's."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from directory.forms.seeker import GROUPS
from directory.views.asking import ALL, Asked
from directory.views.facets import fee_label, legends, value_label
from directory.views.placing import within_label
from directory.views.saying import gettext as _
from directory.views.saying import ngettext

MOST_WORDS = 6


class Chip(NamedTuple):
    """One thing asked, with the button value that takes it away."""

    value: str
    label: str
    name: str = "remove"


def chips(asked: Asked) -> list[Chip]:
    """Everything asked, each with its button. Words that only order are none; nor is a whole sentence of words."""
    made = [Chip(f"{g}:{v}", value_label(g, v)) for g in GROUPS for v in asked.filters.get(g, ())]
    where = asked.placed
    if where.place:
        made.insert(0, Chip("near:yes", within_label(where, asked.radius)))
    if asked.fee_max is not None and asked.currency:
        made.append(Chip("fee_max:yes", fee_label(asked.fee_max, asked.currency)))
    if asked.name:
        made.append(Chip("name:yes", _("Name: %(name)s", name=asked.name)))
    if asked.required and len(asked.words) <= MOST_WORDS:
        made += [Chip(f"words:{word}", _quoted(word)) for word in asked.words]
    return made


def _quoted(word: str) -> str:
    return _("“%(word)s”", word=word.strip('"'))


def chosen_line(made: list[Chip]) -> str:
    """What is chosen, for the summary of the folded filters."""
    what = ", ".join(chip.label for chip in made)
    return ngettext("%(num)d chosen: %(what)s", "%(num)d chosen: %(what)s", len(made), what=what) if made else ""


class Rule(NamedTuple):
    """One rule of a question, said in full, and the chip that takes all of it away."""

    group: str
    sentence: str

    @property
    def value(self) -> str:
        """What the button that takes it away sends."""
        return f"{self.group}:{ALL}"


def rules(asked: Asked) -> list[Rule]:
    """Every rule that leaves people out: each group of filters, the fee, the name and the words."""
    said, made, where = legends(), [], asked.placed
    if where.place:
        made.append(Rule("near", within_label(where, asked.radius)))
    for group in GROUPS:
        if values := asked.filters.get(group):
            what = ", ".join(value_label(group, value) for value in values)
            made.append(Rule(group, _("%(legend)s: %(what)s", legend=said[group], what=what)))
    if asked.fee_max is not None and asked.currency:
        made.append(Rule("fee_max", fee_label(asked.fee_max, asked.currency)))
    if asked.name:
        made.append(Rule("name", _("Name: %(name)s", name=asked.name)))
    if asked.required and asked.words:
        words = " ".join(_quoted(word) for word in asked.words)
        made.append(Rule("words", _("Words: %(words)s", words=words)))
    return made


def _without(number: int) -> str:
    return ngettext("Without this: %(num)d person", "Without this: %(num)d people", number)


def _without_distance(number: int) -> str:
    return ngettext("Without the distance: %(num)d person", "Without the distance: %(num)d people", number)


def relaxed(asked: Asked, without: Mapping[str, int], count: Callable[[Asked], int]) -> list[dict[str, str]]:
    """For each rule, how many people there would be without it: one button each. Nothing is ever dropped by itself.

    ``without``: the numbers that the index counted, by rule; ``count`` finds the others.
    """
    rows = []
    for rule in rules(asked):
        number = without.get(rule.group)
        number = count(asked.without(rule.group, ALL)) if number is None else number
        if number:
            told = _without_distance(number) if rule.group == "near" else _without(number)
            rows.append({"sentence": rule.sentence, "without": told, "name": "remove", "value": rule.value})
        else:
            still = _("%(what)s. Without this: still no one.", what=rule.sentence)
            rows.append({"sentence": still, "without": ""})
    return rows
