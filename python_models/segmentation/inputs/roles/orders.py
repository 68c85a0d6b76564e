"""Which order: the number that holds the lines of one time and one customer together.

Decided by what columns do, in any language; names are a hint.
"""

from __future__ import annotations

from ..evidence.facts import AGREED, ENOUGH, Evidence
from ..evidence.table import Column
from .hints import hint
from .keys import FEW_ORDERS, PEOPLE, Keys, by_hint, role
from .reading import Option, Reading

# Names of things that are no order, whatever they do.
NO_ORDERS = frozenset(
    "email customer_name quantity currency status product_name category channel".split()
)
# Different order numbers per row, at least, where no customer is known beside them.
MANY_ORDERS = 0.2
# Rows of one customer at one moment from which rows are lines and no orders.
SHARED_MOMENTS = 0.1


def find_order(evidence: Evidence, keys: Keys, reading: Reading) -> None:
    table = evidence.table
    if keys.day is None or table.rows < FEW_ORDERS:
        hinted = [one for one in table.columns.values() if role(one) == "order"]
        if hinted:
            keys.order = hinted[0]
            reading.take("order_id", hinted[0].name, "by its name")
        return
    person = keys.customer or by_hint(table.columns.values(), PEOPLE)
    found: list[Column] = []
    doubtful: list[Column] = []
    for one in table.columns.values():
        hinted = role(one)
        if (
            one.day
            or one.has_mails
            or one is keys.customer
            or hinted in NO_ORDERS
            or (hinted == "other" and hint(one.name)[1] == 1)
            or (one.number and not one.is_whole)
            or one.filled < 0.9 * table.rows
            or one.distinct < 2
        ):
            continue
        times = evidence.one_per_group(one, keys.day)
        if times.rows >= ENOUGH and times.share < AGREED:
            # A refund may be booked under its order's number, on a later day.
            if times.share < 0.6:
                continue
            if hinted != "order":
                doubtful.append(one)
                continue
        if person and person is not one:
            people = evidence.one_per_group(one, person)
            if people.rows >= ENOUGH and people.share < 0.95:
                continue
        found.append(one)
    hinted = [one for one in found if role(one) == "order"]
    # A key of the order that goes by the customer's name is none of the customer.
    neutral = [one for one in found if role(one) in (None, "customer")]
    grouping = [
        one
        for one in neutral
        if one.distinct < 0.98 * one.filled
        and evidence.one_per_group(one, keys.day).rows >= ENOUGH
    ]
    if not hinted and not grouping and doubtful:
        _ask_order(evidence, doubtful, person, reading, keys)
        return
    if hinted:
        best = min(hinted, key=lambda one: (one.distinct, -hint(one.name)[1]))
        coarser = [
            one
            for one in grouping
            if one.distinct < 0.9 * best.distinct and role(one) is None
        ]
        if not coarser:
            keys.order = best
            reading.take("order_id", best.name, _order_words(evidence, best, keys))
            return
        grouping = [*coarser, best]
    if grouping:
        grouping.sort(key=lambda one: (one.distinct, role(one) == "customer"))
        best = keys.order = grouping[0]
        reading.take("order_id", best.name, _order_words(evidence, best, keys))
        if hinted:
            reading.ask(
                "order_id",
                f"{best.name!r} holds the lines of {hinted[0].name!r} together",
                *(
                    Option(one.shown, {"transaction_columns": {"order_id": one.name}})
                    for one in (best, hinted[0])
                ),
            )


def _ask_order(
    evidence: Evidence,
    doubtful: list[Column],
    person: Column | None,
    reading: Reading,
    keys: Keys,
) -> None:
    """Ask if a number that holds rows of several days together is the order's."""
    for one in doubtful:
        if one is person or role(one) is not None:
            continue
        if person is None and one.distinct < MANY_ORDERS * one.filled:
            continue
        if person is not None and not evidence.one_per_group(one, person).holds:
            continue
        keys.order = one
        reading.ask(
            "order_id",
            f"is {one.shown} the order's number? Most of what it holds together is of "
            "one moment",
            Option("yes", {"transaction_columns": {"order_id": one.name}}),
            Option("no", {"transaction_columns": {"order_id": None}}),
        )
        return


def number_rows(evidence: Evidence, keys: Keys, reading: Reading) -> None:
    """Take a number that is new on every row for the order's, if rows are orders."""
    table = evidence.table
    person, day = keys.customer, keys.day
    if keys.order is not None or person is None or day is None or not day.style:
        return
    if table.rows < FEW_ORDERS:
        return
    ((shared,),) = table.ask(
        f"select avg(case when n > 1 then 1.0 else 0 end) from (select count(*) over "
        f"(partition by {person.text}, {day.day}) as n from sampled "
        f"where {person.text} is not null)"
    )
    if float(shared or 0) > SHARED_MOMENTS:
        return
    for one in table.columns.values():
        if (
            role(one) in (None, "order_item")
            and one is not person
            and one.filled >= 0.98 * table.rows
            and one.distinct >= 0.999 * one.filled
            and not one.day
            and (one.number is None or one.is_whole)
        ):
            keys.order = one
            reading.take("order_id", one.name, "new on every row, and rows are orders")
            return


def _order_words(evidence: Evidence, order: Column, keys: Keys) -> str:
    times = evidence.one_per_group(order, keys.day) if keys.day else None
    if not times or not times.rows:
        return f"{order.distinct:,} different numbers in {order.filled:,} rows"
    return (
        f"holds the lines of one time together in {times.agreeing:,} of "
        f"{times.rows:,} orders of several lines"
    )
