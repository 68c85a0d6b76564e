"""Expected spend: a mix for the active, corrected by state and value for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.evaluating.expectation.ranges import range_rows

# Weights of the mix are tried in tenths.
STEPS = 10
# Fewer active customers, and weights chosen by their errors are chance.
LEAST_ACTIVE = 100
# A state's or tier's factor leans to 1 as if so many more had spent as expected.
PRIOR_CUSTOMERS = 50
INGREDIENTS = ("model_spend", "recent_spend", "prior_spend")
TIER_SHARES = (0.5, 0.8, 0.95)

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


def value_tiers(amounts: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """Return (n,) tiers from 0: who holds the first share of the total, the next, ...

    Examples
    --------
    >>> value_tiers(np.array([60.0, 30.0, 6.0, 4.0]), (0.5, 0.8, 0.95)).tolist()
    [0, 1, 2, 3]
    """
    order = np.argsort(-amounts, kind="stable")
    before = np.cumsum(amounts[order]) - amounts[order]
    tiers = np.empty(len(amounts), int)
    tiers[order] = np.searchsorted(
        np.asarray(shares) * amounts.sum(), before, side="right"
    )
    return tiers


def fit_mix(active: pd.DataFrame, *, horizon_days: int) -> Mix | None:
    """Return the mix whose corrected amounts were closest to what came.

    Weights are chosen by absolute error, and only after each value tier is put where
    its mean was: by error alone, weights cost a part of the total.

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
    for first in range(STEPS + 1):
        for second in range(STEPS + 1 - first):
            third = STEPS - first - second
            if third and not has_prior:
                continue
            weights = tuple(part / STEPS for part in (first, second, third))
            mix = _through_tiers(values @ np.array(weights), came, weights)
            error = np.abs(mixed(known, mix) - came).mean()
            if error < least * (1 - 1e-9):
                best, least = mix, error
    return best


def _through_tiers(amounts: np.ndarray, came: np.ndarray, weights: tuple) -> Mix:
    tiers = value_tiers(amounts, TIER_SHARES)
    total = came.sum() / amounts.sum()
    knots, values = [0.0], [0.0]
    for tier in range(len(TIER_SHARES), -1, -1):
        chosen = tiers == tier
        mean = amounts[chosen].mean() if chosen.any() else 0.0
        if mean > knots[-1]:
            prior = PRIOR_CUSTOMERS * mean
            # Of a quarter's rise or fall of the total nothing is taken for lasting.
            factor = (came[chosen].sum() / total + prior) / (
                amounts[chosen].sum() + prior
            )
            knots.append(mean)
            values.append(max(values[-1], mean * factor))
    return Mix(weights, np.array(knots), np.array(values))


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
        prior = PRIOR_CUSTOMERS * expected.mean()
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
    expected = known["model_spend"].to_numpy(float)
    rows: list[tuple] = []

    others = known[~is_active]
    factors = state_factors(others)
    by_state = others["silence_spend"] * others["lifecycle"].map(factors).fillna(1.0)
    plain = np.abs(expected - came)[~is_active].sum()
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
