"""What a campaign brought: two arms drawn by chance, compared from their sums.

Spend is adjusted by what the same customers spent in as many days before the start
(CUPED: Deng, Xu, Kohavi and Walker, WSDM 2013). That takes the spread between customers
out, not the effect: nothing before the start can be an effect of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

LEVEL = 0.95


@dataclass(frozen=True)
class Arm:
    """One arm: how many, and sums, squares and products of spend y and x before."""

    n: int = 0
    y: float = 0.0
    x: float = 0.0
    yy: float = 0.0
    xx: float = 0.0
    xy: float = 0.0
    buyers: int = 0
    largest: float = 0.0

    @classmethod
    def of(cls, row: Mapping[str, object]) -> Arm:
        """Return the arm of a row of int_campaign_sums."""
        sums = {name: float(row[name]) for name in ("y", "x", "yy", "xx", "xy")}  # type: ignore[arg-type]
        return cls(
            n=int(row["customer_count"]),  # type: ignore[call-overload]
            buyers=int(row["buyer_count"]),  # type: ignore[call-overload]
            largest=float(row["largest_spend"]),  # type: ignore[arg-type]
            **sums,
        )

    @property
    def mean(self) -> float:
        return self.y / self.n

    @property
    def spread_before(self) -> float:
        return self.xx - self.x * self.x / self.n

    @property
    def spread_shared(self) -> float:
        return self.xy - self.x * self.y / self.n

    def variance(self, theta: float = 0.0) -> float:
        """Return the variance of y - theta x."""
        spread = self.yy - self.y * self.y / self.n
        spread += theta * (theta * self.spread_before - 2 * self.spread_shared)
        return max(spread, 0.0) / (self.n - 1)


def difference(treated: Arm, held_out: Arm) -> dict[str, float | None]:
    """Return what being treated made of spend per customer.

    Returns
    -------
    dict
        `lift` with `lift_low` and `lift_high`, its interval of 95% by Welch,
        `lift_share` of what they would have spent, `p_value`, and `variance_removed`,
        the share that spend before explains. Empty where nobody's spend differs.
    """
    from scipy.stats import t, ttest_ind_from_stats

    arms = (treated, held_out)
    before = sum(arm.spread_before for arm in arms)
    theta = sum(arm.spread_shared for arm in arms) / before if before > 0 else 0.0
    lift = treated.mean - held_out.mean
    lift -= theta * (treated.x / treated.n - held_out.x / held_out.n)
    parts = [arm.variance(theta) / arm.n for arm in arms]
    raw = sum(arm.variance() / arm.n for arm in arms)
    if sum(parts) <= 0:
        return {}
    freedom = sum(parts) ** 2 / sum(
        part**2 / (arm.n - 1) for part, arm in zip(parts, arms, strict=True)
    )
    reach = t.ppf((1 + LEVEL) / 2, freedom) * sqrt(sum(parts))
    tested = ttest_ind_from_stats(
        lift,
        sqrt(treated.variance(theta)),
        treated.n,
        0.0,
        sqrt(held_out.variance(theta)),
        held_out.n,
        equal_var=False,
    )
    without = treated.mean - lift
    return {
        "lift": lift,
        "lift_low": lift - reach,
        "lift_high": lift + reach,
        "lift_share": lift / without if without > 0 else None,
        "p_value": float(tested.pvalue),
        "variance_removed": 1 - sum(parts) / raw,
    }


def buyer_difference(treated: Arm, held_out: Arm) -> dict[str, float]:
    """Return the difference in the share who ordered, with Newcombe's interval of 95%.

    Newcombe (1998), method 10: from Wilson's interval of each share.
    """
    from scipy.stats import binomtest

    shares = [arm.buyers / arm.n for arm in (treated, held_out)]
    ends = [
        binomtest(arm.buyers, arm.n).proportion_ci(LEVEL, method="wilson")
        for arm in (treated, held_out)
    ]
    lift = shares[0] - shares[1]
    below = sqrt((shares[0] - ends[0].low) ** 2 + (ends[1].high - shares[1]) ** 2)
    above = sqrt((ends[0].high - shares[0]) ** 2 + (shares[1] - ends[1].low) ** 2)
    return {
        "buyer_lift": lift,
        "buyer_lift_low": lift - below,
        "buyer_lift_high": lift + above,
    }


def mismatch(there: Sequence[int], drawn: Sequence[int]) -> float | None:
    """Return how likely chance leaves arms of these sizes, of those that were drawn."""
    from scipy.stats import chisquare

    if min(drawn) == 0 or sum(there) == 0:
        return None
    expected = [sum(there) * one / sum(drawn) for one in drawn]
    return float(chisquare(there, expected).pvalue)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p values adjusted for how many there are (Holm 1979), in their order.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, least = [0.0] * len(p_values), 0.0
    for rank, position in enumerate(order):
        least = max(least, (len(p_values) - rank) * p_values[position])
        adjusted[position] = min(1.0, least)
    return adjusted
