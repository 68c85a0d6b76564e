"""Ranges of spend: as far as customers with a like expectation were from it."""

from __future__ import annotations

import math

import numpy as np

BINS = 10
# Fewer customers in a bin, and its ends are those of a handful.
LEAST_CUSTOMERS = 20


def range_rows(
    *, expected: np.ndarray, came: np.ndarray, range_share: float
) -> list[tuple]:
    """Return the ends of ranges, as shares of the expectation, by bins of it.

    Mondrian conformal prediction (Vovk and others 2005, section 4.5): in each bin as
    many are left out on either side. Where many spend nothing, nothing is the lower
    end and the upper leaves out all; where nothing is the upper end as well there is
    no range.

    Parameters
    ----------
    expected, came
        (n,) money expected at a past cut-off, and money that came.
    range_share
        Share of customers inside.

    Returns
    -------
    Rows (correction, group_name, from_amount, correction_value): `range_low` and
    `range_high` per bin, the first from 0.
    """
    if len(expected) < BINS * LEAST_CUSTOMERS:
        return []
    cuts = np.quantile(expected, np.arange(1, BINS) / BINS)
    bins = np.searchsorted(cuts, expected, side="right")
    ratios = came / np.maximum(expected, 1e-9)
    rows = []
    for place, from_amount in enumerate([0.0, *cuts.tolist()]):
        inside = np.sort(ratios[bins == place])
        if len(inside) < LEAST_CUSTOMERS:
            continue
        left_out = 1 - range_share
        starts_at_nothing = (inside <= 0).mean() >= left_out / 2
        low = 0.0 if starts_at_nothing else _value(inside, left_out / 2)
        high = _value(inside, 1 - left_out / (1 if starts_at_nothing else 2))
        if high > 0:
            rows.append(("range_low", str(place + 1), from_amount, low))
            rows.append(("range_high", str(place + 1), from_amount, high))
        else:
            rows.append(("range_high", str(place + 1), from_amount, None))
    return rows


def _value(ordered: np.ndarray, share: float) -> float:
    place = math.ceil((len(ordered) + 1) * share) - 1
    return float(ordered[min(max(place, 0), len(ordered) - 1)])
