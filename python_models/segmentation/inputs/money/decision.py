"""What was paid for goods: which columns say so, by what they add up to."""

from __future__ import annotations

from .by_line import line_readings, take_one_line
from .by_order import explained, is_whole, take_row, take_whole
from .columns import TOTALS, Money
from .unnamed import ask_without_names


def decide_money(money: Money) -> None:
    """Find the reading of money, or ask with the total of each that is left."""
    reading = money.reading
    if not money.with_role(*TOTALS, "unit_price", "price"):
        ask_without_names(money)
        return
    lines = line_readings(money)
    wholes = [
        one
        for one in money.with_role(
            "subtotal", "order_total", "amount", "line_total", "price"
        )
        if money.is_of_order(one) and one.largest > 0
    ]
    # What is the order's on every line is no line's amount.
    lines = [one for one in lines if not is_whole(one, wholes)]
    if wholes and not (lines and explained(money, lines, wholes)):
        take_whole(money, wholes, lines)
    elif lines and not wholes:
        if not money.has_lines:
            take_row(money, lines)
        else:
            take_one_line(money, lines)
    elif not lines and not wholes:
        reading.ask(
            "amount",
            "no column holds money that could be read. Write the name of yours for "
            f"YOUR COLUMN; found: {money.table.shown()}",
        )
    refunds = [one for one in money.with_role("refunded") if one.largest > 0]
    if refunds:
        one = refunds[0]
        reading.take(
            "refunded_amount",
            one.name,
            f"{money.total('abs(' + str(one.number) + ')'):,.2f} {money.table.scope}, "
            "taken off once an order",
        )
