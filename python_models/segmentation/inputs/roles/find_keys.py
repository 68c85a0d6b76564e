"""When, which order, who and what: one decision after the other."""

from __future__ import annotations

from collections.abc import Mapping

from ..evidence.facts import ENOUGH, Evidence
from .hints import hint
from .keys import FEW_ORDERS, PRESENT_SHARE, Keys, role
from .orders import find_order, number_rows
from .people import check_customer, find_customer
from .reading import Option, Reading

# Share of orders with one value on all lines, below which a column is the lines' own.
DIFFERENT_SHARE = 0.5


def find_keys(evidence: Evidence, given: Mapping, reading: Reading) -> Keys:
    """Return when, which order, who and what; ask where it cannot be told.

    Parameters
    ----------
    given
        Our columns that the user has mapped: these are kept.
    """
    columns = evidence.table.columns
    keys = Keys()
    if "ordered_at" in given:
        keys.day = columns.get(str(given["ordered_at"]))
    else:
        _find_day(evidence, keys, reading)
    named = given.get("customer_id")
    named = named[0] if isinstance(named, list) else named
    keys.customer = columns.get(str(named)) if named else None
    if "order_id" in given:
        keys.order = columns.get(str(given["order_id"]))
    else:
        find_order(evidence, keys, reading)
    if keys.customer is None and "customer_id" not in given:
        find_customer(evidence, keys, reading)
    elif keys.customer is not None:
        check_customer(evidence, keys, reading)
    if "order_id" not in given:
        number_rows(evidence, keys, reading)
    if "product_id" in given:
        keys.product = columns.get(str(given["product_id"]))
    else:
        _find_product(evidence, keys, reading)
    return keys


def _find_day(evidence: Evidence, keys: Keys, reading: Reading) -> None:
    table = evidence.table
    found = [
        one
        for one in table.columns.values()
        if one.day and one.filled > PRESENT_SHARE * table.rows / 4
    ]
    for wanted in (("date",), (None,), ("date_other", "updated", "other")):
        some = [one for one in found if role(one) in wanted]
        if some:
            break
    else:
        numbers = [one for one in table.columns.values() if role(one) == "date"]
        if not numbers:
            reading.ask(
                "ordered_at",
                "no column holds dates that can be read. Write the name of yours for "
                f"YOUR COLUMN; found: {table.shown()}",
            )
            return
        reading.take("ordered_at", numbers[0].name, "by its name")
        keys.day = numbers[0]
        return
    some.sort(key=lambda one: (-hint(one.name)[1], -one.filled))
    first = keys.day = some[0]
    style = first.style
    written = ", ".join(style.formats) if style else "one could read in two ways"
    in_words = f" ({style.language} month names)" if style and style.language else ""
    reading.take("ordered_at", first.name, f"dates written as {written}{in_words}")
    others = [one for one in some[1:] if one.style and first.style]
    differing = [
        one
        for one in others
        if table.value(
            f"avg(case when cast({one.day} as date) <> cast({first.day} as date) "
            "then 1.0 else 0 end)"
        )
        > 0.01
    ]
    if "date" not in wanted and None not in wanted:
        reading.ask(
            "ordered_at",
            f"the only dates are in {first.name!r}, which by its name is no order date",
            Option(first.shown, {"transaction_columns": {"ordered_at": first.name}}),
        )
    elif differing:
        # An order comes before its payment, its parcel and its review.
        together = [first, *differing]
        means = {
            one.name: table.value(f"avg(epoch({one.day}))", f"{first.day} is not null")
            for one in together
        }
        together.sort(key=lambda one: means[one.name])
        reading.ask(
            "ordered_at",
            "several columns hold dates, of different days",
            *(
                Option(one.shown, {"transaction_columns": {"ordered_at": one.name}})
                for one in together
            ),
        )
        keys.day = together[0]


def _find_product(evidence: Evidence, keys: Keys, reading: Reading) -> None:
    columns = [
        one
        for one in evidence.table.columns.values()
        if one not in (keys.order, keys.customer, keys.day)
        and not one.day
        and 1 < one.distinct < max(0.9 * one.filled, FEW_ORDERS)
    ]
    for wanted in ("product", "product_name"):
        some = [one for one in columns if role(one) == wanted]
        if some:
            keys.product = max(some, key=lambda one: hint(one.name)[1])
            reading.take(
                "product_id", keys.product.name, f"{keys.product.distinct:,} products"
            )
            return
    if keys.order is None:
        return
    # Nobody calls it so: of words that differ within orders, those that differ most.
    some = [
        one
        for one in columns
        if role(one) is None and not one.number and not one.has_mails
        and (fact := evidence.one_per_group(keys.order, one)).rows >= ENOUGH
        and fact.share < DIFFERENT_SHARE
    ]  # fmt: skip
    if some:
        keys.product = max(some, key=lambda one: one.distinct)
        reading.take(
            "product_id",
            keys.product.name,
            f"differs between lines of an order: {keys.product.distinct:,} products",
        )
