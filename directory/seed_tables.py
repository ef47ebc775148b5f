"""Tables of a seed file into frozen dataclasses: unknown, missing and mistyped keys become sentences, all of them at
once.

It knows the shape that a dataclass states and nothing about what the values mean.
"""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Made = TypeVar("Made")
NAMES: dict[type, str] = {str: "a text", int: "a whole number", bool: "true or false", float: "a number"}


class Mistyped(Exception):
    """A value is of another type than its field; the message says which type is wanted."""


def make(shape: type[Made], table: Mapping[str, Any], where: str, problems: list[str]) -> Made | None:
    """One `shape` from one table, or None after noting in `problems` what is wrong with it, key by key."""
    found = len(problems)
    hints = get_type_hints(shape)
    known = {item.name: item for item in fields(shape)}  # type: ignore[arg-type]
    problems += [f"{where}: {key} is not a key that we know." for key in table if key not in known]
    values: dict[str, Any] = {}
    for name, item in known.items():
        if name in table:
            values[name] = _field(hints[name], table[name], f"{where}: {name}", problems)
        elif item.default is MISSING and item.default_factory is MISSING:
            problems.append(f"{where}: {name} is missing.")
    return shape(**values) if len(problems) == found else None


def _field(hint: Any, value: Any, where: str, problems: list[str]) -> Any:
    try:
        return _value(hint, value, where, problems)
    except Mistyped as wanted:
        problems.append(f"{where} must be {wanted}.")
        return None


def _value(hint: Any, value: Any, where: str, problems: list[str]) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _value(get_args(hint)[0], value, where, problems)
    if origin is tuple:
        return _items(get_args(hint)[0], value, where, problems)
    if isinstance(value, dict) and (is_dataclass(hint) or origin is not None):
        return _table(hint, value, where, problems)
    return _plain(hint, value)


def _items(hint: Any, value: Any, where: str, problems: list[str]) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise Mistyped("a list")
    return tuple(_value(hint, item, _name(where, item, at), problems) for at, item in enumerate(value, 1))


def _name(where: str, item: Any, at: int) -> str:
    if not isinstance(item, dict):
        return where
    return f"{where} “{item['id']}”" if "id" in item else f"{where} number {at}"


def _table(hint: Any, value: dict[str, Any], where: str, problems: list[str]) -> Any:
    if is_dataclass(hint):
        return make(hint, value, where, problems)  # type: ignore[arg-type]
    inner = get_args(hint)[1]
    return types.MappingProxyType({key: _value(inner, item, f"{where}.{key}", problems) for key, item in value.items()})


def _plain(hint: Any, value: Any) -> Any:
    wanted = hint if isinstance(hint, type) else None
    if wanted is float and type(value) is int:
        return float(value)
    if wanted not in NAMES or type(value) is not wanted:
        raise Mistyped(NAMES.get(wanted, "a table") if wanted else "a table")
    if isinstance(value, str) and not value.strip():
        raise Mistyped("a text that is not empty")
    return value
