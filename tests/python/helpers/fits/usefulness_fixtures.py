"""Customers whose next quarter is known, and what groupings tell of it."""

import datetime

import numpy as np
import pandas as pd

from segmentation.evaluating.usefulness import METHODS, measure_usefulness

AS_OF = datetime.date(2024, 3, 31)


def customers(spend) -> pd.DataFrame:
    spend = np.asarray(spend, dtype=float)
    return pd.DataFrame(
        {
            "customer_id": [f"c{row}" for row in range(len(spend))],
            "spend_90d": spend,
            "orders_90d": (spend > 0).astype(int),
            "is_silent_90d": (spend == 0).astype(int),
        }
    )


def measured(spend, **groupings) -> pd.DataFrame:
    groups = {name: np.zeros(len(spend)) for name in METHODS} | groupings
    table = measure_usefulness(
        customers=customers(spend), groupings=groups, as_of_date=AS_OF
    )
    return table.set_index(["method", "outcome"])
