"""The sample shop worked out again in plain Python, from the models' descriptions:
orders, features, cut points and scores for every as-of date. None of the project's SQL
or package is used, so a fault in it cannot be in both."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

SEEDS = Path(__file__).parents[3] / "seeds"
BANDS = (1, 2, 4, 8)
# Calendar months that each window looks back; the date's own from the 16th on.
RECENT_MONTHS, RFM_MONTHS, FEATURE_MONTHS = 3, 12, 24
# Fewer observed days are not scaled up to a full RFM window.
LEAST_SCALED_DAYS = 90
# Features that are published and not worked out here, each with its reason.
NOT_WORKED_OUT: dict[str, str] = {}


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
                "product": row["product_id"],
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
                "items": items_of(group),
                "returned_items": items_of([x for x in group if x["is_return"]]),
                "gross": sum(line["net"] for line in group if not line["is_return"]),
                "net": net,
                "discount": sum(line["discount"] for line in group),
                "is_paid": net > 0,
            }
        )
    return orders


def items_of(lines: list[dict]) -> int:
    """A product is one item on however many lines; its return is another."""
    known = {
        (line["order"], line["product"], line["is_return"])
        for line in lines
        if line["product"]
    }
    return len(known) + sum(not line["product"] for line in lines)


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


def months_before(day: dt.date, months: int) -> dt.date:
    """The first day of a month so many months before that of a day."""
    number = 12 * day.year + day.month - 1 - months
    return dt.date(number // 12, number % 12 + 1, 1)


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


def since(at: dt.date, months: int, days: list[dt.date]) -> dict:
    """A window: its first day, how long it was observed, and the order days in it.

    It is observed from its first day, or from the first order where that came later:
    that order is not counted, it is when the counting begins.
    """
    start = months_before(at - dt.timedelta(days=15), months - 1)
    first = days[0] if days else None
    inside = [day for day in days if day >= start]
    is_old = first is not None and first < start
    return {
        "start": start,
        "days": inside,
        "observed": first and ((at - start).days + 1 if is_old else (at - first).days),
        "firsts": 0 if is_old else 1,
        "repeats": max(len(inside) - (not is_old), 0),
    }


def per_month(amount, window: dict) -> float | None:
    """An amount of a window per 30 observed days; None where none was observed."""
    return 30 * amount / window["observed"] if window["observed"] else None


def rfm_scale(order_count: int, window: dict, at: dt.date) -> float:
    """How much more a full window would hold, but for a first order."""
    if not order_count:
        return 1.0
    firsts = min(window["firsts"], order_count)
    length = (at - window["start"]).days + 1
    more = max(1.0, length / max(window["observed"], LEAST_SCALED_DAYS))
    return (firsts + (order_count - firsts) * more) / order_count


def customer_features(
    orders: list[dict], lines: list[dict], at: dt.date, web: str
) -> dict:
    """What one customer's orders up to a date say."""
    all_paid = [order for order in orders if order["is_paid"]]
    days = sorted({order["day"] for order in all_paid})
    recent = since(at, RECENT_MONTHS, days)
    yearly = since(at, RFM_MONTHS, days)
    window = since(at, FEATURE_MONTHS, days)
    orders_in_window = [o for o in orders if o["day"] >= window["start"]]
    paid = [order for order in orders_in_window if order["is_paid"]]
    recent_value = sum(o["gross"] for o in all_paid if o["day"] >= recent["start"])
    gaps = [(b - a).days for a, b in pairwise(days) if b >= window["start"]]
    months = defaultdict(list)
    for line in lines:
        if (
            not line["is_return"]
            and line["category"]
            and line["day"] >= window["start"]
        ):
            months[line["day"].replace(day=1), line["category"]].append(line)
    counts = defaultdict(list)
    for (month, _), group in months.items():
        counts[month].append(items_of(group))
    pairs = sum(n * (n - 1) for n in map(sum, counts.values()))
    gross = sum(order["gross"] for order in orders_in_window)
    discount = sum(order["discount"] for order in orders_in_window)
    items = sum(order["items"] for order in orders_in_window)
    known_channel = [order for order in paid if order["channel"]]
    ages = [(at - day).days for day in days]
    recent_days = sum(age < 90 for age in ages)
    prior_days = sum(90 <= age < 180 for age in ages)
    order_count = sum(order["day"] >= yearly["start"] for order in all_paid)
    money = sum((o["net"] for o in orders if o["day"] >= yearly["start"]), Decimal(0))
    scale = rfm_scale(order_count, yearly, at)
    return {
        "first_order_date": days[0] if days else None,
        "last_order_date": days[-1] if days else None,
        "recency_days": (at - days[-1]).days if days else None,
        "tenure_days": (at - days[0]).days if days else None,
        "order_count": order_count,
        "monetary_value": money,
        "order_count_scaled": order_count * scale,
        "monetary_value_scaled": float(money) * scale,
        "lifetime_revenue": sum(order["net"] for order in orders),
        "orders_per_month_recent": per_month(recent["repeats"], recent),
        "spend_per_month_recent": per_month(
            float(recent_value) / max(len(recent["days"]), 1) * recent["repeats"],
            recent,
        ),
        "orders_per_month": per_month(window["repeats"], window),
        "average_order_value": ratio(sum(o["gross"] for o in paid), len(paid)),
        "order_value_cv": variation([order["gross"] for order in paid]),
        "items_per_order": ratio(items, len(paid)),
        "interpurchase_days_mean": ratio(sum(gaps), len(gaps)),
        "interpurchase_cv": variation(gaps),
        "category_count": len({category for _, category in months}),
        "category_concentration": ratio(
            sum(same_pairs(month) for month in counts.values()), pairs
        ),
        "discount_share": ratio(discount, gross + discount),
        "return_share": ratio(
            sum(o["returned_items"] for o in orders_in_window), items
        ),
        "weekend_share": ratio(sum(o["day"].weekday() >= 5 for o in paid), len(paid)),
        "channel_share": ratio(
            sum(order["channel"] == web for order in known_channel), len(known_channel)
        ),
        "recent_order_days": recent_days,
        "prior_order_days": prior_days,
        "activity_trend": (recent_days + 1) / (recent_days + prior_days + 2),
        "observed_days_recent": recent["observed"],
        "observed_days": window["observed"],
        "window_order_count": len(paid),
        "window_item_count": items,
        "gap_count": len(gaps),
        "repeated_gap_count": max(len(gaps) - 1, 0),
        "category_pair_count": pairs,
        "known_channel_order_count": len(known_channel),
        "btyd_frequency": max(len(days) - 1, 0),
        "btyd_recency_days": (days[-1] - days[0]).days if days else None,
        "btyd_age_days": (at - days[0]).days if days else None,
    }


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
    return {
        customer: customer_features(rows, past_lines[customer], at, web)
        for customer, rows in past.items()
    }


def quantile(values: list, share: Fraction):
    """The smallest value that at least this share of the values do not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


def cut_points(features: dict[str, dict]) -> dict[str, tuple[list[float], str]]:
    """Four cut points of each measure and the method behind them.

    Who has no order in the RFM window is below all cuts and makes none.
    """
    cuts = {}
    for measure, column in (
        ("recency", "recency_days"),
        ("frequency", "order_count_scaled"),
        ("monetary", "monetary_value_scaled"),
    ):
        values = [
            one[column]
            for one in features.values()
            if one["first_order_date"] and (measure == "recency" or one["order_count"])
        ]
        found = [float(quantile(values, Fraction(fifth, 5))) for fifth in (1, 2, 3, 4)]
        is_banded = measure == "frequency" and len(set(found)) < 4
        cuts[measure] = (list(BANDS), "bands") if is_banded else (found, "quintiles")
    return cuts


def scores(one: dict, cuts: dict[str, tuple[list[float], str]]) -> tuple:
    """R, F and M of a customer, 5 best; None without a paid order."""
    if not one["first_order_date"]:
        return (None, None, None)

    def above(value, measure: str) -> int:
        return sum(value > cut for cut in cuts[measure][0])

    return (
        5 - above(one["recency_days"], "recency"),
        1 + above(one["order_count_scaled"], "frequency"),
        1 + above(one["monetary_value_scaled"], "monetary"),
    )


def everybodys(
    value: float | None, events: float, prior: float, weight: float
) -> float:
    """A ratio pulled to everybody's by what it rests on."""
    events = 0 if value is None else events
    return ((value or 0) * events + prior * weight) / (events + weight)
