"""The sample shop worked out again in plain Python, from design.md and the models'
descriptions: orders, features, cut points and scores for every as-of date. None of the
project's SQL or package is used, so a fault in it cannot be in both."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median

SEEDS = Path(__file__).parents[3] / "seeds"
BANDS = (1, 2, 4, 8)
PRIOR_ORDERS = 10
# Features that are published and not worked out here, each with its reason.
NOT_WORKED_OUT: dict[str, str] = {}
# What raw_features says that is no feature.
WORKINGS = ("gap_count", "spreads", "shares")


def seed(name: str) -> list[dict[str, str]]:
    """Rows of a seed file."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def accepted_lines() -> list[dict]:
    """The lines that count; the eight bad ones are the orders X1 to X8."""
    lines = []
    for row in seed("sample_transactions"):
        if row["order_id"].startswith("X"):
            continue
        amount = Decimal(row["amount"])
        taken_back = row["status"] == "returned" or int(row["quantity"]) < 0
        lines.append(
            {
                "customer": row["customer_id"],
                "order": row["order_id"],
                "day": dt.date.fromisoformat(row["ordered_at"][:10]),
                "category": row["category"],
                "channel": row["channel"],
                "net": -abs(amount) if taken_back else amount,
                "discount": Decimal(row["discount"] or 0),
                "is_return": taken_back or amount < 0,
            }
        )
    return lines


def orders_of(lines: list[dict]) -> list[dict]:
    """One order per customer and id, on the day of its first line, net of refunds."""
    groups = defaultdict(list)
    for line in lines:
        groups[line["customer"], line["order"]].append(line)
    orders = []
    for (customer, _), group in groups.items():
        net = sum(line["net"] for line in group)
        orders.append(
            {
                "customer": customer,
                "day": min(line["day"] for line in group),
                "channel": min(line["channel"] for line in group),
                "lines": len(group),
                "returned_lines": sum(line["is_return"] for line in group),
                "gross": sum(line["net"] for line in group if not line["is_return"]),
                "net": net,
                "discount": sum(line["discount"] for line in group),
                "is_paid": net > 0,
            }
        )
    return orders


def as_of_dates(orders: list[dict]) -> list[dt.date]:
    """Every month end since the first paid order, then the newest day."""
    paid = [order["day"] for order in orders if order["is_paid"]]
    newest, day = max(paid), min(paid)
    dates = []
    while (end := next_month(day) - dt.timedelta(days=1)) < newest:
        dates.append(end)
        day = next_month(day)
    return [*dates, newest]


def next_month(day: dt.date) -> dt.date:
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)


def variation(values: list) -> float | None:
    """Standard deviation over mean; None below two values."""
    if len(values) < 2 or sum(values) <= 0:
        return None
    mean = float(sum(values)) / len(values)
    return math.sqrt(sum((float(v) - mean) ** 2 for v in values) / len(values)) / mean


def ratio(part, whole) -> float | None:
    return float(part) / float(whole) if whole else None


def same_pairs(counts: list[int]) -> int:
    return sum(count * (count - 1) for count in counts)


def raw_features(orders: list[dict], lines: list[dict], at: dt.date, web: str) -> dict:
    """What one customer's orders up to a date say before anybody else is asked."""
    paid = [order for order in orders if order["is_paid"]]
    days = sorted({order["day"] for order in paid})
    gaps = [(b - a).days for a, b in pairwise(days)]
    months = defaultdict(Counter)
    for line in lines:
        if not line["is_return"] and line["category"]:
            months[line["day"].replace(day=1)][line["category"]] += 1
    gross = sum(order["gross"] for order in orders)
    discount = sum(order["discount"] for order in orders)
    line_count = sum(order["lines"] for order in orders)
    pairs = sum(n * (n - 1) for n in (sum(m.values()) for m in months.values()))
    ages = [(at - day).days for day in days]
    return {
        "first_order_date": days[0] if days else None,
        "last_order_date": days[-1] if days else None,
        "order_count": len(paid),
        "monetary_value": sum(order["net"] for order in orders),
        "recency_days": (at - days[-1]).days if days else None,
        "tenure_days": (at - days[0]).days if days else None,
        "btyd_recency_days": (days[-1] - days[0]).days if days else None,
        "average_order_value": ratio(sum(o["gross"] for o in paid), len(paid)),
        "items_per_order": ratio(line_count, len(paid)),
        "interpurchase_days_mean": ratio(sum(gaps), len(gaps)),
        "orders_per_month": len(paid)
        / max((days[-1] - days[0]).days / 30 if days else 1, 1),
        "category_count": len({name for month in months.values() for name in month}),
        "recent_order_days": sum(age < 90 for age in ages),
        "prior_order_days": sum(90 <= age < 180 for age in ages),
        "gap_count": len(gaps),
        # Measure, its events, what stands behind it: part, whole and prior events.
        "spreads": {
            "order_value_cv": (variation([o["gross"] for o in paid]), len(paid) - 1),
            "interpurchase_cv": (variation(gaps), len(gaps) - 1),
        },
        "shares": {
            "discount_share": (discount, gross + discount, line_count, 2),
            "return_share": (
                sum(order["returned_lines"] for order in orders),
                line_count,
                line_count,
                2,
            ),
            "weekend_share": (
                sum(order["day"].weekday() >= 5 for order in paid),
                len(paid),
                len(paid),
                1,
            ),
            "channel_share": (
                sum(order["channel"] == web for order in paid),
                len(paid),
                len(paid),
                1,
            ),
            "category_concentration": (
                sum(same_pairs(list(month.values())) for month in months.values()),
                pairs,
                pairs,
                2,
            ),
        },
    }


def leaned(value: float | None, events: int, population: float, prior: int) -> float:
    """A ratio pulled towards the population's by some events' worth of it."""
    events = max(events, 0)
    return ((value or 0) * events + population * prior) / (events + prior)


def features_at(orders: list[dict], lines: list[dict], at: dt.date) -> dict[str, dict]:
    """The features of every customer with an order up to a date."""
    first = min(line["day"] for line in lines)
    web = Counter(
        line["channel"] for line in lines if (line["day"] - first).days < 365
    ).most_common(1)[0][0]
    past, past_lines = defaultdict(list), defaultdict(list)
    for rows, groups in ((orders, past), (lines, past_lines)):
        for row in rows:
            if row["day"] <= at:
                groups[row["customer"]].append(row)
    found = {
        customer: raw_features(rows, past_lines[customer], at, web)
        for customer, rows in past.items()
    }
    everybody = list(found.values())
    for name in ("average_order_value", "items_per_order"):
        middle = median(one[name] for one in everybody if one[name] is not None)
        for one in everybody:
            one[name] = middle if one[name] is None else one[name]
    for name in ("order_value_cv", "interpurchase_cv"):
        known = [
            one["spreads"][name][0]
            for one in everybody
            if one["spreads"][name][0] is not None
            and (name == "order_value_cv" or one["gap_count"] >= 2)
        ]
        for one in everybody:
            value, events = one["spreads"][name]
            one[name] = (
                leaned(value, events, median(known), PRIOR_ORDERS) if known else None
            )
    for name in everybody[0]["shares"]:
        shares = [one["shares"][name] for one in everybody]
        if name == "discount_share":
            # Of an average line, however much it cost.
            shares = [(ratio(*one[:2]) * one[2], one[2]) for one in shares if one[1]]
        population = ratio(*(sum(one[at] for one in shares) for at in (0, 1)))
        for one in everybody:
            part, whole, events, prior = one["shares"][name]
            one[name] = leaned(
                ratio(part, whole), events, population, prior * PRIOR_ORDERS
            )
    for one in everybody:
        recent, prior = one["recent_order_days"], one["prior_order_days"]
        one["activity_trend"] = (recent + 1) / (recent + prior + 2)
        one["lifetime_revenue"] = one["monetary_value"]
        one["btyd_frequency"] = max(one["order_count"] - 1, 0)
        one["btyd_age_days"] = one["tenure_days"]
        for name in WORKINGS:
            del one[name]
    return found


def quantile(values: list, share: Fraction):
    """The smallest value that at least this share of the values do not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


def cut_points(features: dict[str, dict]) -> dict[str, tuple[list, str]]:
    """Four cut points of each measure and the method behind them."""
    buyers = [one for one in features.values() if one["order_count"] > 0]
    cuts = {}
    for measure, column in (
        ("recency", "recency_days"),
        ("frequency", "order_count"),
        ("monetary", "monetary_value"),
    ):
        values = [one[column] for one in buyers]
        found = [quantile(values, Fraction(fifth, 5)) for fifth in (1, 2, 3, 4)]
        is_banded = measure == "frequency" and len(set(found)) < 4
        cuts[measure] = (list(BANDS), "bands") if is_banded else (found, "quintiles")
    return cuts


def scores(one: dict, cuts: dict[str, tuple[list, str]]) -> tuple:
    """R, F and M of a customer, 5 best; None without a paid order."""
    if not one["order_count"]:
        return (None, None, None)

    def above(value, measure: str) -> int:
        return sum(value > cut for cut in cuts[measure][0])

    return (
        5 - above(one["recency_days"], "recency"),
        1 + above(one["order_count"], "frequency"),
        1 + above(one["monetary_value"], "monetary"),
    )
