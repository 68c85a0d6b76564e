"""How often customers order until they stop: MBG/NBD, fitted to counts.

A customer orders at random with a rate of their own and may stop after any order day,
the first included. Batislam, Denizel and Filiztekin 2007 (Intl. J. of Research in
Marketing 24); the predictions are written in SQL, in models/intermediate/expectation.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaln, expit, gammaln, psi, roots_jacobi

from segmentation.evaluating.expectation.likelihood import most_likely

NODE_COUNT = 16
# Starts as logarithms of r, alpha (days), a, b. The likelihood is flat where hardly
# anybody stops: bounds keep a and b where the nodes can still be computed.
STARTS = ((0.0, 3.0, 0.0, 0.0), (-1.0, 2.0, -1.0, 1.0), (0.5, 4.0, -1.0, 2.0))
BOUNDS = ((-8.0, 8.0), (-8.0, 8.0), (-5.0, 4.0), (-5.0, 4.0))


def log_likelihood(
    *,
    repeat_days: np.ndarray,
    last_day: np.ndarray,
    age: np.ndarray,
    r: float,
    alpha: float,
    a: float,
    b: float,
) -> np.ndarray:
    """Return (n,) log-likelihoods of customers under MBG/NBD.

    Parameters
    ----------
    repeat_days, last_day, age
        (n,) order days after the first, days from the first to the last of them, days
        from the first to the cut-off.
    r, alpha, a, b
        Rate ~ Gamma(r, alpha per day); chance to stop after an order day ~ Beta(a, b).
    """
    events = r + repeat_days
    stopped = np.log(a) - np.log(b + repeat_days) - events * np.log(alpha + last_day)
    return (
        gammaln(events)
        - gammaln(r)
        + r * np.log(alpha)
        + betaln(a, b + repeat_days + 1)
        - betaln(a, b)
        + np.logaddexp(-events * np.log(alpha + age), stopped)
    )


def fit_buying(
    *,
    repeat_days: np.ndarray,
    last_day: np.ndarray,
    age: np.ndarray,
    near: dict[str, float] | None = None,
) -> dict[str, float]:
    """Return the most likely r, alpha, a and b, from three starts.

    Customers who are alike are counted once, so the time it takes grows with how many
    kinds there are.

    Parameters
    ----------
    repeat_days, last_day, age
        As in `log_likelihood`.
    near
        What was found of the same customers at another day: the one start.

    Raises
    ------
    ValueError
        Where there is no customer.

    Examples
    --------
    >>> sorted(fit_buying(repeat_days=[0, 1, 3], last_day=[0, 9, 40], age=[50, 50, 50]))
    ['a', 'alpha', 'b', 'r']
    """
    rows = np.column_stack([repeat_days, last_day, age]).astype(float)
    if not len(rows):
        raise ValueError("repeat_days is empty: there is nobody to fit MBG/NBD to")
    kinds, counts = np.unique(rows, axis=0, return_counts=True)
    repeat_days, last_day, age = kinds.T
    shares = counts / counts.sum()

    def cost(logs: np.ndarray) -> tuple[float, np.ndarray]:
        r, alpha, a, b = np.exp(logs)
        each = log_likelihood(
            repeat_days=repeat_days,
            last_day=last_day,
            age=age,
            r=r,
            alpha=alpha,
            a=a,
            b=b,
        )
        events, stayed = r + repeat_days, b + repeat_days
        odds = events * np.log((alpha + age) / (alpha + last_day))
        gone = expit(odds + np.log(a / stayed))
        both = psi(a + b) - psi(a + stayed + 1)
        waited = (1 - gone) * np.log(alpha + age) + gone * np.log(alpha + last_day)
        waits = (1 - gone) / (alpha + age) + gone / (alpha + last_day)
        slopes = np.array(
            [
                r * (psi(events) - psi(r) + np.log(alpha) - waited),
                r - alpha * events * waits,
                a * both + gone,
                b * (both + psi(stayed + 1) - psi(b) - gone / stayed),
            ]
        )
        return -(shares * each).sum(), -(shares * slopes).sum(axis=1)

    starts = [np.log(list(near.values()))] if near else STARTS
    found = most_likely(cost, starts=starts, bounds=BOUNDS)
    return dict(zip(("r", "alpha", "a", "b"), found.tolist(), strict=True))


def stopping_nodes(*, a: float, b: float) -> tuple[np.ndarray, np.ndarray]:
    """Return 16 chances to stop and their weights, which add up to 1.

    The Gauss-Jacobi rule of Beta(a, b): a mean over all chances becomes a sum of 16.

    Examples
    --------
    >>> chances, weights = stopping_nodes(a=1.0, b=3.0)
    >>> round(float((chances * weights).sum()), 6)
    0.25
    """
    places, weights = roots_jacobi(NODE_COUNT, b - 1, a - 1)
    return (places + 1) / 2, weights / weights.sum()
