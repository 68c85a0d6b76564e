"""What an order day is worth: Gamma-Gamma (Fader and Hardie 2013), fitted."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, psi

from segmentation.evaluating.expectation.likelihood import most_likely

STARTS = ((1.0, 1.0, 3.0), (0.0, 0.0, 2.0), (2.0, 1.0, 1.0))
BOUNDS = ((-6.0, 8.0), (-6.0, 8.0), (-6.0, 12.0))


def fit_spending(
    *,
    order_days: np.ndarray,
    mean_value: np.ndarray,
    near: dict[str, float] | None = None,
) -> dict[str, float]:
    """Return the most likely p, q and v of Gamma-Gamma, from three starts.

    Parameters
    ----------
    order_days, mean_value
        (n,) order days, 1 or more, and money an order day is worth on average, above 0.
    near
        What was found of the same customers at another day: the one start.

    Raises
    ------
    ValueError
        Where there is no customer, or one without value.

    Notes
    -----
    Of n order days worth m on average, the next is worth p (v + n m) / (p n + q - 1).
    """
    n, m = np.asarray(order_days, float), np.asarray(mean_value, float)
    if not len(m) or m.min() <= 0:
        raise ValueError(
            "mean_value must be above 0 for everybody, "
            f"found {m.min() if len(m) else 'nobody'}"
        )
    # In units of the middle value: else starts and bounds would be of one currency.
    unit = float(np.median(m))
    value = m / unit
    starts = STARTS
    if near:
        starts = (tuple(np.log([near["p"], near["q"], near["v"] / unit])),)

    def cost(logs: np.ndarray) -> tuple[float, np.ndarray]:
        p, q, v = np.exp(logs)
        spent, shape = v + n * value, p * n + q
        each = (
            gammaln(shape)
            - gammaln(p * n)
            - gammaln(q)
            + q * np.log(v)
            + (p * n - 1) * np.log(value)
            + p * n * np.log(n)
            - shape * np.log(spent)
        )
        share = np.log(n * value / spent)
        slopes = np.array(
            [
                p * n * (psi(shape) - psi(p * n) + share),
                q * (psi(shape) - psi(q) + np.log(v / spent)),
                q - shape * v / spent,
            ]
        )
        return -each.mean(), -slopes.mean(axis=1)

    p, q, v = most_likely(cost, starts=starts, bounds=BOUNDS).tolist()
    return {"p": p, "q": q, "v": v * unit}
