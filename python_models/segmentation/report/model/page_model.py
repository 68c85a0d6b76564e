"""The published model, as rows: for the map and for the page's own placing."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from segmentation.preparing.preprocessing import transform
from segmentation.report.page import Page
from segmentation.report.tables import plain, rows

FEATURE_COLUMNS = (
    "feature",
    "evidence_column",
    "prior_feature",
    "prior_value",
    "prior_events",
    "value_cap",
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

    Returns
    -------
    ndarray of shape (customers, features)
    """
    fitted = pd.DataFrame(features)
    if "category_value" not in fitted:
        fitted["category_value"] = None
    fitted["position"] = range(1, len(fitted) + 1)
    return transform(frame=people, fitted=fitted)


def published_model(page: Page) -> dict | None:
    """What a page needs to place a customer, as plain values; None where it cannot.

    Returns
    -------
    dict or None
        features, prototypes (in order: ties go to the first) and calibration.
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
                "events": row["evidence_column"],
                "priorOf": row["prior_feature"],
                "prior": plain(row["prior_value"]),
                "weighing": plain(row["prior_events"]),
                "cap": plain(row["value_cap"]),
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
    }
