"""The most likely parameters, to the digits that any machine finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import minimize

POLISHING_STEPS = 20
DIGITS = 7


def most_likely(
    cost: Callable[[np.ndarray], tuple[float, np.ndarray]],
    *,
    starts: Sequence[Sequence[float]],
    bounds: Sequence[tuple[float, float]],
) -> np.ndarray:
    """Return (k,) positive parameters, rounded to seven digits.

    A likelihood is flat at its top: where a search stops there depends on the last
    bit of a sum, which differs by processor. So Newton's steps go on to the top.

    Parameters
    ----------
    cost
        Of the (k,) logarithms of the parameters: what is to be least, and its
        gradient.
    starts, bounds
        Where to begin, and the lowest and highest value of each logarithm.
    """
    low, high = np.array(bounds, float).T
    found = min(
        (
            minimize(cost, start, jac=True, method="L-BFGS-B", bounds=bounds)
            for start in starts
        ),
        # Starts that end at the same top differ in the last bits: the first is taken.
        key=lambda result: round(result.fun, 6),
    ).x
    for _ in range(POLISHING_STEPS):
        gradient = cost(found)[1]
        free = ~((found <= low) & (gradient > 0) | (found >= high) & (gradient < 0))
        curvature = _curvature(cost, found)[np.ix_(free, free)]
        if not free.any() or np.linalg.eigvalsh(curvature)[0] <= 0:
            break
        step = np.zeros_like(found)
        step[free] = np.linalg.solve(curvature, gradient[free])
        before, found = found, np.clip(found - step, low, high)
        if cost(found)[0] > cost(before)[0] + 1e-12:
            found = before
            break
        if np.abs(found - before).max() < 1e-12:
            break
    return np.array([float(f"{value:.{DIGITS}g}") for value in np.exp(found)])


def _curvature(cost: Callable, place: np.ndarray, width: float = 1e-4) -> np.ndarray:
    """Return the (k, k) second derivatives at a place, from gradients around it."""
    sides = [
        (cost(place + step)[1] - cost(place - step)[1]) / (2 * width)
        for step in width * np.eye(len(place))
    ]
    return (np.array(sides) + np.array(sides).T) / 2
