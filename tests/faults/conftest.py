"""What was tried and what was seen, printed as a table at the end of ``make faults``."""

from collections.abc import Callable

import pytest

SEEN: list[tuple[str, str, str]] = []
HEAD = ("what was tried", "how often", "what was seen")


@pytest.fixture
def tell() -> Callable[[str, object, str], None]:
    """Call it as tell(what was tried, how often, what was seen)."""
    return lambda tried, often, seen: SEEN.append((tried, str(often), seen))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table."""
    if not SEEN:
        return
    rows = [HEAD, *SEEN]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    terminalreporter.section("faults")
    for tried, often, seen in rows:
        terminalreporter.write_line(f"{tried:<{widths[0]}}  {often:>{widths[1]}}  {seen}")
