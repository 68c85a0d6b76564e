"""Writes seeds/sample_transactions.csv: a tiny shop with planted behaviours.

Run `python tests/python/helpers/sample_shop.py` after a change here; a test holds the
two together. Every behaviour is a rule below, so that a test can say what it expects.
"""

from __future__ import annotations

import csv
import random
import sys
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

SEED_FILE = Path(__file__).parents[3] / "seeds" / "sample_transactions.csv"
FIRST_DAY, LAST_DAY = date(2023, 7, 1), date(2024, 12, 31)
CATEGORIES = {
    "coffee": (("espresso-1kg", 18.5), ("filter-500g", 9.9), ("decaf-500g", 10.5)),
    "tea": (("green-100g", 6.2), ("black-100g", 5.4)),
    "equipment": (("grinder", 89.0), ("kettle", 45.0), ("scale", 24.9)),
    "gifts": (("mug", 12.0), ("gift-box", 35.0)),
}
COLUMNS = (
    "customer_id", "ordered_at", "order_id", "product_id", "category", "amount",
    "quantity", "discount", "channel", "currency", "status",
)  # fmt: skip


@dataclass(frozen=True)
class Behaviour:
    """How one planted group shops; days are counted back from LAST_DAY."""

    name: str
    customers: int
    orders: tuple[int, int]
    last_order_days: tuple[int, int]
    tenure_days: tuple[int, int]
    lines: tuple[int, int]
    quantity: tuple[int, int]
    categories: tuple[str, ...]
    channel: str
    discounted: float = 0.0
    returned: float = 0.0
    weekend: bool = False


BEHAVIOURS = (
    Behaviour("regular", 30, (7, 11), (1, 25), (380, 540), (2, 4), (1, 2),
              ("coffee", "tea", "equipment", "gifts"), "web"),
    Behaviour("bargain", 30, (3, 5), (20, 90), (250, 450), (1, 2), (1, 3),
              ("coffee",), "app", discounted=0.95),
    Behaviour("lapsed", 30, (2, 4), (280, 400), (420, 545), (1, 2), (1, 1),
              ("coffee", "tea"), "web"),
    Behaviour("weekend_gifts", 20, (2, 3), (10, 60), (200, 400), (1, 1), (2, 4),
              ("gifts",), "shop", weekend=True),
    Behaviour("new", 25, (1, 1), (1, 40), (1, 40), (1, 2), (1, 1),
              ("coffee", "tea"), "app"),
    Behaviour("returner", 15, (4, 6), (10, 80), (250, 450), (2, 3), (1, 2),
              ("equipment", "gifts"), "web", returned=0.6),
)  # fmt: skip

# Rows that staging must leave out, each with its reason.
BAD_ROWS = (
    (("", "2024-05-02 10:00:00", "X1", "mug", "gifts", "12.00", "1", "", "web"),
     "no customer id"),
    (("guest", "2024-05-03 11:00:00", "X2", "mug", "gifts", "12.00", "1", "", "web"),
     "guest order"),
    (("C007", "02.13.2024", "X3", "mug", "gifts", "12.00", "1", "", "web"),
     "unreadable date"),
    (("C008", "2024-05-04 12:00:00", "X4", "mug", "gifts", "twelve", "1", "", "web"),
     "unreadable amount"),
    (("C009", "1900-01-01", "X5", "mug", "gifts", "12.00", "1", "", "web"),
     "date before earliest_date"),
    (("C010", "2024-05-05 13:00:00", "X6", "postage", "", "4.90", "1", "", "web"),
     "postage"),
    (("test", "2024-05-06 14:00:00", "X7", "mug", "gifts", "12.00", "1", "", "web"),
     "test order"),
    (("C011", "2024-05-07 15:00:00", "X8", "mug", "gifts", "inf", "1", "", "web"),
     "amount out of range"),
)  # fmt: skip


def lines_of(behaviour: Behaviour, customer: str, rng: random.Random) -> list[tuple]:
    """Return the lines of one customer, as tuples in the order of COLUMNS."""
    count = rng.randint(*behaviour.orders)
    last = rng.randint(*behaviour.last_order_days)
    first = max(last, rng.randint(*behaviour.tenure_days))
    step = (first - last) / max(1, count - 1)
    rows = []
    for position in range(count):
        back = round(last + position * step + rng.uniform(-0.2, 0.2) * step)
        day = LAST_DAY - timedelta(days=min(max(back, last), 548))
        if behaviour.weekend:
            day -= timedelta(days=(day.weekday() - 5) % 7)
        moment = datetime(day.year, day.month, day.day, rng.randint(8, 21),
                          rng.randint(0, 59))  # fmt: skip
        order = f"{customer}-{position + 1:02}"
        for _ in range(rng.randint(*behaviour.lines)):
            rows.append(_line(behaviour, customer, order, moment, rng))
        if rng.random() < behaviour.returned:
            rows.append(_taken_back(rows[-1], moment + timedelta(days=6)))
    return rows


def _line(behaviour, customer, order, moment, rng) -> tuple:
    category = rng.choice(behaviour.categories)
    product, price = rng.choice(CATEGORIES[category])
    quantity = rng.randint(*behaviour.quantity)
    full = price * quantity
    discount = full * 0.2 if rng.random() < behaviour.discounted else 0.0
    return (customer, f"{moment:%Y-%m-%d %H:%M:%S}", order, product, category,
            f"{full - discount:.2f}", str(quantity), f"{discount:.2f}",
            behaviour.channel, "EUR", "paid")  # fmt: skip


def _taken_back(row: tuple, moment: datetime) -> tuple:
    moment = min(moment, datetime(2024, 12, 31, 12))
    return (row[0], f"{moment:%Y-%m-%d %H:%M:%S}", *row[2:5], f"-{row[5]}",
            f"-{row[6]}", "", row[8], "EUR", "returned")  # fmt: skip


def sample_rows(times: int = 1) -> list[tuple]:
    """Return every row of the sample, good ones first, or of a shop so much larger."""
    rng = random.Random(20241231)
    rows: list[tuple] = []
    number = 0
    for behaviour in BEHAVIOURS:
        for _ in range(times * behaviour.customers):
            number += 1
            rows.extend(lines_of(behaviour, f"{number:03}", rng))
    # One customer who only ever sent something back, and one exact duplicate.
    rows.append(("900", "2024-11-05 09:00:00", "900-01", "mug", "gifts", "-12.00",
                 "-1", "", "web", "EUR", "returned"))  # fmt: skip
    rows.append(rows[0])
    rows.extend((*values, "EUR", "paid") for values, _reason in BAD_ROWS)
    return rows


def write(path: Path) -> None:
    """Write the sample to `path`."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(sample_rows())


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else SEED_FILE)
