"""A small synthetic publication whose tables agree with each other.

Every table is counted from one made-up list of customers, so a report drawn from it
can be checked number by number. Deterministic: the same arguments, the same tables.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd

AS_OF = date(2026, 10, 31)

# name, description, action, detail, share of customers, then the typical customer.
PERSONAS = [
    (
        "Champions",
        "Buy often, recently and for a lot.",
        "Reward and protect",
        "Early access and a named contact; ask for referrals.",
        0.09,
        (8, 26, 110, 900, 4.2, 2.1, 0.5, 1.5, 0.04, 0.02),
    ),
    (
        "Loyal regulars",
        "Come back every month for full baskets.",
        "Grow the basket",
        "Cross-sell into a second category; bundle at the usual value.",
        0.19,
        (25, 10, 62, 700, 3.1, 1.0, 0.7, 1.3, 0.13, 0.03),
    ),
    (
        "Discount driven",
        "Wait for offers, then buy little.",
        "Steer off discount",
        "Swap vouchers for free shipping thresholds.",
        0.26,
        (95, 5, 38, 620, 1.9, 0.4, 0.9, 0.9, 0.32, 0.05),
    ),
    (
        "Promising newcomers",
        "First orders lately; not yet a habit.",
        "Win the second order",
        "Welcome series within 14 days of the first order.",
        0.18,
        (20, 2, 70, 60, 2.4, 0.8, 0.6, 0.6, 0.10, 0.02),
    ),
    (
        "Lapsed one-timers",
        "Bought once, long ago.",
        "Win back or let go",
        "One reactivation mail with a deadline, then low-cost channels.",
        0.28,
        (240, 1, 42, 300, 1.7, 0.1, 0.8, 0.3, 0.30, 0.06),
    ),
]

# feature, label, unit, kind, log_offset: in the order of the persona's numbers.
FEATURES = [
    ("recency_days", "Days since last order", "days", "recency", 30.0),
    ("order_count", "Orders", "orders", "numeric", 1.0),
    ("average_order_value", "Average order", "money", "money", 0.5),
    ("tenure_days", "Days as a customer", "days", "numeric", 30.0),
    ("items_per_order", "Items per order", "ratio", "numeric", 1.0),
    ("orders_per_month", "Orders a month", "ratio", "numeric", 1.0),
    ("interpurchase_cv", "Irregularity of buying", "ratio", "numeric", None),
    ("category_count", "Categories bought", "ratio", "numeric", None),
    ("discount_share", "Share of discount", "share", "share", None),
    ("return_share", "Share returned", "share", "share", None),
]
# feature -> what it rests on, the feature its prior is times, the prior, its events.
PULLED = {
    "average_order_value": ("window_order_count", None, 55.0, 3.0),
    "items_per_order": ("window_order_count", "average_order_value", 0.04, 3.0),
    "return_share": ("window_order_count", None, 0.03, 10.0),
}
CAPS = {"recency_days": 365.0}
DROPPED = ("channel_share", "Share of main channel", "constant: one value for all")

RFM_ROWS = {
    5: ["New", "Potential Loyalist", "Potential Loyalist", "Champions", "Champions"],
    4: ["Promising", "Potential Loyalist", "Potential Loyalist", "Loyal", "Loyal"],
    3: ["About to Sleep", "About to Sleep", "Need Attention", "Loyal", "Loyal"],
    2: ["Hibernating", "Hibernating", "At Risk", "At Risk", "Can't Lose"],
    1: ["Hibernating", "Hibernating", "At Risk", "At Risk", "Can't Lose"],
}


def transform(*, offset: float | None, values: np.ndarray) -> np.ndarray:
    """As they are, or the logarithm above an offset."""
    return values if offset is None or np.isnan(offset) else np.log(offset + values)


def make_customers(*, count: int, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Customers with their features, and the persona each was drawn from."""
    random = np.random.default_rng(seed)
    persona = random.choice(len(PERSONAS), count, p=[row[4] for row in PERSONAS])
    typical = np.array([row[5] for row in PERSONAS])[persona]
    noisy = typical * np.exp(random.normal(0, 0.35, typical.shape))
    frame = pd.DataFrame(noisy, columns=[row[0] for row in FEATURES])
    frame["recency_days"] = frame["recency_days"].round().astype(int)
    frame["order_count"] = frame["order_count"].round().clip(1).astype(int)
    frame["tenure_days"] = (
        frame["tenure_days"].round().clip(frame["recency_days"]).astype(int)
    )
    for name in ("discount_share", "return_share"):
        frame[name] = frame[name].clip(0, 1)
    frame["average_order_value"] = frame["average_order_value"].round(2)
    frame["window_order_count"] = frame["order_count"] - frame["order_count"] % 2
    frame["btyd_frequency"] = frame["order_count"] - 1
    frame.loc[random.random(count) < 0.02, "interpurchase_cv"] = np.nan
    frame.loc[frame["window_order_count"] == 0, "return_share"] = np.nan
    frame.insert(0, "customer_id", [f"{number:05d}" for number in range(1, count + 1)])
    frame["monetary_value"] = [
        Decimal(str(round(value, 2)))
        for value in frame["average_order_value"] * frame["order_count"]
    ]
    frame["lifetime_revenue"] = frame["monetary_value"]
    as_of = pd.Timestamp(AS_OF)
    frame["last_order_date"] = as_of - pd.to_timedelta(frame["recency_days"], "D")
    frame["first_order_date"] = as_of - pd.to_timedelta(frame["tenure_days"], "D")
    frame["channel_share"] = 1.0
    return frame, persona


def pulled(customers: pd.DataFrame, feature: str) -> pd.Series:
    """A feature, pulled to everybody's by what it rests on, and capped."""
    values = customers[feature].astype(float)
    if feature in PULLED:
        evidence, other, prior, weight = PULLED[feature]
        events = customers[evidence].where(values.notna(), 0)
        own = 1.0 if other is None else pulled(customers, other)
        total = values.fillna(0) * events + prior * own * weight
        values = total / (events + weight)
    return values.clip(upper=CAPS.get(feature))


def fit_features(customers: pd.DataFrame) -> pd.DataFrame:
    """The preprocessing as rows, as the model publishes it."""
    rows = []
    for position, (feature, _, _, kind, offset) in enumerate(FEATURES, start=1):
        raw = pulled(customers, feature)
        fill = float(raw.median())
        values = transform(offset=offset, values=raw.fillna(fill).to_numpy())
        low, high = np.quantile(values, [0.01, 0.99])
        clipped = values.clip(low, high)
        rows.append(
            (
                position,
                feature,
                None,
                kind,
                *PULLED.get(feature, (None, None, None, None)),
                CAPS.get(feature),
                fill,
                offset,
                low,
                high,
                clipped.mean(),
                clipped.std(),
                1.0,
                True,
                None,
            )
        )
    rows.append(
        (
            None,
            DROPPED[0],
            None,
            "share",
            *[None] * 5,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            False,
            DROPPED[2],
        )
    )
    return pd.DataFrame(
        rows,
        columns=[
            "position",
            "feature",
            "category_value",
            "kind",
            "evidence_column",
            "prior_feature",
            "prior_value",
            "prior_events",
            "value_cap",
            "fill_value",
            "log_offset",
            "lower_bound",
            "upper_bound",
            "mean",
            "standard_deviation",
            "scale_weight",
            "is_used",
            "reason",
        ],
    )


def standardise(*, customers: pd.DataFrame, features: pd.DataFrame) -> np.ndarray:
    """z of SPEC.md, one column a used feature."""
    columns = []
    for row in features[features["is_used"].astype(bool)].itertuples():
        raw = pulled(customers, row.feature).fillna(row.fill_value).to_numpy()
        values = transform(offset=row.log_offset, values=raw)
        values = values.clip(row.lower_bound, row.upper_bound)
        columns.append(row.scale_weight * (values - row.mean) / row.standard_deviation)
    return np.column_stack(columns)


def make_tables(*, count: int = 600, seed: int = 7) -> dict[str, pd.DataFrame]:
    """Every published table for `count` made-up customers."""
    from report_fixture_marts import make_marts

    customers, persona = make_customers(count=count, seed=seed)
    features = fit_features(customers)
    z = standardise(customers=customers, features=features)
    centres = np.array([z[persona == p].mean(axis=0) for p in range(len(PERSONAS))])
    scores = z @ centres.T - (centres**2).sum(axis=1) / 2
    order = np.argsort(-scores, axis=1)
    best, second = order[:, 0], order[:, 1]
    margin = np.sort(scores, axis=1)[:, -1] - np.sort(scores, axis=1)[:, -2]
    calibration = pd.DataFrame(
        {"margin": [0.0, 0.5, 1.5, 4.0], "confidence": [0.5, 0.7, 0.9, 0.99]}
    )
    confidence = np.interp(margin, calibration["margin"], calibration["confidence"])
    random = np.random.default_rng(seed + 1)
    moved = random.random(count) < 0.12
    previous = np.where(moved, second, best)

    def ids(numbers):
        return [f"s{number + 1:02d}" for number in numbers]

    def names(numbers):
        return [PERSONAS[number][0] for number in numbers]

    customers = customers.assign(
        as_of_date=pd.Timestamp(AS_OF),
        segment_id=ids(best),
        segment_name=names(best),
        next_segment_id=ids(second),
        next_segment_name=names(second),
        previous_segment_id=ids(previous),
        confidence=confidence,
    )
    fresh = customers["tenure_days"] < 20
    customers.loc[fresh, "previous_segment_id"] = None
    prototypes = pd.DataFrame(
        {
            "segment_id": ids(range(len(PERSONAS))),
            "prototype": range(1, len(PERSONAS) + 1),
            "weights": [json.dumps(list(map(float, row))) for row in centres],
            "prototype_offset": -(centres**2).sum(axis=1) / 2,
        }
    )
    tables = {
        "model_features": features,
        "model_prototypes": prototypes,
        "model_calibration": calibration,
    }
    return tables | make_marts(
        customers=customers,
        z=z,
        features=FEATURES,
        personas=PERSONAS,
        rfm_rows=RFM_ROWS,
        seed=seed,
    )


PUBLISHED_AT = datetime(2026, 11, 1, 6, 7, 8)
