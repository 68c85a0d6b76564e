"""Shops of which nothing alarming may be said: drawn orders, the same every time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

START = pd.Timestamp("2022-01-01")
END = pd.Timestamp("2023-12-31")
DAYS = (END - START).days + 1


def every(
    random: np.random.Generator, *, interval: float, first: float, spread: float
) -> list[int]:
    """Days of orders: an interval, give or take."""
    days, day = [], first
    while day < DAYS:
        days.append(int(day))
        day += max(1.0, interval * (1 + spread * random.standard_normal()))
    return sorted(set(days))


def orders(people: dict[str, tuple[list[int], float]], random) -> pd.DataFrame:
    """Lines of orders: who, when, how much (an own amount, give or take)."""
    rows = [
        {
            "customer_id": name,
            "ordered_at": (START + pd.Timedelta(days=day)).date().isoformat(),
            "order_id": f"{name}-{day}",
            "amount": round(amount * float(np.exp(0.2 * random.standard_normal())), 2),
            "product_id": f"p{int(random.integers(20))}",
            "quantity": int(random.integers(1, 5)),
        }
        for name, (days, amount) in people.items()
        for day in days
    ]
    return pd.DataFrame(rows)


def nothing_changes(random) -> dict:
    """Three kinds of customer with rhythms of their own, for two years."""
    kinds = [(9, 30.0), (22, 70.0), (45, 20.0)]
    return {
        f"c{number:03d}": (
            every(random, interval=kinds[number % 3][0], first=random.integers(20),
                  spread=0.25),
            kinds[number % 3][1],
        )
        for number in range(300)
    }  # fmt: skip


def weekly_grocer(random) -> dict:
    """Everybody comes every week, to the end."""
    return {
        f"c{number:03d}": (
            every(random, interval=7, first=random.integers(7), spread=0.1),
            20.0 + 40 * (number % 4),
        )
        for number in range(250)
    }


def one_order_each(random) -> dict:
    """Nobody has come back yet."""
    return {
        f"c{number:03d}": ([int(random.integers(DAYS))], 15.0 + 30 * (number % 5))
        for number in range(300)
    }


def one_giant(random) -> dict:
    """Small customers, and one who spends more than all of them."""
    people = {
        f"c{number:03d}": (
            every(random, interval=14 + 20 * (number % 3), first=random.integers(30),
                  spread=0.4),
            12.0 + 10 * (number % 4),
        )
        for number in range(299)
    }  # fmt: skip
    people["giant"] = (every(random, interval=2, first=0, spread=0.2), 9000.0)
    return people


def one_season(random) -> dict:
    """A ski shop of ten months: the season ahead was never seen."""
    first = DAYS - 300
    return {
        f"c{number:03d}": (
            [
                day + first
                for day in every(
                    random,
                    interval=15 + 15 * (number % 3),
                    first=random.integers(40),
                    spread=0.4,
                )
                if day < 300
            ],
            25.0 + 30 * (number % 3),
        )
        for number in range(300)
    }


def yearly_contracts(random) -> dict:
    """Subscriptions paid once a year; nearly all renew on the day."""
    people = {}
    for number in range(300):
        first = int(random.integers(365))
        days = [first] + ([first + 365] if first + 365 < DAYS else [])
        people[f"c{number:03d}"] = (days, 60.0 + 60 * (number % 3))
    return people


SHOPS: dict[str, Callable] = {
    "nothing_changes": nothing_changes,
    "weekly_grocer": weekly_grocer,
    "one_order_each": one_order_each,
    "one_giant": one_giant,
    "one_season": one_season,
    "yearly_contracts": yearly_contracts,
}


def write_shop(name: str, folder: Path) -> dict[str, object]:
    """Writes the shop's orders; returns the vars of a build of them."""
    random = np.random.default_rng(sorted(SHOPS).index(name))
    path = folder / f"{name}.csv"
    orders(SHOPS[name](random), random).to_csv(path, index=False)
    return {"transactions": str(path), "currency": "EUR"}
