"""Lasting ids of segments: kept where customers overlap most."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd


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
        stays with those who had it: newcomers decide only where nobody was there.
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
        # For a fit alone: a kept model is read without SciPy.
        from scipy.optimize import linear_sum_assignment

        highest = max([highest, *(int(name[1:]) for name in known)])
        weight = np.ones(len(labels))
        if was_published is not None and any(was_published):
            weight = np.asarray(was_published, dtype=float)
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
