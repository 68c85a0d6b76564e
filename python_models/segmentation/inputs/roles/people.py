"""Who: a column with one value an order that comes back in other orders."""

from __future__ import annotations

from ..evidence.facts import ENOUGH, Evidence
from ..evidence.table import Column
from .hints import hint
from .keys import FEW_ORDERS, PEOPLE, PRESENT_SHARE, Keys, by_hint, role
from .reading import Option, Reading

NEW_SHARE = 0.98
# Values up to which a column that nobody calls a customer is something else.
FEW_PEOPLE = 10
# Columns without a name that are asked about.
MOST_ASKED = 6
# Different ids per order: of one that hardly comes back, and of one that often does.
HARDLY_BACK_SHARE, BACK_SHARE = 0.9, 0.75


def find_customer(evidence: Evidence, keys: Keys, reading: Reading) -> None:
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
    hinted = by_hint(
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
        one
        for one in found
        if one.distinct > max(FEW_PEOPLE, 0.02 * table.rows) or one.has_mails
    ]
    # Of numbers, ids are about as long each; money is not.
    unnamed.sort(
        key=lambda one: (bool(one.number) and not one.has_one_length, -one.distinct)
    )
    options = [*unnamed[:MOST_ASKED], *([hinted] if hinted else [])]
    if not options:
        reading.ask(
            "customer_id",
            "no column looks like the customer. Write the name of yours for YOUR "
            f"COLUMN; found: {table.shown()}",
        )
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
                f"{one.shown}: {one.distinct:,} people",
                {"transaction_columns": {"customer_id": one.name}},
            )
            for one in options
        ),
    )


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


def _new_with_every_order(evidence: Evidence, keys: Keys, one: Column) -> bool:
    fact = evidence.repeats(one, keys.order)
    return fact.rows >= FEW_ORDERS and fact.agreeing >= NEW_SHARE * fact.rows


def _share_new(evidence: Evidence, keys: Keys, one: Column) -> float:
    fact = evidence.repeats(one, keys.order)
    return fact.share if fact.rows >= FEW_ORDERS else 0.0


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


def check_customer(evidence: Evidence, keys: Keys, reading: Reading) -> None:
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
                    f"{other.shown}: {other.distinct:,} people",
                    {"transaction_columns": {"customer_id": other.name}},
                )
                for other in options
            ),
        )
