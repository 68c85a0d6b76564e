"""Money where no column is called so: asked, with the sum of each reading."""

from __future__ import annotations

from ..evidence.identities import find_identity
from ..evidence.table import Column
from ..roles.reading import Option
from .columns import Money
from .sums import once

# Different values up to which a column may be the prices of parcels.
FEW_VALUES = 12


def ask_without_names(money: Money) -> None:
    """Ask which column is money where none is called so; proven products go first."""
    candidates = [
        one
        for one in money.unnamed
        if one.largest > 0
        and not (one.has_zeros_before or one.longest > 15)
        and one.distinct > 1
    ]
    wholes = [
        one
        for one in candidates
        if one.is_whole and one.largest < 10_000 and one.distinct < 0.2 * one.filled
    ]
    if money.quantity is not None:
        wholes = [money.quantity]
    options: list[Option] = []
    for factor in wholes:
        for price in candidates:
            for total in candidates:
                if (
                    len({factor.name, price.name, total.name}) == 3
                    and (not price.is_whole or not total.is_whole)
                    and money.evidence.product(factor, price, total).holds
                ):
                    options.append(
                        Option(
                            f"{total.name} = {factor.name} x {price.name}",
                            {
                                "transaction_columns": {
                                    "amount": total.name,
                                    "quantity": factor.name,
                                    "unit_price": None,
                                    "order_amount": None,
                                }
                            },
                            money.total(str(total.number)),
                        )
                    )
    likely = [one for one in candidates if not one.is_whole] or candidates
    likely.sort(key=lambda one: -once(money, one))
    for one in likely:
        our = "order_amount" if money.is_of_order(one) else "amount"
        other = "amount" if our == "order_amount" else "order_amount"
        options.append(
            Option(
                f"{one.name}{', once an order' if our == 'order_amount' else ''}",
                {
                    "transaction_columns": {
                        our: one.name,
                        other: None,
                        "unit_price": None,
                    }
                },
                once(money, one)
                if our == "order_amount"
                else money.total(str(one.number)),
            )
        )
        for factor in wholes if our == "amount" else []:
            if factor is not one and factor.largest > 1:
                options.append(
                    Option(
                        f"{factor.name} x {one.name}",
                        {
                            "transaction_columns": {
                                "quantity": factor.name,
                                "unit_price": one.name,
                                "amount": None,
                                "order_amount": None,
                            }
                        },
                        money.total(f"{factor.number} * {one.number}"),
                    )
                )
    options += _less_options(money, likely)
    money.reading.ask(
        "amount", "no column is called money; these hold numbers", *options[:12]
    )
    ask_refunds(money, likely)


def _less_options(money: Money, columns: list[Column]) -> list[Option]:
    """Return options of one column less another, where a third is made of both."""
    options = []
    # What is made of all the others is the largest.
    for total in sorted(columns, key=lambda one: -once(money, one))[:2]:
        for base in columns:
            if base is total:
                continue
            names = {one.name: money.order_sql(one) for one in columns}
            identity = find_identity(
                money.of_orders(names),
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
            if once(money, money.table.columns[off[0]]) > 0.5 * once(money, base):
                continue
            less = once(money, base) - once(money, money.table.columns[off[0]])
            options.append(Option(f"{base.name} less {off[0]}", sets, less))
    return options[:3]


def ask_refunds(money: Money, columns: list[Column]) -> None:
    """Ask of a column that is mostly empty, and never negative, if it is paid back."""
    for one in columns:
        if (
            not one.is_whole
            and one.smallest >= 0
            and 1 < one.distinct <= FEW_VALUES
            and not money.reading.columns.get("amount") == one.name
        ):
            our = {"transaction_columns": {"shipping": one.name}}
            if money.is_of_order(one):
                our["order_columns"] = ["shipping"]  # type: ignore[assignment]
            money.reading.ask(
                "shipping",
                f"is {one.name!r}, of {one.distinct} values, shipping that the money "
                "holds?",
                Option("no", {"transaction_columns": {"shipping": None}}),
                Option("yes", our),
            )
            continue
        filled = money.table.value("count(*)", f"{one.number} <> 0")
        if one.smallest < 0 or not 0 < filled < 0.5 * money.table.rows:
            continue
        if money.has_lines and not money.is_of_order(one):
            continue
        total = money.total(str(one.number))
        money.reading.ask(
            "refunded_amount",
            f"is {one.name!r}, which is mostly empty ({total:,.2f} in all), money that "
            "was paid back?",
            Option("no", {"transaction_columns": {"refunded_amount": None}}),
            Option("yes", {"transaction_columns": {"refunded_amount": one.name}}),
        )
