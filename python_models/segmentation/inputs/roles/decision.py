"""The one decision: every column of ours, and each var, over the evidence."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence

from babel.numbers import list_currencies

from ..evidence.facts import ENOUGH, Evidence
from ..money.columns import Money
from ..money.decision import decide_money
from .find_keys import find_keys
from .hints import hint
from .keys import Keys, role
from .lines import decide_lines
from .mapped_money import check_money, line_sql
from .marks import ask_marks
from .reading import Option, Reading
from .statuses import SEEDS, decide_status
from .zones import zone_of

TEXT_ROLES = {"category": "category", "channel": "channel", "updated_at": "updated"}


def read_roles(
    evidence: Evidence, *, given: Mapping[str, object], settings: Mapping[str, object]
) -> Reading:
    """Return what to set, with its evidence, and what must be asked.

    Parameters
    ----------
    given
        Our columns that the user has mapped; these stay.
    settings
        Vars that matter here: `status_meanings`, `time_zone`, `confirmed` ...
    """
    confirmed = {str(one) for one in settings.get("confirmed") or []}  # type: ignore[attr-defined]
    reading = Reading()
    for our, name in given.items():
        if name is not None:
            reading.take(our, name, "mapped")
    keys = find_keys(evidence, given, reading)
    reading.order = keys.order
    if not {"amount", "unit_price", "order_amount"} & set(given):
        decide_money(Money(evidence, keys, reading))
    elif "amount" not in confirmed:
        check_money(evidence, keys, reading, given, settings)
    columns = evidence.table.columns
    sql = line_sql(columns, reading.columns)
    quantity = columns.get(str(reading.columns.get("quantity")))
    decide_status(
        evidence,
        keys,
        reading,
        given,
        meanings=dict(settings.get("status_meanings") or {}),
        money_sql=sql,
    )
    decide_lines(
        evidence,
        keys,
        reading,
        {
            **given,
            **{
                name: settings[name]
                for name in ("discount_products", "cancellation_prefix")
                if settings.get(name)
            },
        },
        money_sql=sql,
        quantity_sql=quantity.number if quantity else None,
        left_out=_seeded("product_id", rule_sets_of(settings))
        | {str(one).lower() for one in settings.get("not_goods") or []},
    )
    _take_texts(evidence, reading, given)
    _take_order_columns(evidence, keys, reading)
    ask_marks(evidence, reading, settings)
    _ask_one_customer(evidence, keys, reading, settings)
    if keys.day is not None and keys.day.style and not settings.get("time_zone"):
        zone = zone_of(evidence, keys.day)
        if zone:
            reading.set("time_zone", zone, "its local times have these offsets")
    reading.questions = [one for one in reading.questions if one.code not in confirmed]
    return reading


def rule_sets_of(settings: Mapping) -> list[str]:
    """Return the sets of rules that apply."""
    return list(settings.get("exclusion_rule_sets") or ["general"])


def _seeded(field: str, rule_sets: Sequence[str]) -> frozenset[str]:
    """Return values, in lower case, that rules of a seed leave out by."""
    seed = SEEDS / "exclusion_rules.csv"
    if not seed.exists():
        return frozenset()
    with seed.open(encoding="utf-8", newline="") as file:
        return frozenset(
            row["value"].lower()
            for row in csv.DictReader(file)
            if row["field"] == field and row["rule_set"] in rule_sets
        )


def _take_texts(evidence: Evidence, reading: Reading, given: Mapping) -> None:
    """Map category, channel, currency and the time of an update."""
    taken = {str(name) for name in reading.columns.values()}
    columns = [one for one in evidence.table.columns.values() if one.name not in taken]
    for our, wanted in TEXT_ROLES.items():
        some = [
            one
            for one in columns
            if role(one) == wanted and one.filled and (our != "updated_at" or one.day)
        ]
        if our not in given and some:
            best = max(some, key=lambda one: hint(one.name)[1])
            reading.take(our, best.name, f"{best.distinct:,} different")
    codes = "', '".join(sorted(list_currencies()))
    for one in columns if "currency" not in given else []:
        if not one.filled or one.distinct > 40 or one.number or one.day:
            continue
        if (
            one.longest == 3
            and evidence.table.value(
                f"count(*) filter (where upper({one.text}) in ('{codes}'))"
            )
            > 0.95 * one.filled
        ):
            words = ", ".join(one.examples)
            reading.take("currency", one.name, f"currency codes: {words}")
            break


def _take_order_columns(evidence: Evidence, keys: Keys, reading: Reading) -> None:
    """Find what stands on an order's first line only, and is the whole order's."""
    if keys.order is None:
        return
    columns = evidence.table.columns
    found = list(reading.settings.get("order_columns") or [])
    for our in ("customer_id", "ordered_at", "status", "currency", "channel"):
        one = columns.get(str(reading.columns.get(our)))
        if one is None or one.filled == evidence.table.rows:
            continue
        fact = evidence.on_first_line_only(keys.order, one)
        if fact.rows >= ENOUGH and fact.share >= 0.9:
            found.append(our)
    if found:
        names = ", ".join(
            f"{columns[str(reading.columns[our])].name}"
            for our in found
            if str(reading.columns.get(our)) in columns
        )
        reading.set(
            "order_columns",
            sorted(set(found)),
            f"{names}: of the whole order, whatever line they stand on",
        )


def _ask_one_customer(
    evidence: Evidence, keys: Keys, reading: Reading, settings: Mapping
) -> None:
    """Ask who a customer is that has an absurd share of all orders.

    Where it is asked who the customer is, of each answer.
    """
    names = [
        str(dict(option.sets["transaction_columns"]).get("customer_id"))  # type: ignore[call-overload]
        for question in reading.questions
        if question.code == "customer_id"
        for option in question.options
    ]
    columns = [evidence.table.columns[name] for name in names] or [keys.customer]
    known = {str(one).lower() for one in settings.get("guest_ids") or []}
    known |= _seeded("customer_id", rule_sets_of(settings))
    found = {}
    for one in columns:
        value, share = (
            evidence.largest_share(one, keys.order) if one is not None else ("", 0.0)
        )
        if value and value.lower() not in known:
            found[value] = f"one customer, {value!r}, has {share:.0%} of all orders"
    if found:
        reading.ask(
            "guest_ids",
            "; ".join(found.values()),
            Option("it stands for guests: left out", {"guest_ids": list(found)}),
            Option("it is one customer", {"guest_ids": []}),
        )
