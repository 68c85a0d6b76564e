"""Lines that are no goods or no sale: postage, discounts, documents that take back."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path

from ..evidence.facts import ENOUGH, Evidence
from ..files.relation import literal
from .keys import Keys, role
from .reading import Option, Reading

REFUND_WORDS = re.compile(
    r"(?i)refund|return|erstatt|retour|rembours|devol|rimbors|reso\b|zwrot|terug"
)


@functools.cache
def not_goods() -> tuple[str, ...]:
    """Return what codes and names of postage, fees and gift cards begin with."""
    text = Path(__file__).with_name("not_goods.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and line[0] != "#")


def decide_lines(
    evidence: Evidence,
    keys: Keys,
    reading: Reading,
    given: Mapping,
    *,
    money_sql: str,
    quantity_sql: str | None,
    left_out: frozenset[str],
) -> None:
    """Find lines that are no goods, discounts written as lines, and a prefix.

    Parameters
    ----------
    left_out
        Codes, in lower case, that rules leave out already.
    """
    if not money_sql:
        return
    if keys.product is not None:
        _ask_not_goods(evidence, keys, reading, money_sql, left_out)
        if keys.order is not None and "discount_products" not in given:
            _find_discounts(evidence, keys, reading, money_sql, quantity_sql)
    if keys.order is not None and not given.get("cancellation_prefix"):
        _find_prefix(evidence, keys, reading, money_sql, quantity_sql)


def _ask_not_goods(evidence, keys, reading, money_sql, left_out) -> None:
    product = keys.product
    names = [
        one
        for one in evidence.table.columns.values()
        if role(one) == "product_name" and one is not product and one.filled
    ]
    name = names[0].text if names else "null"
    rows = evidence.table.ask(
        f"select {product.text} as code, max({name}), count(*), sum({money_sql}) from "
        f"sampled where {product.text} is not null group by code"
    )
    starts = re.compile(rf"(?i)({'|'.join(map(re.escape, not_goods()))})([^\w]|\d*$)")
    found = [
        (code, title, float(money or 0))
        for code, title, _count, money in rows
        if code.lower() not in left_out
        and (
            starts.match(code.replace("-", " ").replace("_", " "))
            or (title and starts.fullmatch(title.strip()))
            or (title and len(code) <= 4 and starts.match(title))
        )
    ]
    if not found or not any(one[2] for one in found):
        return
    codes = ", ".join(literal(one[0]) for one in found)
    shown = ", ".join(
        f"{code}{f' ({title})' if title else ''} {amount:,.2f}"
        for code, title, amount in found[:6]
    )
    reading.ask(
        "not_goods",
        f"lines that are no goods by their names: {shown}",
        Option(
            "they are left out",
            {"not_goods": [one[0] for one in found]},
            f"sum(case when {product.text} in ({codes}) then 0 else {money_sql} end)",
        ),
        Option("they count", {"not_goods": []}, f"sum({money_sql})"),
    )


def _find_discounts(evidence, keys, reading, money_sql, quantity_sql) -> None:
    """Products that were never sold, only taken off the sums of orders with sales.

    Where goods are taken back, so may be what was taken off with them.
    """
    product, order = keys.product.text, keys.order.text
    forward = f"coalesce({quantity_sql}, 1) >= 0" if quantity_sql else "true"
    rows = evidence.table.ask(
        f"""
        with lines as (
            select
                coalesce({product}, '') as code, {money_sql} as money,
                {forward} as is_forward,
                sum(greatest({money_sql}, 0)) over (partition by {order}) as sold,
                sum(least({money_sql}, 0)) over (partition by {order}) as taken_back
            from sampled where {order} is not null
        )
        select code, count(*), sum(money) from lines where money <> 0 group by code
        having bool_and(
                case when money < 0 then is_forward else taken_back < 0 end
            )
            and count(*) filter (where money > 0) < 0.5 * count(*)
            and count(*) filter (where money > 0 or sold > 0) >= 0.98 * count(*)
        """
    )
    found = [row for row in rows if not REFUND_WORDS.search(row[0])]
    if found and sum(row[1] for row in found) >= ENOUGH:
        reading.set(
            "discount_products",
            [row[0] for row in found],
            f"never sold, only taken off other lines of the order: "
            f"{sum(row[2] for row in found):,.2f} in {sum(row[1] for row in found):,} "
            "lines are discounts",
        )


def _find_prefix(evidence, keys, reading, money_sql, quantity_sql) -> None:
    """Letters before the order number that mark documents which take back."""
    order = keys.order.text
    quantity = f"coalesce({quantity_sql}, 0)" if quantity_sql else "0"
    rows = evidence.table.ask(
        f"""
        select
            regexp_extract({order}, '^([A-Za-z]{{1,3}})[0-9]+$', 1) as prefix,
            count(*), count(*) filter (where {money_sql} < 0 or {quantity} < 0)
        from sampled where {order} is not null group by prefix order by 2 desc
        """
    )
    if len(rows) != 2 or not rows[0][1]:
        return
    (usual, many, many_back), (prefix, few, back) = rows
    if not prefix or few > 0.2 * many or few < ENOUGH or many_back > 0.02 * many:
        return
    if back >= 0.98 * few:
        reading.set(
            "cancellation_prefix",
            prefix,
            f"orders that begin with {prefix} take back in {back:,} of {few:,} rows",
        )
    elif back == 0 and usual != prefix:
        reading.ask(
            "cancellation_prefix",
            f"{few:,} rows of orders begin with {prefix!r}: do they take back?",
            Option(
                "yes",
                {"cancellation_prefix": prefix},
                f"sum(case when starts_with({order}, {literal(prefix)}) then -1 else 1 "
                f"end * {money_sql})",
            ),
            Option(
                "no, they are sales", {"cancellation_prefix": None}, f"sum({money_sql})"
            ),
        )
