"""A fitted model as the rows it is kept in: read back, applied, hashed."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.assigning.prototypes import LinearModel
from segmentation.preparing.dimensions import dimension_name

# Digits of the model's numbers that make its version: rounding of the last bits on
# another machine is not another model.
VERSION_DIGITS = 9
# Columns that a release keeps as JSON.
SEGMENT_LISTS = [
    "prototype_weights", "prototype_offsets", "centroid", "drivers", "driver_effects",
]  # fmt: skip
CANDIDATE_LISTS = [
    "prototype_segments", "prototype_weights", "prototype_offsets", "centroids",
    "jaccards", "calibration_margins", "calibration_confidences",
]  # fmt: skip

NUMBERS = pa.list_(pa.float64())
CANDIDATES_SCHEMA = pa.schema(
    [
        ("algorithm", pa.string()),
        ("segment_count", pa.int32()),
        ("inertia", pa.float64()),
        ("silhouette", pa.float64()),
        ("calinski_harabasz", pa.float64()),
        ("davies_bouldin", pa.float64()),
        ("gap", pa.float64()),
        ("gap_standard_error", pa.float64()),
        ("stability", pa.float64()),
        ("quarter_agreement", pa.float64()),
        ("lowest_jaccard", pa.float64()),
        ("valley", pa.float64()),
        ("smallest_share", pa.float64()),
        ("noise_share", pa.float64()),
        ("assignment_agreement", pa.float64()),
        ("is_eligible", pa.bool_()),
        ("is_selected", pa.bool_()),
        ("reason", pa.string()),
        ("structure", pa.string()),
        ("structure_evidence", pa.string()),
        ("prototype_segments", pa.list_(pa.int32())),
        ("prototype_weights", pa.list_(NUMBERS)),
        ("prototype_offsets", NUMBERS),
        ("centroids", pa.list_(NUMBERS)),
        ("jaccards", NUMBERS),
        ("calibration_margins", NUMBERS),
        ("calibration_confidences", NUMBERS),
    ]
)


def matrix(rows) -> np.ndarray:
    """Return nested lists, as DuckDB hands them over, as a (p, d) float array."""
    return np.array([np.asarray(row, dtype=float) for row in rows])


def linear_model(segments: pd.DataFrame) -> tuple[LinearModel, list[str]]:
    """Return the scores of fitted_segments' rows and the id behind each prototype."""
    ordered = segments.sort_values("segment_number")
    weights, offsets, ids = [], [], []
    for row in ordered.itertuples():
        weights += [np.asarray(one, dtype=float) for one in row.prototype_weights]
        offsets += [float(one) for one in row.prototype_offsets]
        ids += [row.segment_id] * len(row.prototype_offsets)
    model = LinearModel(np.array(weights), np.array(offsets), np.arange(len(ids)))
    return model, ids


def assign(*, vectors: np.ndarray, candidate: pd.Series) -> np.ndarray:
    """Return each customer's segment number by the rule that SQL applies.

    Parameters
    ----------
    vectors
        (n, d) standardised features.
    candidate
        A row of fitted_candidates: prototype_weights (p, d), prototype_offsets (p,),
        prototype_segments (p,).

    Returns
    -------
    (n,) segment of the prototype with the highest dot(z, weights) + offset; ties go
    to the lower segment number (noise first), then to the earlier prototype.
    """
    weights = matrix(candidate["prototype_weights"])
    if vectors.shape[1] != weights.shape[1]:
        raise ValueError(
            f"prototype_weights have {weights.shape[1]} dimensions, "
            f"the vectors {vectors.shape[1]}"
        )
    segments = np.asarray(candidate["prototype_segments"], dtype=int)
    order = np.argsort(segments, kind="stable")
    offsets = np.asarray(candidate["prototype_offsets"], dtype=float)
    scores = vectors @ weights[order].T + offsets[order]
    return segments[order][scores.argmax(axis=1)]


def parsed(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the frame with the JSON of some columns as lists."""
    lists = {
        name: [
            None if text is None or pd.isna(text) else json.loads(text)
            for text in frame[name]
        ]
        for name in columns
    }
    return frame.assign(
        **{name: pd.Series(found, frame.index, object) for name, found in lists.items()}
    )


def kept_table(
    frame: pd.DataFrame, *, lists: list[str] | None = None, schema: pa.Schema
) -> pa.Table:
    """Return published rows as the table that the fitted model once returned.

    Parameters
    ----------
    frame
        Rows of the release.
    lists
        Columns that hold JSON lists.
    schema
        Columns and types of the fitted model.
    """
    rows = parsed(frame, lists or [])[schema.names]
    return pa.Table.from_pandas(rows, schema=schema, preserve_index=False)


def model_version(*, candidate: pd.Series, fitted_features: pd.DataFrame) -> str:
    """Hash the numbers that decide who belongs where.

    Two models with the same steps and prototypes have the same version, wherever and
    whenever they were fitted.
    """
    steps = fitted_features[fitted_features["is_used"].astype(bool)]
    steps = steps.sort_values("position")
    parts = [
        "|".join(
            [
                dimension_name(feature=row.feature, category_value=row.category_value),
                *(
                    _number(value)
                    for value in (
                        row.fill_value,
                        row.log_offset,
                        row.lower_bound,
                        row.upper_bound,
                        row.mean,
                        row.standard_deviation,
                        row.scale_weight,
                    )
                ),
            ]
        )
        for row in steps.itertuples()
    ]
    weights = matrix(candidate["prototype_weights"])
    for segment, offset, row in zip(
        candidate["prototype_segments"],
        candidate["prototype_offsets"],
        weights,
        strict=True,
    ):
        parts.append("|".join([str(int(segment)), *map(_number, [offset, *row])]))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _number(value) -> str:
    return "null" if pd.isna(value) else f"{float(value):.{VERSION_DIGITS}g}"
