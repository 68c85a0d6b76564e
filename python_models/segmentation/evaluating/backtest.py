"""Today's way to segment, applied three months ago, judged by what came next."""

from __future__ import annotations

import calendar
import datetime
from dataclasses import replace

import numpy as np
import pandas as pd

from segmentation.assigning.model_rows import assign
from segmentation.evaluating.group_means import quantile_groups
from segmentation.evaluating.usefulness import measure_usefulness, too_short
from segmentation.preparing.fit_settings import Settings
from segmentation.preparing.preprocessing import fit_preprocessing, transform

OUTCOME_MONTHS = 3
# Fewer customers, or fewer months before the date, and the figures are chance.
LEAST_CUSTOMERS = 200
LEAST_HISTORY_DAYS = 80
SPEND_GROUPS = 10
# The number of segments is given: resampling, which helps to choose it, is cut short.
RESAMPLE_COUNT = 2


def month_end_after(date: datetime.date, months: int) -> datetime.date:
    """Return the last day of the month that many months after a date's.

    Examples
    --------
    >>> month_end_after(datetime.date(2023, 11, 30), 3)
    datetime.date(2024, 2, 29)
    """
    month = date.month - 1 + months
    year, month = date.year + month // 12, month % 12 + 1
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def evaluation_date(dates: list[datetime.date]) -> datetime.date | None:
    """Return the newest month end with three whole months of orders after it.

    Parameters
    ----------
    dates
        As-of dates: month ends and the newest date.
    """
    known = sorted(dates)
    fitting = [
        date
        for date in known
        if date == month_end_after(date, 0)
        and month_end_after(date, OUTCOME_MONTHS) <= known[-1]
    ]
    return fitting[-1] if fitting else None


def outcomes_after(
    *, customer_ids: pd.Series, months: pd.DataFrame, as_of_date: datetime.date
) -> pd.DataFrame:
    """Return what customers did in the three months after a date.

    Parameters
    ----------
    customer_ids
        The customers; those without a month did nothing.
    months
        customer_id, month_start, net_amount, order_count: one row per customer and
        month; other months are left out.

    Returns
    -------
    customer_id, spend_90d, orders_90d, is_silent_90d, in the order of `customer_ids`.
    """
    starts = pd.to_datetime(months["month_start"])
    last = month_end_after(as_of_date, OUTCOME_MONTHS)
    inside = (starts > pd.Timestamp(as_of_date)) & (starts <= pd.Timestamp(last))
    totals = (
        months[inside]
        .astype({"net_amount": float})
        .groupby("customer_id")[["net_amount", "order_count"]]
        .sum()
        .reindex(customer_ids)
        .fillna(0.0)
    )
    return pd.DataFrame(
        {
            "customer_id": np.asarray(customer_ids),
            "spend_90d": totals["net_amount"].to_numpy(float).round(2),
            "orders_90d": totals["order_count"].to_numpy(float),
            "is_silent_90d": (totals["order_count"].to_numpy(float) == 0).astype(int),
        }
    )


def segments_then(
    *,
    features: pd.DataFrame,
    preprocessing: dict,
    settings: Settings,
    algorithm: str,
    segment_count: int,
) -> np.ndarray:
    """Return (n,) segments fitted on an earlier date's features and nothing later.

    Parameters
    ----------
    features
        n customers at the earlier date, in raw units.
    preprocessing
        Settings of `fit_preprocessing`, segment_features among them.
    settings
        Those of today's fit.
    algorithm, segment_count
        As chosen today: how to segment is kept, all numbers are fitted anew.
    """
    # Loads scikit-learn: not for whoever only asks for the date.
    from segmentation.clustering.fitting import fit_candidates

    steps = fit_preprocessing(frame=features, **preprocessing)
    vectors = transform(frame=features, fitted=steps)
    candidates = fit_candidates(
        vectors=vectors,
        keys=features["customer_id"],
        settings=replace(
            settings,
            algorithm=algorithm,
            segment_count=segment_count,
            segment_count_min=segment_count,
            segment_count_max=segment_count,
            resample_count=RESAMPLE_COUNT,
        ),
    )
    selected = candidates[candidates["is_selected"].astype(bool)].iloc[0]
    return assign(vectors=vectors, candidate=selected)


def backtest(
    *,
    customers: pd.DataFrame,
    months: pd.DataFrame,
    as_of_date: datetime.date | None,
    preprocessing: dict,
    settings: Settings,
    algorithm: str,
    segment_count: int,
) -> pd.DataFrame:
    """Compare segments with plain RFM, all formed at an earlier date.

    Parameters
    ----------
    customers
        Features and RFM scores (r_score, f_score, m_score, rfm_group) at that date.
    months
        As in `outcomes_after`.
    as_of_date
        The earlier date; None where the history is too short for one.
    preprocessing, settings, algorithm, segment_count
        As in `segments_then`.

    Returns
    -------
    As `measure_usefulness` returns it, or one row that says why there is nothing.
    """
    if as_of_date is None:
        return too_short(
            as_of_date=None,
            reason="the orders do not cover a month end with three months after it.",
        )
    if len(customers) < LEAST_CUSTOMERS:
        return too_short(
            as_of_date=as_of_date,
            reason=f"only {len(customers):,} customers had ordered by {as_of_date}.",
        )
    if customers["tenure_days"].max() < LEAST_HISTORY_DAYS:
        return too_short(
            as_of_date=as_of_date,
            reason=f"the orders begin less than three months before {as_of_date}.",
        )
    customers = customers.sort_values("customer_id", kind="stable")
    cells = customers[["r_score", "f_score", "m_score"]].astype(int).astype("str")
    groupings = {
        "segments": segments_then(
            features=customers,
            preprocessing=preprocessing,
            settings=settings,
            algorithm=algorithm,
            segment_count=segment_count,
        ),
        "rfm_groups": customers["rfm_group"].to_numpy(object),
        "rfm_quintiles": cells.agg("".join, axis=1).to_numpy(object),
        "spend_deciles": quantile_groups(
            customers["monetary_value"].to_numpy(float), SPEND_GROUPS
        ),
    }
    outcomes = outcomes_after(
        customer_ids=customers["customer_id"], months=months, as_of_date=as_of_date
    )
    return measure_usefulness(
        customers=outcomes, groupings=groupings, as_of_date=as_of_date
    )
