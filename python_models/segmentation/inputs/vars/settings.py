"""Settings that cannot work, whatever the data."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping

import duckdb

from segmentation.settings import REFIT_MODES, Settings

from ..problem import closest, wrong_var

MAPPINGS = (
    "transaction_columns",
    "customer_columns",
    "transaction_format",
    "customer_format",
    "exchange_rates",
    "status_meanings",
)
LISTS = (
    "cancelled_statuses",
    "exclusion_rule_sets",
    "order_columns",
    "discount_products",
    "not_goods",
    "guest_ids",
    "open_questions",
    "confirmed",
)
CHOICES = {
    "cancelled_lines": ("net", "leave_out"),
    "drop_exact_duplicates": (True, False),
    "discount_kind": ("money", "share", "percent"),
    "discount_taken_off": (True, False),
    "repeated_orders": ("auto", "latest", "keep"),
}
MEANINGS = ("sold", "never_sold", "taken_back")
# What may be an order's as a whole; order_amount and refunded_amount always are.
ORDER_COLUMNS = (
    "customer_id",
    "ordered_at",
    "status",
    "currency",
    "channel",
    "shipping",
    "tax",
    "discount",
    "order_amount",
    "refunded_amount",
)
NUMBERS = ("largest_amount", "longest_id", "quality_sample_rows")
# A share of the machine's memory or a size, as DuckDB reads it.
MEMORY = re.compile(r"[1-9][0-9]?%|[1-9][0-9]*[KMGT]i?B", re.IGNORECASE)
FITTED = ("algorithm", "segment_count", "segment_count_min", "segment_count_max")


def check_fitting(settings: Mapping[str, object]) -> None:
    """Raise InputProblem if algorithm, numbers of segments or refit cannot work."""
    try:
        Settings(**{name: settings[name] for name in FITTED})
    except ValueError as error:
        name, _, wanted = str(error).partition(": ")
        raise wrong_var(
            name,
            settings[name],
            wanted.rpartition(", not ")[0],
            f"correct {name}, or leave it out",
        ) from error
    _check_choice("refit", settings, REFIT_MODES)
    _check_choice("guard_rail_severity", settings, ("warn", "error"))
    if settings["locale"] != "en":
        # The report's modules take a second to load: only where they are asked.
        from segmentation.report.formats import LOCALES

        _check_choice("locale", settings, LOCALES)


def check_settings(settings: Mapping[str, object]) -> None:
    """Raise InputProblem for the first setting that cannot work."""
    if settings["transactions"] is None and settings["customers"] is None:
        raise wrong_var(
            "transactions",
            None,
            "transactions, customers or both",
            "set transactions to your file (or completejourney, or sample)",
        )
    for name in MAPPINGS:
        if not isinstance(settings[name], Mapping):
            raise wrong_var(name, settings[name], "a mapping", f"set {name}: {{A: B}}")
    for name in LISTS:
        if not isinstance(settings[name], list):
            raise wrong_var(name, settings[name], "a list", f"set {name}: [A, B]")
    for name in ("as_of_date", "earliest_date"):
        _check_date(name, settings[name])
    for name in ("time_zone", "source_time_zone"):
        _check_zone(name, settings[name])
    for name in NUMBERS:
        if not _is_positive(settings[name]):
            raise wrong_var(name, settings[name], "a number above 0", f"correct {name}")
    share = settings["rejected_share_warning"]
    if not isinstance(share, int | float) or not 0 <= share <= 1:
        raise wrong_var(
            "rejected_share_warning",
            share,
            "a share from 0 to 1",
            "correct rejected_share_warning",
        )
    for name, choices in CHOICES.items():
        _check_choice(name, settings, choices)
    for word, meaning in settings["status_meanings"].items():  # type: ignore[attr-defined]
        if meaning not in MEANINGS:
            raise wrong_var(
                f"status_meanings: {word}",
                meaning,
                f"one of {', '.join(MEANINGS)}",
                "say what an order with this status is",
            )
    for name in settings["order_columns"]:  # type: ignore[attr-defined]
        if name not in ORDER_COLUMNS:
            raise wrong_var(
                "order_columns",
                name,
                f"some of {', '.join(ORDER_COLUMNS)}",
                "name our column, not yours",
            )
    currency = settings["currency"]
    if currency is not None and not re.fullmatch(r"[A-Za-z]{3}", str(currency)):
        raise wrong_var(
            "currency",
            currency,
            "a code of three letters, such as EUR",
            "set currency to the code your amounts are in",
        )
    rates = settings["exchange_rates"]
    for code, rate in rates.items():  # type: ignore[attr-defined]
        if not _is_positive(rate):
            raise wrong_var(
                f"exchange_rates: {code}",
                rate,
                "a number above 0",
                "say what one unit is worth in your currency",
            )
    if rates and currency is None:
        raise wrong_var(
            "currency",
            None,
            "a currency that the exchange_rates lead to",
            "set currency, for example EUR",
        )
    _check_machine(settings)


def _check_machine(settings: Mapping[str, object]) -> None:
    memory, threads, folder = (
        settings[name] for name in ("memory_limit", "threads", "temp_directory")
    )
    if not MEMORY.fullmatch(str(memory)):
        wanted = "a size or a share of the memory"
        raise wrong_var("memory_limit", memory, wanted, "set it to '4GB' or '60%'")
    if threads is not None and not (isinstance(threads, int) and _is_positive(threads)):
        wanted = "a whole number from 1, or null for every core"
        raise wrong_var("threads", threads, wanted, "correct threads")
    if folder is not None and not (isinstance(folder, str) and folder):
        wanted = "a folder, or null for one beside the build database"
        raise wrong_var("temp_directory", folder, wanted, "correct temp_directory")


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _check_date(name: str, value: object) -> None:
    if value is None and name == "as_of_date":
        return
    try:
        # Python reads 20241231 too, DuckDB does not.
        datetime.datetime.strptime(str(value), "%Y-%m-%d")
    except ValueError as error:
        raise wrong_var(
            name,
            value,
            "a date that exists, such as 2024-12-31",
            f"set {name}: '2024-12-31'",
        ) from error


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
    raise wrong_var(
        name,
        value,
        "a time zone such as Europe/Berlin",
        f"did you mean {near}?" if near else f"correct {name}",
    )


def _check_choice(
    name: str, settings: Mapping[str, object], choices: Iterable[object]
) -> None:
    value = settings[name]
    if value not in list(choices):
        shown = [str(choice).lower() for choice in choices]
        near = closest(str(value), shown)
        raise wrong_var(
            name,
            value,
            f"one of {', '.join(shown)}",
            f"did you mean {near}?" if near else f"correct {name}",
        )
