"""BG/NBD with Gamma-Gamma, as `lifetimes` does it without a penalty: the peer.

What a notebook would predict with; `expectation.py` compares its errors with ours,
`notebook.py` its time.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python_models"))

from segmentation.evaluating.expectation.spending import fit_spending  # noqa: E402


def fit_orders(x: np.ndarray, last: np.ndarray, age: np.ndarray) -> tuple[float, ...]:
    """Return r, alpha, a, b of BG/NBD (Fader, Hardie and Lee 2005), by likelihood.

    Parameters
    ----------
    x, last, age
        (n,) repeat days, time from the first to the last order day, and to the end.
    """
    kinds, counts = np.unique(
        np.column_stack([x, last, age]), axis=0, return_counts=True
    )
    x, last, age = kinds.T

    def cost(logs: np.ndarray) -> float:
        r, alpha, a, b = np.exp(logs)
        stopped = np.log(a) - np.log(b + np.maximum(x, 1) - 1)
        stopped -= (r + x) * np.log(alpha + last)
        both = np.logaddexp(
            -(r + x) * np.log(alpha + age), np.where(x > 0, stopped, -np.inf)
        )
        each = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + both
        each += betaln(a, b + x) - betaln(a, b)
        return -(counts * each).sum() / counts.sum()

    starts = ([0.0, 3.0, 0.0, 0.0], [-1.0, 2.0, -1.0, 1.0])
    bounds = [(-8.0, 8.0), (-8.0, 8.0), (-5.0, 4.0), (-5.0, 4.0)]
    found = [minimize(cost, s, method="L-BFGS-B", bounds=bounds) for s in starts]
    return tuple(np.exp(min(found, key=lambda result: result.fun).x))


def expect_orders(parameters, x, last, age, horizon: float) -> tuple:
    """Return (n,) order days that BG/NBD expects, and chances of none."""
    r, alpha, a, b = parameters
    odds = a / (b + np.maximum(x, 1) - 1) * ((alpha + age) / (alpha + last)) ** (r + x)
    active = 1 / (1 + np.where(x > 0, odds, 0))
    until = ((alpha + age) / (alpha + age + horizon)) ** (r + x)
    share = horizon / (alpha + age + horizon)
    mean = 1 - until * hyp2f1(r + x, b + x, a + b + x - 1, share)
    return (a + b + x - 1) / (a - 1) * mean * active, 1 - active * (1 - until)


def expect_spend(
    *,
    x: np.ndarray,
    last: np.ndarray,
    age: np.ndarray,
    money: np.ndarray,
    horizon: float,
    most: int | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return (n,) what customers are expected to spend, and chances of no order.

    Parameters
    ----------
    x, last, age
        (n,) as for `fit_orders`; `money` is what was spent on x + 1 order days.
    most
        Customers, from the first on, that the parameters are fitted on.
    """
    days, some = x + 1, slice(most)
    parameters = fit_orders(x[some], last[some], age[some])
    expected, silent = expect_orders(parameters, x, last, age, horizon)
    known = np.flatnonzero((days > 1) & (money > 0))[some]
    value = fit_spending(order_days=days[known], mean_value=(money / days)[known])
    worth = value["p"] * (value["v"] + money) / (value["p"] * days + value["q"] - 1)
    return expected * worth, silent
