"""A progress bar for long work, drawn on a terminal and told in lines elsewhere."""

import sys

WIDTH = 32


def say(what: str, done: int, total: int) -> None:
    """Show that ``done`` of ``total`` steps of ``what`` are behind us."""
    share = done / total if total else 1.0
    filled = round(WIDTH * share)
    line = f"  {what:<12} [{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{total}"
    if sys.stdout.isatty():
        print(f"\r{line}", end="\n" if done >= total else "", flush=True)
    elif done >= total:
        print(line, flush=True)
