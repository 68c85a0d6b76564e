"""A published date, placed anew: what corrected data and a new model changed."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.preparing.matching_ids import positions_among
from segmentation.releases.published_model import PublishedModel

NO_ORDERS = "no_orders"
RESCORED_SCHEMA = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of_date", pa.date32()),
        ("published_segment_id", pa.string()),
        ("data_segment_id", pa.string()),
    ]
)


def steadied(
    *, scores: np.ndarray, ids: list[str], state: np.ndarray, reach: float
) -> np.ndarray:
    """Return each customer's segment: the last one unless another is out of reach.

    Parameters
    ----------
    scores
        (n, p) of the prototypes; ties go to the first.
    ids
        Segment id of each prototype.
    state
        (n,) segment before; None where there was none.
    reach
        By how much in score another segment must be ahead.
    """
    labels = np.array(ids, dtype=object)
    best = scores.argmax(axis=1)
    placed = labels[best]
    is_old = labels[None, :] == state[:, None]
    old_scores = np.where(is_old, scores, -np.inf).max(axis=1, initial=-np.inf)
    is_close = old_scores >= scores[np.arange(len(scores)), best] - reach
    return np.where(is_close, state, placed)


def rescore(
    *,
    before: pd.DataFrame,
    published: PublishedModel,
    features: pd.DataFrame | None,
    hysteresis: float,
) -> pd.DataFrame:
    """Place published customers by the published model, from the data of today.

    Parameters
    ----------
    before
        One published date: customer_id, as_of_date, published_segment_id,
        previous_segment_id.
    published
        The published model.
    features
        Today's rows of that date, one per customer. None where that model is still in
        use: what it says of today's data is then in today's history.
    hysteresis
        Share of the median margin by which another segment must be ahead.

    Returns
    -------
    DataFrame
        Columns of `RESCORED_SCHEMA`, one row per published customer who still has rows;
        data_segment_id is null where it is in today's history.
    """
    if features is None:
        return before.assign(data_segment_id=None)[RESCORED_SCHEMA.names]
    positions = positions_among(before["customer_id"], features["customer_id"])
    is_there = positions >= 0
    rows = pd.concat(
        [
            before[is_there].reset_index(drop=True),
            features.drop(columns=["customer_id", "as_of_date"])
            .take(positions[is_there])
            .reset_index(drop=True),
        ],
        axis=1,
    )
    if published.is_applicable(rows):
        scores, ids = published.place(rows)
        margins = json.loads(published.selected["calibration_margins"])
        rows["data_segment_id"] = steadied(
            scores=scores,
            ids=ids,
            state=rows["previous_segment_id"].to_numpy(dtype=object, na_value=None),
            reach=float(np.median(margins)) * hysteresis if margins else 0.0,
        )
    else:
        # The old model's features are gone: all that it said is taken as it stands.
        rows["data_segment_id"] = rows["published_segment_id"]
    rows.loc[rows["order_count"] == 0, "data_segment_id"] = NO_ORDERS
    return rows[RESCORED_SCHEMA.names]
