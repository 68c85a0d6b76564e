"""What a customer's group lets one expect, and how much of it comes true."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

FOLDS = 10
# A group's mean counts as if that many average customers were in it as well: else
# groups of a few customers would be judged by their luck.
PRIOR_CUSTOMERS = 10
TOP_SHARE = 0.1


def customer_folds(customer_ids) -> np.ndarray:
    """Give each customer one of ten folds by a hash of the key.

    Parameters
    ----------
    customer_ids
        (n,) keys.
    """
    return np.array(
        [
            int(hashlib.md5(str(key).encode()).hexdigest()[:8], 16) % FOLDS
            for key in customer_ids
        ],
        dtype=int,
    )


def expected_outcomes(
    *, groups: np.ndarray, outcome: np.ndarray, folds: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Predict each customer by the mean of the group among the other folds.

    Parameters
    ----------
    groups
        (n,) group of each customer, any hashable values.
    outcome
        (n,) what happened.
    folds
        (n,) fold of each customer.

    Returns
    -------
    Two (n,) arrays: the prediction by group, pulled a little to the overall mean, and
    the overall mean itself, both without the customer's own fold.
    """
    numbers, _ = pd.factorize(pd.Series(groups, dtype="object"), sort=False)
    count = numbers.max() + 1
    by_group, overall = np.empty(len(outcome)), np.empty(len(outcome))
    for fold in range(FOLDS):
        test = folds == fold
        if not test.any():
            continue
        mean = outcome[~test].mean() if (~test).any() else outcome.mean()
        sizes = np.bincount(numbers[~test], minlength=count)
        sums = np.bincount(numbers[~test], outcome[~test], minlength=count)
        means = (sums + PRIOR_CUSTOMERS * mean) / (sizes + PRIOR_CUSTOMERS)
        by_group[test], overall[test] = means[numbers[test]], mean
    return by_group, overall


def explained_variance(
    *, outcome: np.ndarray, predicted: np.ndarray, overall: np.ndarray
) -> float | None:
    """1 minus the squared error of the prediction over that of the overall mean.

    0 says no more than the mean, below 0 less; None where everybody did the same.
    """
    total = float(((outcome - overall) ** 2).sum())
    if np.ptp(outcome) == 0 or total == 0:
        return None
    return 1 - float(((outcome - predicted) ** 2).sum()) / total


def top_decile_lift(
    *, outcome: np.ndarray, predicted: np.ndarray, folds: np.ndarray
) -> float | None:
    """Mean outcome of the tenth predicted highest over the mean of all.

    Customers of one group are tied: those at the border count in part, all alike.
    None where nothing happened. Fold by fold, as predictions differ between folds.
    """
    found, wanted = 0.0, 0.0
    for fold in range(FOLDS):
        inside = folds == fold
        if not inside.any():
            continue
        room = TOP_SHARE * inside.sum()
        wanted += room
        table = pd.DataFrame({"p": predicted[inside].round(9), "y": outcome[inside]})
        tied = table.groupby("p")["y"].agg(["size", "mean"]).sort_index(ascending=False)
        for size, mean in tied.itertuples(index=False):
            taken = min(size, room)
            found, room = found + taken * mean, room - taken
            if room <= 0:
                break
    mean = float(outcome.mean())
    return found / wanted / mean if mean > 0 and wanted > 0 else None


def quantile_groups(values: np.ndarray, count: int) -> np.ndarray:
    """Cut values into at most `count` groups of equal size; equal values stay together.

    Examples
    --------
    >>> quantile_groups(np.array([1.0, 1.0, 2.0, 3.0]), 2).tolist()
    [0, 0, 1, 1]
    """
    cuts = np.quantile(values, np.arange(1, count) / count)
    return np.searchsorted(np.unique(cuts), values, side="left")
