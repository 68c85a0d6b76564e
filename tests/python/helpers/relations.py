"""Relations between runs: what may not change when what does not matter does.

Each relation changes the orders, the way they are written or the machine, and says how
the published rows of the two runs relate.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

Row = dict[str, str]
Rows = list[Row]


def same_rows(rows: Rows) -> Rows:
    return rows


def same_text(text: str) -> str:
    return text


@dataclass(frozen=True)
class Relation:
    """One change, and how to map the first run's rows to the second's.

    `unchanged` is the least share of the first run's customers whose segment must be
    the same in the second; 1 means every published value of everybody, and where
    `same_tables` every row of every table.
    """

    name: str
    change: Callable[[Rows], Rows] = same_rows
    file_type: str = "csv"
    threads: int = 2
    machine_zone: str = "UTC"
    new_id: Callable[[str], str] = same_text
    days: int = 0
    money: int = 1
    variables: Mapping[str, object] = field(default_factory=dict)
    unchanged: float = 1.0
    same_tables: bool = True
    over_release: bool = False


def shuffled(rows: Rows) -> Rows:
    rows = rows.copy()
    random.Random(7).shuffle(rows)
    return rows


def reversed_rows(rows: Rows) -> Rows:
    return rows[::-1]


def columns_turned(rows: Rows) -> Rows:
    return [dict(reversed(row.items())) for row in rows]


def with_constant_column(rows: Rows) -> Rows:
    return [{**row, "country": "NL"} for row in rows]


def with_bad_rows(rows: Rows) -> Rows:
    bad = [{**rows[0], "ordered_at": "soon"}, {**rows[1], "amount": "much"}]
    return [*rows, *bad * 5]


def with_blanks(rows: Rows) -> Rows:
    return [{**row, "customer_id": f" {row['customer_id']}\t"} for row in rows]


def renamed(rows: Rows) -> Rows:
    return [{**row, "customer_id": new_name(row["customer_id"])} for row in rows]


def new_name(customer_id: str) -> str:
    # An id without digits is a word that rules look for (guest, test), or none.
    if not any(letter.isdigit() for letter in customer_id):
        return customer_id
    # Turned round, so that the order of the ids changes too.
    return f"x{customer_id[::-1]}-{len(customer_id)}"


def renamed_orders(rows: Rows) -> Rows:
    return [{**row, "order_id": f"order {row['order_id'][::-1]}"} for row in rows]


def renamed_categories(rows: Rows) -> Rows:
    return [{**row, "category": row.get("category", "")[::-1].upper()} for row in rows]


def shifted(rows: Rows, days: int) -> Rows:
    def move(text: str) -> str:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return text
        return (moment - timedelta(days=days)).isoformat(sep=" ")

    return [{**row, "ordered_at": move(row["ordered_at"])} for row in rows]


def times(rows: Rows, factor: int) -> Rows:
    def scale(text: str) -> str:
        try:
            return str(Decimal(text) * factor) if text else text
        except ArithmeticError:
            return text

    return [
        {**row, "amount": scale(row["amount"]), "discount": scale(row["discount"])}
        for row in rows
    ]


def in_another_currency(rows: Rows) -> Rows:
    return [
        {**row, **({"currency": "CHF"} if row.get("currency") == "EUR" else {})}
        for row in times(rows, 2)
    ]


def with_a_year_of_silence(rows: Rows) -> Rows:
    """One old customer, a year before everybody else, by a channel of its own."""
    # The first row is a sale, in both data sets.
    day = datetime.fromisoformat(LAST_DAY) - timedelta(days=1200)
    old = {**rows[0], "customer_id": "old-1", "order_id": "old-1"}
    old |= {"channel": "catalogue", "amount": "20.00", "quantity": "1", "discount": ""}
    return [*rows, {**old, "ordered_at": day.isoformat(sep=" ")}]


def pieces_apart(rows: Rows) -> Rows:
    """A line of two pieces as two lines of one: the same order, told in more lines."""

    def halves(row: Row) -> Rows:
        try:
            numbers = {name: Decimal(row[name] or 0) for name in ("amount", "discount")}
        except ArithmeticError:
            return [row]
        if row["quantity"] != "2":
            return [row]
        first = {name: (one / 2).quantize(CENT) for name, one in numbers.items()}
        second = {name: one - first[name] for name, one in numbers.items()}
        return [
            {**row, "quantity": "1", **{name: str(one) for name, one in half.items()}}
            for half in (first, second)
        ]

    return [half for row in rows for half in halves(row)]


def everybody_twice(rows: Rows) -> Rows:
    """Every row twice, under two order ids of two customers: everybody twice."""
    twins = [
        {
            **row,
            "customer_id": twin(row["customer_id"]),
            "order_id": f"{row['order_id']}b",
        }
        for row in rows
    ]
    return [*rows, *twins]


def twin(customer_id: str) -> str:
    # A guest's order is nobody's, but one of "guestb" would be somebody's.
    return f"{customer_id}b" if customer_id[-1:].isdigit() else customer_id


def without_one_customer(rows: Rows) -> Rows:
    gone = sorted({row["customer_id"] for row in rows if row["customer_id"]})[17]
    return [row for row in rows if row["customer_id"] != gone]


def with_an_outlier(rows: Rows) -> Rows:
    # The first row is a sale, in both data sets.
    great = {**rows[0], "customer_id": "whale", "order_id": "w1"}
    return [*rows, {**great, "amount": "250000.00", "quantity": "1", "discount": ""}]


def with_a_free_order(rows: Rows) -> Rows:
    free = {**rows[0], "customer_id": "guest-of-honour", "order_id": "f1"}
    return [*rows, {**free, "amount": "0.00", "quantity": "1", "discount": ""}]


def with_an_order_after_as_of(rows: Rows) -> Rows:
    return [*rows, {**rows[0], "order_id": "later", "ordered_at": "2025-01-04"}]


CENT = Decimal("0.01")
LAST_DAY = "2024-12-29"  # of both data sets
SHIFT = 10227  # 28 years of 365.25 days: the same weekdays, months and leap years

PIECES_APART = Relation(
    "lines of two pieces split", change=pieces_apart, same_tables=False
)
TWICE_THE_MONEY = Relation(
    "twice the money, in another currency",
    change=in_another_currency,
    money=2,
)
# The same weekdays, but months begin on other days of the shop's.
WEEKS_EARLIER = Relation(
    "history 52 weeks earlier",
    change=lambda rows: shifted(rows, 364),
    unchanged=0.97,
)
YEAR_OF_SILENCE = Relation(
    "a year of silence before", change=with_a_year_of_silence, unchanged=0.995
)
RELATIONS = (
    Relation("rows shuffled", change=shuffled),
    Relation("rows reversed", change=reversed_rows),
    Relation("one thread", threads=1),
    Relation("eight threads", threads=8),
    Relation("machine in Auckland", machine_zone="Pacific/Auckland"),
    Relation("machine in Los Angeles", machine_zone="America/Los_Angeles"),
    Relation("parquet", file_type="parquet"),
    Relation("columns in another order", change=columns_turned),
    Relation("a constant column added", change=with_constant_column),
    Relation("bad rows added", change=with_bad_rows),
    Relation("blanks around ids", change=with_blanks),
    Relation("ids renamed", change=renamed, new_id=new_name),
    Relation("order ids renamed", change=renamed_orders),
    Relation("categories renamed", change=renamed_categories, unchanged=0.995),
    Relation(
        "history 28 years earlier", change=lambda rows: shifted(rows, SHIFT), days=SHIFT
    ),
    PIECES_APART,
    Relation("amounts times 100", change=lambda rows: times(rows, 100), money=100),
    TWICE_THE_MONEY,
    WEEKS_EARLIER,
    YEAR_OF_SILENCE,
    Relation("every customer twice", change=everybody_twice, unchanged=0.995),
    Relation(
        "one customer removed",
        change=without_one_customer,
        unchanged=0.995,
        over_release=True,
    ),
    Relation(
        "an outlier added", change=with_an_outlier, unchanged=0.995, over_release=True
    ),
    Relation(
        "a free order added",
        change=with_a_free_order,
        unchanged=0.995,
        over_release=True,
    ),
    Relation(
        "an order after the as-of date",
        change=with_an_order_after_as_of,
        variables={"as_of_date": LAST_DAY},
    ),
)

# What changes nothing at all, in one build; and what changes ids and days only.
ALL_AT_ONCE = Relation(
    "all that changes nothing",
    change=lambda rows: columns_turned(
        with_constant_column(with_blanks(shuffled(with_bad_rows(rows))))
    ),
    file_type="parquet",
    threads=8,
    machine_zone="Pacific/Auckland",
)
RENAMED_AND_SHIFTED = Relation(
    "ids renamed, 28 years earlier",
    change=lambda rows: shifted(renamed(renamed_orders(reversed_rows(rows))), SHIFT),
    machine_zone="America/Los_Angeles",
    threads=1,
    new_id=new_name,
    days=SHIFT,
)


def skewed_rows(customers: int = 400) -> Rows:
    """Orders of a shop without groups: heavy tails, one customer apart."""
    chance = random.Random(3)
    last = datetime(2024, 12, 29, 18)
    rows = []
    for number in range(customers):
        rate = chance.lognormvariate(0.8, 0.9)
        first = chance.uniform(0, 540) if number else 0.0
        for order in range(1 + int(rate)):
            day = first * chance.random() if order else first
            moment = (last - timedelta(days=int(day))).replace(
                hour=chance.randint(8, 18)
            )
            for line in range(chance.randint(1, 3)):
                rows.append(
                    {
                        "customer_id": f"s{number:04}",
                        "ordered_at": moment.isoformat(sep=" "),
                        "order_id": f"s{number:04}-{order}",
                        "product_id": f"p{line}",
                        "category": chance.choice(("a", "b", "c", "d")),
                        "amount": f"{chance.lognormvariate(3, 1):.2f}",
                        "quantity": "1",
                        "discount": "0.00" if chance.random() < 0.7 else "1.50",
                        "channel": chance.choice(("web", "shop")),
                    }
                )
    return rows
