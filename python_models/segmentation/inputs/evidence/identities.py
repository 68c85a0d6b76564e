"""Which sums of columns are which: subtotal + shipping + tax - discount = total."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

AGREED = 0.98
ENOUGH = 10
LARGEST_COUNT = 4  # columns that are added to or taken from another


@dataclass(frozen=True)
class Identity:
    """`total` = `base` + signed `addends`, in `agreeing` of `rows` orders."""

    total: str
    base: str
    addends: tuple[tuple[str, int], ...]
    rows: int
    agreeing: int

    def words(self) -> str:
        """Return the identity as a formula."""
        signs = {1: "+", -1: "-"}
        added = " ".join(f"{signs[sign]} {name}" for name, sign in self.addends)
        return f"{self.total} = {self.base} {added}".rstrip()


def find_identity(
    values: Mapping[str, np.ndarray], *, total: str, base: str, addends: Sequence[str]
) -> Identity | None:
    """Return the shortest sum of `base` and some addends that is `total`.

    Parameters
    ----------
    values
        One array an order; a missing value counts as 0. Columns that are 0 throughout
        cannot be told and are never part of a sum.
    """
    wanted, start = values[total], values[base]
    known = ~(np.isnan(wanted) | np.isnan(start)) & (wanted != 0)
    rows = int(known.sum())
    if rows < ENOUGH:
        return None
    filled = {name: np.nan_to_num(values[name][known]) for name in addends}
    filled = {name: one for name, one in filled.items() if np.any(one)}
    difference = (wanted - start)[known]
    tolerance = 0.011 + 1e-9 * np.abs(wanted[known])
    for count in range(min(len(filled), LARGEST_COUNT) + 1):
        for names in itertools.combinations(filled, count):
            for signs in itertools.product((1, -1), repeat=count):
                added = sum(
                    (
                        sign * filled[name]
                        for name, sign in zip(names, signs, strict=True)
                    ),
                    np.zeros(rows),
                )
                agreeing = int((np.abs(difference - added) <= tolerance).sum())
                if agreeing >= AGREED * rows:
                    pairs = tuple(zip(names, signs, strict=True))
                    return Identity(total, base, pairs, rows, agreeing)
    return None
