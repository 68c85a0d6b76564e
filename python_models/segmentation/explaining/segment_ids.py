"""Lasting ids of segments, and the version of a model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from segmentation.explaining.profiles import dimension_name

# Digits of the model's numbers that make its version: rounding of the last bits on
# another machine is not another model.
VERSION_DIGITS = 9
# What a customer who was not published counts in a match: of the largest sample all
# together are less than one who was, and still decide where nobody was.
NEWCOMER_WEIGHT = 1e-6


def match_segment_ids(
    *,
    labels: np.ndarray,
    numbers: list[int],
    previous_ids: np.ndarray | None = None,
    was_published: np.ndarray | None = None,
    used_ids: Iterable[str] = (),
    smallest_overlap: float = 0.0,
) -> dict[int, str]:
    """Give each segment number its lasting id.

    Parameters
    ----------
    labels
        (n,) segment numbers of the new model.
    numbers
        All segment numbers, noise left out.
    previous_ids
        (n,) segment ids of the same customers under the last model; None or 'nan'
        where it has none for them.
    was_published
        (n,) whether each customer was in the last publication; None is everybody. An id
        stays with those who had it: newcomers only decide where there is none of them.
    used_ids
        Every id there has ever been: a retired one is not given again.
    smallest_overlap
        Customers in both over customers in either from which two segments may be the
        same.

    Returns
    -------
    Ids by number: those of the last model where customers overlap most (one to one,
    Kuhn 1955), the others new, counting on from the highest id there has been.
    """
    matched: dict[int, str] = {}
    highest = max((int(name[1:]) for name in used_ids if name[1:].isdigit()), default=0)
    if previous_ids is not None:
        old = pd.Series(previous_ids, dtype="string").fillna("").to_numpy(dtype=str)
        known = sorted(name for name in set(old) if re.fullmatch(r"s\d+", name))
        highest = max([highest, *(int(name[1:]) for name in known)])
        weight = np.ones(len(labels))
        if was_published is not None:
            weight[~np.asarray(was_published, dtype=bool)] = NEWCOMER_WEIGHT
        of_new = np.array([weight[labels == number].sum() for number in numbers])
        of_old = np.array([weight[old == name].sum() for name in known])
        shared = np.array(
            [
                [weight[(labels == number) & (old == name)].sum() for name in known]
                for number in numbers
            ]
        ).reshape(len(numbers), len(known))
        for row, column in zip(*linear_sum_assignment(-shared), strict=True):
            both = shared[row, column]
            either = of_new[row] + of_old[column] - both
            if both > smallest_overlap * either:
                matched[numbers[row]] = known[column]
    for number in numbers:
        if number not in matched:
            highest += 1
            matched[number] = f"s{highest:02d}"
    return matched


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


def matrix(rows) -> np.ndarray:
    """Return nested lists, as DuckDB hands them over, as a (p, d) float array."""
    return np.array([np.asarray(row, dtype=float) for row in rows])
