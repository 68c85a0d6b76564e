"""Expected spend: a mix for the active, corrected by state and value for all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.evaluating.expectation.lines import rising
from segmentation.evaluating.expectation.ranges import range_rows

# Weights of the mix are tried in tenths.
STEPS = 10
# Fewer active customers, and weights chosen by their errors are chance.
LEAST_ACTIVE = 100
# What a state or bin spent leans to what was expected as if so many more had done so.
STATE_PRIOR_CUSTOMERS = 60
BIN_PRIOR_CUSTOMERS = 20
# Fifths of customers by expected spend: the line through what came goes through them.
BINS = 5
# Of a year that was seen, totals that come out right are worth a tenth more error: most
# customers of a shop spend nothing in a quarter, and error alone says nothing to all.
# Before, what totals lack may be the season.
YEAR_DAYS = 365
YEAR_TOLERANCE = 0.1
INGREDIENTS = ("model_spend", "recent_spend", "prior_spend")

SPEND_SCHEMA = pa.schema(
    [
        ("origin_days_before", pa.int64()),
        ("correction", pa.string()),
        ("group_name", pa.string()),
        ("from_amount", pa.float64()),
        ("correction_value", pa.float64()),
    ]
)


@dataclass(frozen=True)
class Mix:
    """Weights of the mix, and knots from its amounts to those that came."""

    weights: tuple[float, float, float]
    knots: np.ndarray
    values: np.ndarray


def mixed(customers: pd.DataFrame, mix: Mix) -> np.ndarray:
    """Return (n,) expected spend by a mix."""
    amounts = customers[list(INGREDIENTS)].to_numpy(float) @ np.array(mix.weights)
    inside = np.interp(amounts, mix.knots, mix.values)
    above = amounts * mix.values[-1] / mix.knots[-1]
    return np.where(amounts > mix.knots[-1], above, inside)


def fit_mix(active: pd.DataFrame, *, horizon_days: int) -> Mix | None:
    """Return the mix whose corrected amounts were closest to what came.

    Weights are chosen by absolute error, but only after each fifth of customers is put
    where its mean was: by error alone, weights cost a part of the total.

    Parameters
    ----------
    active
        Active customers at past cut-offs: the ingredients, next_spend (money),
        days_before, history_days.
    horizon_days
        A quarter of spend needs a quarter of history.
    """
    full = active["history_days"] >= 2 * horizon_days
    has_prior = full.sum() >= LEAST_ACTIVE
    known = active[full if has_prior else active["history_days"] >= horizon_days]
    if len(known) < LEAST_ACTIVE:
        return None
    came = known["next_spend"].to_numpy(float)
    values = known[list(INGREDIENTS)].to_numpy(float)
    best, least = None, np.inf
    if came.sum() <= 0:
        return None
    for first in range(STEPS + 1):
        for second in range(STEPS + 1 - first):
            third = STEPS - first - second
            if third and not has_prior:
                continue
            weights = tuple(part / STEPS for part in (first, second, third))
            amounts = values @ np.array(weights)
            if amounts.sum() <= 0:
                continue
            mix = _through_bins(amounts, came, weights)
            error = np.abs(mixed(known, mix) - came).mean()
            if error < least * (1 - 1e-9):
                best, least = mix, error
    return best


def _through_bins(amounts: np.ndarray, came: np.ndarray, weights: tuple) -> Mix:
    # Of a quarter's rise or fall of the total nothing is taken for lasting.
    total = came.sum() / amounts.sum()
    cuts = np.quantile(amounts, np.arange(1, BINS) / BINS)
    bins = np.searchsorted(cuts, amounts, side="right")
    means, factors, counts = [], [], []
    for place in np.unique(bins):
        chosen = amounts[bins == place]
        prior = BIN_PRIOR_CUSTOMERS * chosen.mean()
        if chosen.mean() > 0:
            means.append(chosen.mean())
            spent = came[bins == place].sum() / total
            factors.append((spent + prior) / (chosen.sum() + prior))
            counts.append(len(chosen))
    knots = np.array(means)
    values = rising(np.maximum(knots * factors, 0.0), counts)
    # Active customers who spent nothing lately will spend something.
    slope = (values[1] - values[0]) / (knots[1] - knots[0]) if len(knots) > 1 else 0.0
    start = min(max(values[0] - slope * knots[0], 0.0), values[0])
    return Mix(weights, np.r_[0.0, knots], np.r_[start, values])


def state_factors(trials: pd.DataFrame) -> dict[str, float]:
    """Return by lifecycle what came over what was expected, pulled to 1.

    Parameters
    ----------
    trials
        lifecycle, silence_spend (expected at the corrected silence), next_spend.
    """
    factors = {}
    for lifecycle, customers in trials.groupby("lifecycle", sort=True):
        expected = customers["silence_spend"].to_numpy(float)
        prior = STATE_PRIOR_CUSTOMERS * expected.mean()
        if expected.sum() + prior > 0:
            factors[lifecycle] = max(
                0.0, (customers["next_spend"].sum() + prior) / (expected.sum() + prior)
            )
    return factors


def spend_rows(
    trials: pd.DataFrame,
    *,
    horizon_days: int,
    error_tolerance: float,
    range_share: float,
) -> pd.DataFrame:
    """Return the corrections of spend for each day that is predicted.

    Parameters
    ----------
    trials
        One row per origin, past cut-off and customer: origin_days_before, days_before,
        history_days, lifecycle, the ingredients, silence_spend, next_spend (money).
    horizon_days, error_tolerance, range_share
        See the vars prediction_*.

    Returns
    -------
    One row per origin, correction and group: `mix` (weights), `mix_line` (knots),
    `state` (factors of those who are not active), `range_low` and `range_high` (of
    the expected spend, from an amount on).
    """
    rows: list[tuple] = []
    for origin, known in trials.groupby("origin_days_before", sort=True):
        rows += [
            (origin, *row)
            for row in _corrections(
                known,
                origin=origin,
                horizon_days=horizon_days,
                error_tolerance=error_tolerance,
                range_share=range_share,
            )
        ]
    return pd.DataFrame(rows, columns=SPEND_SCHEMA.names)


def _corrections(
    known: pd.DataFrame,
    *,
    origin: int,
    horizon_days: int,
    error_tolerance: float,
    range_share: float,
) -> list[tuple]:
    known = known[known["history_days"] >= horizon_days]
    is_active = (known["lifecycle"] == "active").to_numpy()
    came = known["next_spend"].to_numpy(float)
    expected = known["model_spend"].to_numpy(float, copy=True)
    rows: list[tuple] = []

    others = known[~is_active]
    factors = state_factors(others)
    each = np.array([factors.get(name, 1.0) for name in others["lifecycle"]])
    by_state = others["silence_spend"].to_numpy(float) * each
    plain = np.abs(expected - came)[~is_active].sum()
    history = known["history_days"] + known["days_before"] - origin
    if history.max() >= YEAR_DAYS:
        error_tolerance = max(error_tolerance, YEAR_TOLERANCE)
    if np.abs(by_state - came[~is_active]).sum() <= (1 + error_tolerance) * plain:
        rows += [("state", name, None, value) for name, value in factors.items()]
        expected[~is_active] = by_state

    mix = fit_mix(known[is_active], horizon_days=horizon_days)
    if mix is not None:
        weights = zip(INGREDIENTS, mix.weights, strict=True)
        rows += [("mix", name, None, weight) for name, weight in weights]
        knots = zip(mix.knots.tolist(), mix.values.tolist(), strict=True)
        rows += [("mix_line", "all", knot, value) for knot, value in knots]
        expected[is_active] = mixed(known[is_active], mix)

    # Ranges are of the newest of them, where two horizons lie before it.
    newest = (known["days_before"] == origin + horizon_days) & (
        known["history_days"] >= 2 * horizon_days
    )
    rows += range_rows(
        expected=expected[newest], came=came[newest], range_share=range_share
    )
    return rows
