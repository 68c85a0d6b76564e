"""How the value of a var is read, by kind: typed, or None where it is no such thing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from functools import cache
from math import isfinite

import duckdb

from segmentation.preparing.control_totals import EXAMPLE, control_rows
from segmentation.preparing.settings import Setting
from segmentation.wording.problem import InputProblem, closest, wrong_var

# A share of the machine's memory or a size, as DuckDB reads it.
MEMORY = re.compile(r"[1-9][0-9]?%|[1-9][0-9]*[KMGT]i?B", re.IGNORECASE)
COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
CURRENCY = re.compile(r"[A-Za-z]{3}")
BANDS = 4
TIERS = ["top", "high", "medium"]


def read(name: str, value: object, setting: Setting) -> object:
    """Return the value of a var as its kind has it.

    Raises
    ------
    InputProblem
        If the var cannot be that; the message quotes the value.
    """
    if value is None and setting.is_nullable:
        return None
    if setting.kind == "choice" and value not in setting.choices:
        raise _no_choice(name, value, setting)
    kind, words = KINDS[setting.kind]
    try:
        found = kind(value)
    except (TypeError, ValueError, OverflowError):
        found = None
    if found is None or not _is_within(found, setting):
        wanted = setting.wanted or words + _range_of(setting)
        step = setting.next_step or STEPS.get(setting.kind, STEP)
        raise wrong_var(name, value, wanted, step.format(name=name))
    if setting.kind == "rates":
        _check_rates(name, found)  # type: ignore[arg-type]
    if setting.kind in ("list", "mapping"):
        _check_entries(name, found, setting)
    if setting.kind == "totals":
        control_rows(found)
    if setting.kind == "time_zone":
        _check_zone(name, str(found))
    return found


def _number(value: object) -> int | float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and isfinite(value) else None  # type: ignore[return-value,arg-type]


def _whole(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number == int(number) else None


def _above_zero(value: object) -> int | float | None:
    number = _number(value)
    return number if number is not None and number > 0 else None


def _count_or_auto(value: object) -> int | str | None:
    if value == "auto":
        return "auto"
    return _whole(float(value) if isinstance(value, str) else value)


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int | float) else None


def _list(value: object) -> list | None:
    return list(value) if isinstance(value, list | tuple) else None


def _mapping(value: object) -> dict | None:
    return dict(value) if isinstance(value, Mapping) else None


def _source(value: object) -> str | list | None:
    return value if isinstance(value, str | list) else None


def _date(value: object) -> str:
    # Python reads 20241231 too, DuckDB does not.
    datetime.datetime.strptime(str(value), "%Y-%m-%d")
    return str(value)


def _columns(value: object) -> list[str] | None:
    names = _list(value)
    is_good = names and all(COLUMN.fullmatch(str(name)) for name in names)
    return names if is_good else None


def _bands(value: object) -> list[int] | None:
    bands = [_whole(one) for one in _list(value) or []]
    if len(bands) != BANDS or None in bands or bands != sorted(set(bands)):  # type: ignore[type-var]
        return None
    return bands if bands[0] > 0 else None  # type: ignore[return-value,operator]


def _rising_days(value: object) -> list[int] | None:
    days = [_whole(one) for one in _list(value) or []]
    if not days or None in days or days != sorted(set(days)):  # type: ignore[type-var]
        return None
    return days if days[0] > 0 else None  # type: ignore[return-value,operator]


def _tiers(value: object) -> dict[str, float] | None:
    tiers = _mapping(value) or {}
    shares = [_number(one) for one in tiers.values()]
    if list(tiers) != TIERS or None in shares or shares != sorted(set(shares)):  # type: ignore[type-var]
        return None
    return tiers if 0 < shares[0] and shares[-1] < 1 else None  # type: ignore[operator]


def _like(pattern: re.Pattern) -> Callable[[object], str | None]:
    return lambda value: str(value) if pattern.fullmatch(str(value)) else None


def _colours(value: object) -> list[str] | None:
    colours = _list(value)
    if colours is None or not all(COLOUR.fullmatch(str(one)) for one in colours):
        return None
    return colours


KINDS: dict[str, tuple[Callable[[object], object], str]] = {
    "above_zero": (_above_zero, "a number above 0"),
    "bands": (_bands, "four whole numbers above 0 that rise"),
    "choice": (lambda value: value, ""),
    "colours": (_colours, "a list of colours such as '#0b6e4f'"),
    "columns": (_columns, "a list of features: names of columns, one at least"),
    "count_or_auto": (_count_or_auto, "'auto' or a whole number"),
    "currency": (_like(CURRENCY), "a code of three letters, such as EUR"),
    "date": (_date, "a date that exists, such as 2024-12-31"),
    "folder": (
        lambda value: value if value and isinstance(value, str) else None,
        "a folder, or null for one beside the build database",
    ),
    "list": (_list, "a list"),
    "mapping": (_mapping, "a mapping"),
    "memory": (_like(MEMORY), "a size or a share of the memory"),
    "number": (_number, "a number"),
    "rates": (_mapping, "a mapping"),
    "rising_days": (_rising_days, "a list of whole numbers above 0 that rise"),
    "share": (_number, "a share"),
    "source": (_source, "a file, a pattern, a list of files, or schema.table"),
    "text": (_text, "a text"),
    "tiers": (_tiers, "top, high and medium, with shares between 0 and 1 that rise"),
    "time_zone": (_text, "a time zone such as Europe/Berlin"),
    "totals": (
        lambda value: value if isinstance(value, str) else _mapping(value),
        "a mapping, or a CSV file",
    ),
    "whole": (_whole, "a whole number"),
}
STEP = "correct {name} in dbt_project.yml or --vars"
STEPS = {
    "currency": "set {name} to the code your amounts are in",
    "date": "set {name}: '2024-12-31'",
    "list": "set {name}: [A, B]",
    "columns": "set {name}: [A, B]",
    "mapping": "set {name}: {{A: B}}",
    "rates": "set {name}: {{USD: 0.92}}",
    "totals": f"set it as {EXAMPLE}".replace("{", "{{").replace("}", "}}"),
}


def _is_within(value: object, setting: Setting) -> bool:
    if not isinstance(value, int | float):
        return True
    low, high = setting.lowest, setting.highest
    return (low is None or value >= low) and (high is None or value <= high)


def _range_of(setting: Setting) -> str:
    words = "" if setting.lowest is None else f" from {setting.lowest:,}"
    words += "" if setting.highest is None else f" to {setting.highest:,}"
    return words + (", or null" if setting.is_nullable and words else "")


def _no_choice(name: str, value: object, setting: Setting) -> InputProblem:
    if setting.choices == (True, False):
        wanted, near = "one of true, false", None
    else:
        shown = [str(one) for one in setting.choices]
        wanted, near = f"one of {', '.join(shown)}", closest(str(value), shown)
    step = f"did you mean {near}?" if near else STEP.format(name=name)
    return wrong_var(name, value, wanted, step)


def _check_entries(name: str, found: object, setting: Setting) -> None:
    """Refuse an entry of a list, or a name or value of a mapping, that is no choice."""
    for key in found if setting.keys else ():  # type: ignore[attr-defined]
        if key not in setting.keys:
            wanted = f"one of {', '.join(setting.keys)}"
            raise wrong_var(name, key, wanted, setting.next_step)
    if not setting.choices:
        return
    entries = (
        [(f"{name}: {key}", value) for key, value in found.items()]
        if isinstance(found, Mapping)
        else [(name, value) for value in found]  # type: ignore[attr-defined]
    )
    for entry, value in entries:
        if value not in setting.choices:
            wanted = f"one of {', '.join(map(str, setting.choices))}"
            raise wrong_var(entry, value, wanted, setting.next_step)


def _check_rates(name: str, rates: Mapping[str, object]) -> None:
    for code, rate in rates.items():
        if _above_zero(rate) is None:
            step = "say what one unit is worth in your currency"
            raise wrong_var(f"{name}: {code}", rate, "a number above 0", step)


@cache
def _zones() -> list[str]:
    with duckdb.connect() as connection:
        rows = connection.execute("select name from pg_timezone_names()").fetchall()
    return [row[0] for row in rows]


def _check_zone(name: str, value: str) -> None:
    zones = _zones()
    if value in zones:
        return
    cities = {zone.rsplit("/", 1)[-1]: zone for zone in reversed(zones)}
    near = closest(value, zones) or cities.get(closest(value, list(cities)) or "")
    step = f"did you mean {near}?" if near else STEP.format(name=name)
    raise wrong_var(name, value, KINDS["time_zone"][1], step)
