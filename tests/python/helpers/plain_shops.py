"""Shops of which it is known what may be said of them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

START = date(2022, 1, 3)
HEADER = ("customer_id", "ordered_at", "amount", "product_id", "quantity")
Order = tuple[str, int, float]


def steady(random) -> Iterator[Order]:
    """Two years in which nothing changes: everybody keeps to a rate of their own."""
    for number in range(260):
        pause = random.uniform(8, 45)
        value = random.lognormal(3, 0.5)
        day = random.uniform(0, pause)
        while day < 730:
            yield f"c{number:03d}", int(day), value * random.uniform(0.8, 1.2)
            day += pause * random.gamma(4, 1 / 4)


def weekly(random) -> Iterator[Order]:
    """A grocer whose customers come every week."""
    for number in range(160):
        value = random.lognormal(3.5, 0.5)
        for week in range(60):
            day = 7 * week + int(random.integers(0, 3))
            yield f"c{number:03d}", day, value * random.uniform(0.6, 1.4)


def one_order(random) -> Iterator[Order]:
    """Nobody has come back yet."""
    for number in range(300):
        yield f"c{number:03d}", int(random.integers(0, 420)), random.lognormal(3, 0.7)


def giant(random) -> Iterator[Order]:
    """The steady shop, and one customer who is larger than all others together."""
    yield from steady(random)
    for day in range(730):
        yield "giant", day, 5000 * random.uniform(0.8, 1.2)


def seasonal(random) -> Iterator[Order]:
    """Half a year that ends in a season nobody has seen before."""
    for number in range(260):
        pause = random.uniform(15, 40)
        day = random.uniform(0, pause)
        while day < 200:
            yield f"c{number:03d}", int(day), random.lognormal(3, 0.5)
            day += pause * random.gamma(4, 1 / 4) * (0.3 if day > 170 else 1)


def yearly(random) -> Iterator[Order]:
    """Contracts that renew once a year, none of them over."""
    for number in range(220):
        first = int(random.integers(0, 360))
        for year in range(3):
            day = first + 365 * year + int(random.integers(-3, 4))
            yield f"c{number:03d}", max(day, 0), 120.0


SHOPS: dict[str, Callable] = {
    shop.__name__: shop for shop in (steady, weekly, one_order, giant, seasonal, yearly)
}


def write(folder: Path, name: str) -> Path:
    """The transactions of a shop as CSV."""
    random = np.random.default_rng(11)
    path = folder / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for customer, day, amount in SHOPS[name](random):
            product = f"p{random.integers(0, 40)}"
            when = START + timedelta(days=day)
            writer.writerow([customer, when.isoformat(), f"{amount:.2f}", product, 1])
    return path
