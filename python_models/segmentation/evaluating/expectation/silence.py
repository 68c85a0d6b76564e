"""The model's chance of silence, corrected by how earlier predictions turned out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.evaluating.expectation.lines import corrected_knots

# Narrow where most customers are: the active near 0, the lapsed of a shop near 1.
EDGES = np.array(
    [
        *(0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5),
        *(0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 1),
    ]
)
# One order day, two, three or more: the model is too sure that who came often is gone.
ORDER_DAYS_GROUPS = (1, 2, 3)

SILENCE_SCHEMA = pa.schema(
    [
        ("origin_days_before", pa.int64()),
        ("order_days_group", pa.int64()),
        ("from_silence", pa.float64()),
        ("from_value", pa.float64()),
    ]
)


def silence_rows(
    trials: pd.DataFrame,
    *,
    origins: Sequence[int],
    backtest_days: Sequence[int],
    prior_customers: float,
) -> pd.DataFrame:
    """Return the correction of silence for each day that is predicted.

    Parameters
    ----------
    trials
        One row per customer and past cut-off: days_before (the newest date),
        order_days, model_silence (0 to 1), next_order_days (what came).
    origins, backtest_days
        Days before the newest date that are predicted, and how long before each of
        them predictions are looked at.
    prior_customers
        As in `corrected_knots`.

    Returns
    -------
    One row per origin, group of order days (3: or more) and knot: from_silence becomes
    from_value. None for an origin without trials.
    """
    groups = np.minimum(trials["order_days"].to_numpy(), ORDER_DAYS_GROUPS[-1])
    silent = (trials["next_order_days"].to_numpy() == 0).astype(float)
    rows: list[tuple] = []
    for origin in origins:
        known = trials["days_before"].isin([origin + days for days in backtest_days])
        if not known.any():
            continue
        for group in ORDER_DAYS_GROUPS:
            chosen = known.to_numpy() & (groups == group)
            knots, values = corrected_knots(
                predicted=trials["model_silence"].to_numpy()[chosen],
                happened=silent[chosen],
                edges=EDGES,
                prior_customers=prior_customers,
            )
            pairs = zip(knots.tolist(), values.tolist(), strict=True)
            rows += [(origin, group, *pair) for pair in pairs]
    return pd.DataFrame(rows, columns=SILENCE_SCHEMA.names)
