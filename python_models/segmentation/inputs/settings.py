"""Settings that cannot work, whatever the data."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

import duckdb

from .problem import InputProblem, closest

MAPPINGS = (
    "transaction_columns",
    "customer_columns",
    "transaction_format",
    "customer_format",
    "exchange_rates",
)
LISTS = ("cancelled_statuses", "exclusion_rule_sets")
NUMBERS = ("largest_amount", "longest_id", "quality_sample_rows")


def check_settings(settings: Mapping[str, object]) -> None:
    """Raise InputProblem for the first setting that cannot work."""
    if settings["transactions"] is None and settings["customers"] is None:
        raise _wrong(
            "transactions",
            None,
            "transactions, customers or both",
            "set transactions to your file (or completejourney, or sample)",
        )
    for name in MAPPINGS:
        if not isinstance(settings[name], Mapping):
            raise _wrong(name, settings[name], "a mapping", f"set {name}: {{A: B}}")
    for name in LISTS:
        if not isinstance(settings[name], list):
            raise _wrong(name, settings[name], "a list", f"set {name}: [A, B]")
    for name in ("as_of_date", "earliest_date"):
        _check_date(name, settings[name])
    for name in ("time_zone", "source_time_zone"):
        _check_zone(name, settings[name])
    for name in NUMBERS:
        if not _is_positive(settings[name]):
            raise _wrong(name, settings[name], "a number above 0", f"correct {name}")
    share = settings["rejected_share_warning"]
    if not isinstance(share, int | float) or not 0 <= share <= 1:
        raise _wrong("rejected_share_warning", share, "a share from 0 to 1",
                     "correct rejected_share_warning")  # fmt: skip
    _check_choice("cancelled_lines", settings, ("net", "leave_out"))
    _check_choice("drop_exact_duplicates", settings, (True, False))
    currency = settings["currency"]
    if currency is not None and not re.fullmatch(r"[A-Za-z]{3}", str(currency)):
        raise _wrong("currency", currency, "a code of three letters, such as EUR",
                     "set currency to the code your amounts are in")  # fmt: skip
    rates = settings["exchange_rates"]
    for code, rate in rates.items():  # type: ignore[attr-defined]
        if not _is_positive(rate):
            raise _wrong(f"exchange_rates: {code}", rate, "a number above 0",
                         "say what one unit is worth in your currency")  # fmt: skip
    if rates and currency is None:
        raise _wrong("currency", None, "a currency that the exchange_rates lead to",
                     "set currency, for example EUR")  # fmt: skip


def _wrong(name: str, value: object, wanted: str, next_step: str) -> InputProblem:
    return InputProblem(
        f"The var {name} cannot be {value!r}.",
        wanted=wanted,
        found=repr(value),
        next_step=next_step,
    )


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _check_date(name: str, value: object) -> None:
    if value is None and name == "as_of_date":
        return
    try:
        datetime.date.fromisoformat(str(value))
    except ValueError as error:
        raise _wrong(name, value, "a date that exists, such as 2024-12-31",
                     f"set {name}: '2024-12-31'") from error  # fmt: skip


def _check_zone(name: str, value: object) -> None:
    if value is None:
        return
    with duckdb.connect() as connection:
        rows = connection.execute("select name from pg_timezone_names()").fetchall()
    zones = [row[0] for row in rows]
    if value in zones:
        return
    cities = {zone.rsplit("/", 1)[-1]: zone for zone in reversed(zones)}
    near = closest(str(value), zones) or cities.get(
        closest(str(value), list(cities)) or ""
    )
    raise _wrong(name, value, "a time zone such as Europe/Berlin",
                 f"did you mean {near}?" if near else f"correct {name}")  # fmt: skip


def _check_choice(
    name: str, settings: Mapping[str, object], choices: tuple[object, ...]
) -> None:
    if settings[name] not in choices:
        shown = ", ".join(str(choice).lower() for choice in choices)
        raise _wrong(name, settings[name], f"one of {shown}", f"correct {name}")
