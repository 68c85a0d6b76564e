"""The published model, as rows: for the map and for the page's own placing."""

from __future__ import annotations

import json
from statistics import median

import numpy as np
import pandas as pd

from segmentation.preparing.dimensions import apply_transform
from segmentation.report.page import Page
from segmentation.report.tables import plain, rows

FEATURE_COLUMNS = (
    "feature",
    "fill_value",
    "log_offset",
    "lower_bound",
    "upper_bound",
    "mean",
    "standard_deviation",
    "scale_weight",
    "is_used",
)


def used_features(page: Page) -> list[dict]:
    """The model's dimensions in order; empty where the table is missing."""
    found = [
        row
        for row in page.published.rows("model_features", *FEATURE_COLUMNS)
        if row["is_used"]
    ]
    return sorted(found, key=lambda row: row.get("position") or 0)


def vectors(people: pd.DataFrame, features: list[dict]) -> np.ndarray:
    """Customers as the model sees them.

    z = weight * (clip(t(coalesce(x, fill)), lower, upper) - mean) / deviation,
    where t is x, or ln(log_offset + max(x, 0)): as the warehouse does it.

    Returns
    -------
    ndarray of shape (customers, features)
    """
    columns = []
    for row in features:
        raw = people[row["feature"]]
        if row.get("category_value") is not None:
            known = raw.notna()
            raw = (raw.astype(object) == row["category_value"]).astype(float)
            raw = raw.where(known)
        values = raw.astype(float).fillna(row["fill_value"]).to_numpy()
        values = apply_transform(values, row["log_offset"])
        values = np.clip(values, row["lower_bound"], row["upper_bound"])
        columns.append(
            row["scale_weight"] * (values - row["mean"]) / row["standard_deviation"]
        )
    return np.column_stack(columns)


def published_model(page: Page) -> dict | None:
    """What a page needs to place a customer, as plain values; None where it cannot.

    Returns
    -------
    dict or None
        features, prototypes (in order: ties go to the first), calibration, and reach:
        the score by which another segment must be ahead before a customer leaves.
    """
    features = used_features(page)
    frame = page.published.frame(
        "model_prototypes", "segment_id", "weights", "prototype_offset"
    )
    if not features or frame is None:
        return None
    if "prototype" in frame:
        frame = frame.sort_values("prototype", kind="stable")
    prototypes = []
    for row in rows(frame):
        face = page.face(row["segment_id"])
        weights = row["weights"]
        weights = json.loads(weights) if isinstance(weights, str) else list(weights)
        if len(weights) != len(features):
            raise ValueError(
                f"model_prototypes has {len(weights)} weights for "
                f"{row['segment_id']!r}, model_features {len(features)} used features"
            )
        if face is not None:
            prototypes.append(
                {
                    "segment": face.number,
                    "weights": [float(w) for w in weights],
                    "offset": float(row["prototype_offset"]),
                }
            )
    knots = page.published.rows("model_calibration", "margin", "confidence")
    knots.sort(key=lambda row: row["margin"])
    return {
        "features": [
            {
                "feature": row["feature"],
                "category": row.get("category_value"),
                "fill": plain(row["fill_value"]),
                "offset": plain(row["log_offset"]),
                "lower": row["lower_bound"],
                "upper": row["upper_bound"],
                "mean": row["mean"],
                "deviation": row["standard_deviation"],
                "weight": row["scale_weight"],
            }
            for row in features
        ],
        "prototypes": prototypes,
        "calibration": [[row["margin"], row["confidence"]] for row in knots],
        "reach": float(page.settings["hysteresis_margin_share"])
        * median([row["margin"] for row in knots] or [0.0]),
    }
