"""Money where no column is called so: asked, with the sum of each reading."""

from __future__ import annotations

import itertools

from ..evidence.identities import find_identity
from ..evidence.table import Column
from ..roles.reading import Option
from .columns import Money
from .discounts import WORDS, kinds_of

# Different values up to which a column may be the prices of parcels.
FEW_VALUES = 12
# Digits from which whole numbers, all as long, are more often a phone's than money.
LONG_DIGITS = 8
# Columns of which one may be another less a third, and zeros among quantities.
MOST_ADDED, NONE_SHARE = 6, 0.02
MOST_OPTIONS = 12
# Share of the money from which whole numbers may be a part of it.
PART_SHARE = 0.002
# Share of discounts that returns may give back.
BACK_SHARE = 0.2


def ask_without_names(money: Money) -> None:
    """Ask which column is money where none is called so; proven products go first."""
    person = money.asked_customer
    candidates = [
        one
        for one in [*money.unnamed, *([person] if person and person.number else [])]
        if one.largest > 0
        and not (one.has_zeros_before or one.longest > 15)
        and one.distinct > 1
    ]
    factors = [one for one in candidates if _is_like_a_count(money, one)]
    if money.quantity is not None:
        factors = [money.quantity]
    # Nobody writes marks for thousands in a postcode. Weights have decimals too, beside
    # money that has none: what is whole comes later, and is asked about as well.
    marked = [
        one
        for one in candidates
        if not one.is_whole or (one.mark is not None and one.mark.thousands)
    ]
    likely = sorted(
        candidates,
        key=lambda one: (
            _is_like_a_phone(one),
            one is person,
            one not in marked,
            -money.once(one),
        ),
    )
    options = [
        _option(money, f"{total.name} = {factor.name} x {price.name}", amount=total,
                quantity=factor)
        for factor, price, total in itertools.product(factors, candidates, candidates)
        if len({factor.name, price.name, total.name}) == 3
        and not (price.is_whole and total.is_whole)
        and money.evidence.product(factor, price, total).holds
    ]  # fmt: skip
    for one in likely:
        if money.is_of_order(one):
            options.append(_option(money, f"{one.shown}, once an order",
                                   order_amount=one))  # fmt: skip
            continue
        options.append(_option(money, one.shown, amount=one))
        options += [
            _option(money, f"{factor.name} x {one.name}", quantity=factor,
                    unit_price=one)
            for factor in factors
            if factor is not one and factor.largest > 1
        ]  # fmt: skip
    less = _less_options(money, marked if len(marked) > 1 else likely[:MOST_ADDED])
    options += less
    # What comes to the same sum is the same answer.
    sums = money.table.add_up([str(one.total) for one in options], money.keys.order)
    sums = [round(one, 2) for one in sums]
    options = [one for at, one in enumerate(options) if sums[at] not in sums[:at]]
    # What a third column is made of is no guess: of guesses there are fewer.
    guesses = [one for one in options if one not in less]
    less = [one for one in options if one in less]
    options = [*guesses[: MOST_OPTIONS - len(less)], *less]
    money.reading.ask(
        "amount",
        "no column is called money; these hold numbers"
        if options
        else "no column is called money, and none looks like it. Write the name of "
        f"yours for YOUR COLUMN; found: {money.table.shown()}",
        *options,
    )
    _ask_parts(money, likely)


def _is_like_a_count(money: Money, one: Column) -> bool:
    """Return whether a column may be a quantity: few whole numbers, and often one."""
    if not one.is_whole or one.largest >= 10_000 or one.distinct >= 0.2 * one.filled:
        return False
    none = money.table.value("count(*)", f"{one.number} = 0")
    ones = money.table.value("count(*)", f"abs({one.number}) = 1")
    return none <= NONE_SHARE * one.filled and ones > 0


def _is_like_a_phone(one: Column) -> bool:
    """Return whether values are long and all of one length: numbers of something."""
    return one.has_one_length and one.smallest >= 10 ** (LONG_DIGITS - 1)


def _option(money: Money, words: str, **columns: Column) -> Option:
    """Return the option that maps these columns, and no other that is money."""
    if "order_amount" in columns:
        total = money.whole_total(columns["order_amount"])
    elif "amount" in columns:
        total = f"sum({columns['amount'].number})"
    else:
        total = f"sum({columns['quantity'].number} * {columns['unit_price'].number})"
    mapped = {our: one.name for our, one in columns.items()}
    off = dict.fromkeys(("amount", "order_amount", "unit_price"))
    return Option(words, {"transaction_columns": {**off, **mapped}}, total)


def _less_options(money: Money, columns: list[Column]) -> list[Option]:
    """Return options of one column less another, where a third is made of both."""
    options = []
    names = {one.name: money.order_sql(one) for one in columns}
    values = money.of_orders(names) if names else {}
    # What is made of all the others is the largest.
    for total in sorted(columns, key=lambda one: -money.once(one))[:2]:
        for base in columns:
            if base is total:
                continue
            identity = find_identity(
                values,
                total=total.name,
                base=base.name,
                addends=[one for one in names if one not in (total.name, base.name)],
            )
            off = (
                [name for name, sign in identity.addends if sign < 0]
                if identity
                else []
            )
            if identity is None or len(off) != 1:
                continue
            our = "order_amount" if money.is_of_order(base) else "amount"
            sets: dict[str, object] = {
                "transaction_columns": {
                    our: base.name,
                    "discount": off[0],
                    "unit_price": None,
                    "amount" if our == "order_amount" else "order_amount": None,
                },
                "discount_taken_off": False,
            }
            if our == "order_amount":
                sets["order_columns"] = ["discount"]
            taken = money.table.columns[off[0]]
            if money.once(taken) > 0.5 * money.once(base):
                continue
            less = f"{money.whole_total(base)} - {money.whole_total(taken)}"
            options.append(Option(f"{base.name} less {off[0]}", sets, less))
    return options[:3]


def _ask_parts(money: Money, likely: list[Column]) -> None:
    """Ask what is in the money beside goods, of columns that look like a part of it."""
    shipping, refunds, discounts = [], [], []
    sums = [money.once(one) for one in likely if not _is_like_a_phone(one)]
    for one in likely:
        filled = money.table.value("count(*)", f"{one.number} <> 0")
        is_rare = 0 < filled < 0.5 * money.table.rows
        is_forward = one.smallest >= 0
        is_of_order = money.is_of_order(one) or not money.has_lines
        # Whole numbers are more often counts, unless they come to some money.
        is_part = is_of_order and money.once(one) >= PART_SHARE * max(sums, default=0)
        is_few = 1 < one.distinct <= FEW_VALUES
        if is_forward and is_few and (is_part or not one.is_whole):
            shipping.append(one)
        elif is_rare and is_forward and is_of_order:
            refunds.append(one)
        # A return gives its discount back, under the other sign.
        back = money.table.value("count(*)", f"{one.number} < 0")
        is_one_way = min(back, filled - back) <= BACK_SHARE * filled
        if is_rare and is_one_way and money.has_lines and not money.is_of_order(one):
            discounts.append(one)
    _ask_part(money, "shipping", "shipping that the money holds", shipping)
    _ask_part(money, "refunded_amount", "money that was paid back", refunds)
    if discounts:
        money.reading.ask(
            "discount",
            f"is {_names(discounts)}, which is mostly 0, a discount?",
            Option("no, or amounts are what was paid", {}),
            *(
                Option(
                    f"{one.name}: {WORDS[kind]}, and comes off",
                    {
                        "transaction_columns": {"discount": one.name},
                        "discount_taken_off": False,
                        "discount_kind": kind,
                    },
                )
                for one in discounts
                for kind in kinds_of(one, is_rate=False)
            ),
        )


def _ask_part(money: Money, our: str, words: str, columns: list[Column]) -> None:
    if not columns:
        return
    options = [Option("no", {})]
    for one in columns:
        sets: dict[str, object] = {"transaction_columns": {our: one.name}}
        if our == "shipping" and money.is_of_order(one):
            sets["order_columns"] = [our]
        total = money.once(one)
        options.append(
            Option(f"yes, {one.name} ({total:,.2f} {money.table.scope})", sets)
        )
    money.reading.ask(our, f"is {_names(columns)} {words}?", *options)


def _names(columns: list[Column]) -> str:
    return " or ".join(repr(one.name) for one in columns)
