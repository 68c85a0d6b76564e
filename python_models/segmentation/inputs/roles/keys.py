"""When, which order and who: decided by what columns do, with names as a hint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..evidence.facts import AGREED, ENOUGH, Evidence
from ..evidence.table import Column
from .hints import hint
from .reading import Option, Reading

# Names of things that are no order, person or day, whatever they do.
NO_KEYS = (
    "email",
    "customer_name",
    "quantity",
    "currency",
    "status",
    "product_name",
    "category",
    "channel",
)
# Orders below which customers may all be new by chance.
FEW_ORDERS = 20
NEW_SHARE = 0.98
# Different ids per order: of one that hardly comes back, and of one that often does.
HARDLY_BACK_SHARE, BACK_SHARE = 0.9, 0.75
# Different order numbers per row, at least, where no customer is known beside them.
MANY_ORDERS = 0.2
# Rows of one customer at one moment from which rows are lines and no orders.
SHARED_MOMENTS = 0.1
PEOPLE = ("customer", "email", "customer_name")
PRESENT_SHARE = 0.5
# Share of orders with one value on all lines, below which a column is the lines' own.
DIFFERENT_SHARE = 0.5


@dataclass
class Keys:
    """The columns that say when, in which order and by whom; None: not found."""

    day: Column | None = None
    order: Column | None = None
    customer: Column | None = None
    product: Column | None = None


def role(column: Column) -> str | None:
    """Return what a column's name hints at."""
    return hint(column.name)[0]


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
        _find_order(evidence, keys, reading)
    if keys.customer is None and "customer_id" not in given:
        _find_customer(evidence, keys, reading)
    elif keys.customer is not None:
        _check_customer(evidence, keys, reading)
    if "order_id" not in given:
        _number_of_rows(evidence, keys, reading)
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
            reading.ask("ordered_at", "no column holds dates that can be read")
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
            Option(first.name, {"transaction_columns": {"ordered_at": first.name}}),
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
                Option(one.name, {"transaction_columns": {"ordered_at": one.name}})
                for one in together
            ),
        )
        keys.day = together[0]


def _find_order(evidence: Evidence, keys: Keys, reading: Reading) -> None:
    table = evidence.table
    if keys.day is None or table.rows < FEW_ORDERS:
        hinted = [one for one in table.columns.values() if role(one) == "order"]
        if hinted:
            keys.order = hinted[0]
            reading.take("order_id", hinted[0].name, "by its name")
        return
    person = keys.customer or _by_hint(table.columns.values(), PEOPLE)
    found: list[Column] = []
    doubtful: list[Column] = []
    for one in table.columns.values():
        hinted = role(one)
        if (
            one.day
            or one.has_mails
            or one is keys.customer
            or hinted in NO_KEYS
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
                    Option(one.name, {"transaction_columns": {"order_id": one.name}})
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
            f"is {one.name!r} the order's number? Most of what it holds together is of "
            "one moment",
            Option("yes", {"transaction_columns": {"order_id": one.name}}),
            Option("no", {"transaction_columns": {"order_id": None}}),
        )
        return


def _number_of_rows(evidence: Evidence, keys: Keys, reading: Reading) -> None:
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


def _by_hint(columns, roles) -> Column | None:
    for wanted in roles:
        some = [one for one in columns if role(one) == wanted and one.filled]
        if some:
            return max(some, key=lambda one: hint(one.name)[1])
    return None


def _new_with_every_order(evidence: Evidence, keys: Keys, one: Column) -> bool:
    fact = evidence.repeats(one, keys.order)
    return fact.rows >= FEW_ORDERS and fact.agreeing >= NEW_SHARE * fact.rows


def _people(evidence: Evidence, keys: Keys) -> list[Column]:
    """Columns that could be a person: one per order, and back in other orders."""
    table = evidence.table
    found = []
    for one in table.columns.values():
        if (
            one.day
            or one is keys.order
            or one.filled < PRESENT_SHARE * table.rows / 2
            or one.distinct < 2
            or (one.number and not one.is_whole)
            or (role(one) not in PEOPLE and role(one) is not None)
            or _new_with_every_order(evidence, keys, one)
        ):
            continue
        if keys.order is not None:
            within = evidence.one_per_group(keys.order, one)
            if within.rows >= ENOUGH and within.share < 0.95:
                continue
            if within.rows < ENOUGH and role(one) is None and one.number:
                # Of orders of one line a quantity looks like a person.
                if one.distinct < 0.05 * table.rows:
                    continue
        found.append(one)
    # One that hardly ever comes back is the order's, where another comes back often.
    shares = {one.name: _share_new(evidence, keys, one) for one in found}
    known = [one for one in found if role(one) in PEOPLE]
    if any(shares[one.name] < BACK_SHARE for one in known):
        found = [one for one in found if shares[one.name] < HARDLY_BACK_SHARE]
    return found


def _share_new(evidence: Evidence, keys: Keys, one: Column) -> float:
    fact = evidence.repeats(one, keys.order)
    return fact.share if fact.rows >= FEW_ORDERS else 0.0


def _find_customer(evidence: Evidence, keys: Keys, reading: Reading) -> None:
    table = evidence.table
    found = _people(evidence, keys)
    for wanted in PEOPLE:
        some = [one for one in found if role(one) == wanted]
        if some:
            some.sort(key=lambda one: (-hint(one.name)[1], one.distinct))
            # The finest of those that come back: a household is not yet a person.
            keys.customer = best = max(
                some, key=lambda one: (hint(one.name)[1] == 1, one.distinct)
            )
            reading.take("customer_id", best.name, _customer_words(evidence, keys))
            _ask_guests(evidence, keys, found, reading)
            return
    hinted = _by_hint(
        [one for one in table.columns.values() if one is not keys.order], PEOPLE
    )
    mails = [one for one in found if one.has_mails]
    if hinted is None and len(mails) == 1:
        keys.customer = mails[0]
        reading.take("customer_id", mails[0].name, "e-mail addresses")
        return
    if hinted is not None and table.rows < FEW_ORDERS:
        keys.customer = hinted
        reading.take("customer_id", hinted.name, "by its name")
        return
    unnamed = [
        one for one in found if one.distinct > 0.02 * table.rows or one.has_mails
    ]
    unnamed.sort(key=lambda one: -one.distinct)
    options = [*unnamed[:4], *([hinted] if hinted else [])]
    if not options:
        reading.ask("customer_id", "no column looks like the customer")
        return
    keys.customer = options[0]
    words = (
        f"{hinted.name!r} is new with every order: nobody would ever come back"
        if hinted
        else "no column is called a customer; these come back in several orders"
    )
    reading.ask(
        "customer_id",
        words,
        *(
            Option(
                f"{one.name}: {one.distinct:,} people",
                {"transaction_columns": {"customer_id": one.name}},
            )
            for one in options
        ),
    )


def _customer_words(evidence: Evidence, keys: Keys) -> str:
    assert keys.customer is not None
    fact = evidence.repeats(keys.customer, keys.order)
    what = "orders" if keys.order else "rows"
    return f"{fact.agreeing:,} people in {fact.rows:,} {what}"


def _ask_guests(evidence: Evidence, keys: Keys, found, reading: Reading) -> None:
    """Ask what orders without the customer's id are, where an e-mail is there."""
    one, table = keys.customer, evidence.table
    assert one is not None
    if one.filled >= 0.995 * table.rows:
        return
    fill = next(
        (
            other
            for other in found
            if other is not one
            and role(other) == "email"
            and table.value(
                "count(*)", f"{one.text} is null and {other.text} is not null"
            )
            > 0.005 * table.rows
        ),
        None,
    )
    if fill is not None:
        reading.ask(
            "guests",
            f"{table.rows - one.filled:,} rows have no {one.name!r}, but an e-mail",
            Option(
                f"guests are known by {fill.name!r}",
                {"transaction_columns": {"customer_id": [one.name, fill.name]}},
            ),
            Option(
                "rows of guests are left out",
                {"transaction_columns": {"customer_id": one.name}},
            ),
        )


def _check_customer(evidence: Evidence, keys: Keys, reading: Reading) -> None:
    """Ask where the mapped customer is new with every order and another is not."""
    one = keys.customer
    assert one is not None
    if one.day or _share_new(evidence, keys, one) < HARDLY_BACK_SHARE:
        return
    others = [
        other
        for other in _people(evidence, keys)
        if role(other) in PEOPLE
        and other is not one
        and _share_new(evidence, keys, other) < BACK_SHARE
    ]
    if others:
        options = [*others[:3], one]
        reading.ask(
            "customer_id",
            f"{one.name!r} is new with every order: nobody would ever come back",
            *(
                Option(
                    f"{other.name}: {other.distinct:,} people",
                    {"transaction_columns": {"customer_id": other.name}},
                )
                for other in options
            ),
        )


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
