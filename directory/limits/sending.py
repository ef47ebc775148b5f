"""One thing that may be sent once: free, under way or sent, and the turns it takes, which come back when it fails."""

from enum import Enum

from directory.limits import Limits


class State(Enum):
    """How it stands with a thing to be sent."""

    FREE = "free"
    UNDER_WAY = "under way"
    SENT = "sent"


class Sending:
    """One thing, known by a secret, and the turns it takes: (name of a limit, who) each."""

    def __init__(self, limits: Limits, what: str, *turns: tuple[str, str]) -> None:
        self._limits, self._what, self._turns = limits, what, turns

    def begin(self) -> State:
        """How it stood. What was free is under way from here on, for a minute at most, until one of the others."""
        begun = self._limits.begin(self._what)
        if self._limits.is_done(self._what):
            return State.SENT
        return State.FREE if begun else State.UNDER_WAY

    def refused(self) -> tuple[str, int]:
        """Take every turn, or none: the limit that has none left, and for how many seconds; ("", 0) when all have."""
        for number, (name, who) in enumerate(self._turns):
            if wait_s := self._limits.take(name, who):
                self._give_back(self._turns[:number])
                self._limits.undo(self._what)
                return name, wait_s
        return "", 0

    def went_out(self) -> None:
        """It is sent, for the next two hours."""
        self._limits.done(self._what)

    def failed(self, *, surely: bool) -> None:
        """It is free again, and where it ``surely`` didn't go out, it cost no turn."""
        self._limits.undo(self._what)
        if surely:
            self._give_back(self._turns)

    def _give_back(self, turns: tuple[tuple[str, str], ...]) -> None:
        for name, who in turns:
            self._limits.give_back(name, who)
