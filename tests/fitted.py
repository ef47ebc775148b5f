"""What is learnt from the seeds takes seconds of processor; over the same seeds the tests learn it once."""

from typing import Any

from search_index import meaning


def learnt_once() -> None:
    """Let every house that reads the same sayings share what it learns from them; reading changes none of it."""
    for name in ("Danger", "OwnWords"):
        setattr(meaning, name, _sharing(getattr(meaning, name)))


def _sharing(learn: Any) -> Any:
    made: dict[str, Any] = {}

    def shared(*told: Any) -> Any:
        key = repr([part if isinstance(part, dict | list | tuple) else type(part) for part in told])
        if key not in made:
            made[key] = learn(*told)
        return made[key]

    return shared
