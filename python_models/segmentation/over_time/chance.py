"""How far customers move by chance alone, and how much of their movement that is.

Somebody who orders at a constant rate has good and bad quarters. Two quarters of theirs
are drawn here from the rate of their last two years: the distance between the two is
what chance does to a customer who did not change.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentation.preparing.preprocessing import transform
from segmentation.preparing.shrinkage import (
    DAYS_PER_MONTH,
    RATE,
    RATE_DAYS,
    rate_prior,
)

# What a quarter decides; the other features change over years.
QUARTERLY = (RATE, "spend_per_month_recent", "recency_days")
# Days between two dates whose quarters do not overlap, half a year as elsewhere.
LAG_DAYS = 180
# Customers, at least: a share of fewer is chance itself.
FEWEST = 100
# Share of moves by chance that are within the reach.
REACH_SHARE = 0.99
# Pairs of quarters drawn: 4 for each customer, and for few customers so many that the
# reach does not hang on who is drawn.
DRAWS = 4
FEWEST_PAIRS = 40000
DIGITS = 4
# Order values that vary more than this times their mean are one order's doing.
MOST_SPREAD = 3.0


@dataclass(frozen=True)
class Chance:
    """What chance explains of the movement of half a year.

    Attributes
    ----------
    chance_share
        Mean squared distance by chance over that of the customers; 0 where it is not
        known.
    chance_reach
        Distance, in model dimensions, that 99% of customers stay within by chance.
    """

    chance_share: float = 0.0
    chance_reach: float = 0.0


def noted_chance(facts: Mapping[str, object]) -> Chance | None:
    """Return what was noted with a published model; None where it was not known."""
    if not facts.get("chance_share"):
        return None
    return Chance(facts["chance_share"], facts["chance_reach"])


def movement_by_chance(
    *, now: pd.DataFrame, before: pd.DataFrame, fitted: pd.DataFrame, settling_days: int
) -> Chance:
    """Return how much of the customers' movement is chance, and how far chance goes.

    Parameters
    ----------
    now
        n customers with the raw columns of int_customer_features.
    before
        The same columns of those who were there `LAG_DAYS` before or earlier.
    fitted
        Rows of `fit_preprocessing`.
    settling_days
        Who was younger then is left out.

    Returns
    -------
    Chance
        Zeros where fewer than `FEWEST` customers were there, or no feature of a quarter
        is used.
    """
    used = fitted[fitted["is_used"].astype(bool)].sort_values("position")
    quarterly = used["feature"].isin(QUARTERLY).to_numpy()
    settled = before[before["tenure_days"] >= settling_days]
    both = now.merge(settled[["customer_id"]], on="customer_id")
    both = both.sort_values("customer_id", ignore_index=True)
    if len(both) < FEWEST or not quarterly.any():
        return Chance()
    then = both[["customer_id"]].merge(settled, on="customer_id")
    moved = transform(frame=both, fitted=fitted) - transform(frame=then, fitted=fitted)
    rng = np.random.default_rng(0)
    times = math.ceil(FEWEST_PAIRS / (DRAWS * len(both)))
    copies = both.loc[both.index.repeat(times)].reset_index(drop=True)
    drawn = [
        transform(frame=drawn_quarter(copies, rng), fitted=fitted)
        - transform(frame=drawn_quarter(copies, rng), fitted=fitted)
        for _ in range(DRAWS)
    ]
    # Regular customers leave less to chance than dice do.
    by_chance = min(dispersion(both), 1.0) * np.concatenate(drawn) ** 2
    actual = (moved[:, quarterly] ** 2).sum(axis=1).mean()
    if not actual:
        return Chance()
    share = by_chance[:, quarterly].sum(axis=1).mean() / actual
    reach = np.quantile(np.sqrt(by_chance.sum(axis=1)), REACH_SHARE)
    return Chance(round(float(share), DIGITS), round(float(reach), DIGITS))


def dispersion(frame: pd.DataFrame) -> float:
    """Return how customers' pauses vary: 1 as those of dice thrown every day, 0 not.

    The mean, over customers with two pauses or more, of their squared coefficient of
    variation, over its expectation where a day's order does not depend on the others':
    (n - 1) / (n + 1) of n pauses, and less by the order days among all days.
    """
    gaps, spread, pause = (
        frame[name].to_numpy(float, na_value=np.nan)
        for name in ("gap_count", "interpurchase_cv", "interpurchase_days_mean")
    )
    known = (gaps >= 2) & np.isfinite(spread) & (pause > 1)
    if not known.any():
        return 1.0
    gaps, spread, pause = gaps[known], spread[known], pause[known]
    expected = (gaps - 1) / (gaps + 1) * (1 - 1 / pause)
    weights = np.minimum(gaps - 1, 10)
    # A ratio of sums: pauses of a day or two say little.
    return float((weights * spread**2).sum() / (weights * expected).sum())


def drawn_quarter(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the customers after another quarter at the same rate.

    Order days are Poisson at the rate of the feature window, shrunk as it is; the wait
    since the last one is exponential; the mean value of an order varies as the values
    of one customer do.
    """
    column = lambda name: frame[name].to_numpy(float, na_value=0.0)  # noqa: E731
    prior = rate_prior(column(RATE) / DAYS_PER_MONTH, column(RATE_DAYS))
    days, recent_days = column("observed_days"), column(RATE_DAYS)
    repeats = np.round(column("orders_per_month") * days / DAYS_PER_MONTH)
    rates = (repeats + prior.value * prior.events) / (days + prior.events)
    recent = rng.poisson(rates * recent_days)
    earlier = rng.poisson(rates * np.maximum(days - recent_days, 0))
    wait = rng.exponential(1 / np.maximum(rates, 1e-9))
    # Whoever came in the quarter waits for less than it, the others for longer.
    wait = np.where(
        recent > 0, np.minimum(wait, recent_days), np.maximum(wait, recent_days)
    )
    spread = frame["order_value_cv"].to_numpy(float, na_value=np.nan)
    spread = np.minimum(spread[np.isfinite(spread)], MOST_SPREAD)
    variance = (spread**2).mean() if len(spread) else 0.0
    logged = np.log1p(variance / np.maximum(recent, 1))
    value = np.exp(rng.normal(size=len(frame)) * np.sqrt(logged) - logged / 2)
    value = value * column("average_order_value")
    per_month = DAYS_PER_MONTH / np.maximum(recent_days, 1)
    return frame.assign(
        orders_per_month_recent=per_month * recent,
        spend_per_month_recent=per_month * recent * value,
        orders_per_month=DAYS_PER_MONTH * (recent + earlier) / np.maximum(days, 1),
        recency_days=np.round(np.minimum(wait, column("tenure_days"))),
    )
