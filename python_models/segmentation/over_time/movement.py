"""The day of the last publication, placed anew: what data and model changed."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.assigning.prototypes import LinearModel
from segmentation.preparing.matching_ids import positions_among, values_at
from segmentation.preparing.preprocessing import transform
from segmentation.releases.published_model import PublishedModel

NO_ORDERS = "no_orders"
RESCORED_SCHEMA = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of_date", pa.date32()),
        ("published_segment_id", pa.string()),
        ("data_segment_id", pa.string()),
        ("model_segment_id", pa.string()),
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
    published: PublishedModel,
    is_refit: bool,
    features: pd.DataFrame,
    fitted_features: pd.DataFrame,
    new_model: tuple[LinearModel, list[str]],
    new_state: pd.DataFrame,
    new_reach: float,
    hysteresis: float,
) -> pd.DataFrame:
    """Place the customers of the last publication's day by the old and new model.

    Parameters
    ----------
    published
        The last publication.
    is_refit
        Whether another model is in use now; if not, old and new are the same.
    features
        Today's data as of the publication's day, one row per customer.
    fitted_features, new_model
        The model in use now: preprocessing, and scores with their segment ids.
    new_state
        customer_id, segment_id at the month end before, by the model in use now.
    new_reach
        Its hysteresis, in score.
    hysteresis
        Share of the median margin, for the published model's own.

    Returns
    -------
    DataFrame
        Columns of `RESCORED_SCHEMA`, one row per customer who was published and still
        has rows: the segment as published, by the published model on today's data
        (data), and by the model in use on today's data (model).
    """
    before = published.customers
    positions = positions_among(before["customer_id"], features["customer_id"])
    is_there = positions >= 0
    rows = pd.concat(
        [
            before[is_there].reset_index(drop=True),
            features.drop(columns=["customer_id", "as_of_date"], errors="ignore")
            .take(positions[is_there])
            .reset_index(drop=True),
        ],
        axis=1,
    )
    rows = rows.rename(columns={"segment_id": "published_segment_id"})
    if not rows["customer_id"].is_monotonic_increasing:
        rows = rows.sort_values("customer_id", ignore_index=True)
    last = positions_among(rows["customer_id"], new_state["customer_id"])
    state = pd.Series(values_at(new_state["segment_id"], last))
    model, ids = new_model
    vectors = transform(frame=rows, fitted=fitted_features)
    rows["model_segment_id"] = steadied(
        scores=model.scores(vectors),
        ids=ids,
        state=state.to_numpy(dtype=object, na_value=None),
        reach=new_reach,
    )
    rows["data_segment_id"] = rows["model_segment_id"]
    if is_refit and set(published.features["feature"]) <= set(rows.columns):
        scores, old = published.place(rows)
        chosen = published.candidates[published.candidates["is_selected"]]
        margins = json.loads(chosen["calibration_margins"].item())
        rows["data_segment_id"] = steadied(
            scores=scores,
            ids=old,
            state=rows["previous_segment_id"].to_numpy(dtype=object, na_value=None),
            reach=float(np.median(margins)) * hysteresis,
        )
    elif is_refit:
        # The old model's features are gone: all that it said is taken as it stands.
        rows["data_segment_id"] = rows["published_segment_id"]
    is_without_orders = rows["order_count"] == 0
    for column in ("data_segment_id", "model_segment_id"):
        rows.loc[is_without_orders, column] = NO_ORDERS
    rows["as_of_date"] = pd.to_datetime(rows["as_of_date"]).dt.date
    return rows[RESCORED_SCHEMA.names]
