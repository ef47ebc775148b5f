"""How somebody works, as they placed themselves on four lines: the words of each, and what a page prints of them."""

from typing import Any

from flask_babel import lazy_gettext as _

STYLES = {
    "leads": (
        _("Leads"),
        _("Leads more than follows"),
        _("Half and half"),
        _("Follows more than leads"),
        _("Follows you"),
    ),
    "feelings": (
        _("Goes into feelings"),
        _("Often goes into feelings"),
        _("Half and half"),
        _("Mostly keeps it contained"),
        _("Keeps it contained"),
    ),
    "past": (
        _("Mostly the past"),
        _("More past than present"),
        _("Half and half"),
        _("More present than past"),
        _("Mostly the present"),
    ),
    "gentle": (
        _("Gentle"),
        _("More gentle than challenging"),
        _("Half and half"),
        _("More challenging than gentle"),
        _("Challenging"),
    ),
}
"""Each style theme: its five stops as sentences; the first and the last name the ends of the line."""
ENDS = {"past": (_("Past"), _("Present"))}
"""Ends that are named in other words than their stops."""


def scales(person: Any) -> tuple[tuple[str, str, int | None, str], ...]:
    """Four lines of five stops, each said in words too; empty when the person said nothing about how they work."""
    chosen = {theme: getattr(person, f"style_{theme}") for theme in STYLES}
    if not any(chosen.values()):
        return ()
    told = []
    for theme, stops in STYLES.items():
        start, end = ENDS.get(theme, (stops[0], stops[-1]))
        stop = chosen[theme]
        told.append((str(start), str(end), stop, str(stops[stop - 1] if stop else _("Hasn’t said"))))
    return tuple(told)
