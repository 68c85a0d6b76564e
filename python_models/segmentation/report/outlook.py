"""What is expected of today's customers, as the published tables have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import pandas as pd

from segmentation.preparing.matching_ids import in_both
from segmentation.report.tables import Published, plain
from segmentation.wording.dates import as_date

# In the order of a customer's life; `new` last, as its silence says least.
STATES = ("active", "due", "overdue", "lapsed", "new")
TIERS = ("top", "high", "medium", "low")
PREDICTED = (
    "customer_id",
    "horizon_days",
    "lifecycle",
    "value_tier",
    "expected_orders",
    "expected_spend",
    "silence_probability",
    "spend_at_stake",
    "is_at_risk",
    "has_returned",
    "is_season_seen",
    "refused_reason",
)


@dataclass(frozen=True)
class Outlook:
    """Predictions of all customers of a release.

    Parameters
    ----------
    people : DataFrame
        One row per customer with a prediction: segment_id and the columns of
        customer_predictions, money as floats.
    refused_reason : str or None
        Why nothing is predicted, where that is so; people is then empty.
    """

    people: pd.DataFrame
    horizon_days: int
    as_of: date | None
    is_season_seen: bool
    refused_reason: str | None = None

    @property
    def last_day(self) -> date:
        """The last day of the horizon."""
        return self.as_of + timedelta(days=self.horizon_days)

    @cached_property
    def late(self) -> pd.DataFrame:
        """Customers who are late by their own standards."""
        return self.people[self.people["is_at_risk"]]


def make_outlook(published: Published) -> Outlook | None:
    """Predictions joined with segments; None where the release has none."""
    found = published.frame("customer_predictions", *PREDICTED)
    segments = published.frame("customer_segments", "customer_id", "segment_id")
    if found is None or segments is None:
        return None
    people = in_both(found, segments, "segment_id")
    people = people.sort_values("customer_id", ignore_index=True)
    known = people[people["expected_spend"].notna()].copy()
    for name in ("expected_spend", "spend_at_stake", "expected_orders"):
        known[name] = known[name].astype(float)
    if "has_yearly_rhythm" not in known:
        known["has_yearly_rhythm"] = False
    for name in ("is_at_risk", "has_returned", "has_yearly_rhythm"):
        known[name] = known[name].fillna(False).astype(bool)
    reasons = people["refused_reason"].dropna()
    day = found["as_of_date"].max() if "as_of_date" in found else None
    return Outlook(
        people=known.reset_index(drop=True),
        horizon_days=int(found["horizon_days"].iloc[0]),
        as_of=as_date(plain(day)),
        is_season_seen=bool(found["is_season_seen"].fillna(False).all()),
        refused_reason=(
            str(reasons.mode().iloc[0]) if known.empty and len(reasons) else None
        ),
    )


def hidden(counts: Mapping, *, minimum: int) -> set:
    """Cells of a table with a total whose money is not shown.

    Those of fewer than `minimum` customers; and where these are together fewer than
    that, the smallest of the others too, or the total less the rest would be theirs.
    """
    small = {key for key, count in counts.items() if 0 < count < minimum}
    if small and sum(counts[key] for key in small) < minimum:
        others = [key for key, count in counts.items() if count >= minimum]
        small |= set(sorted(others, key=lambda key: (counts[key], str(key)))[:1])
    return small


def hidden_cells(counts: Mapping[tuple, int], *, minimum: int) -> set:
    """Cells of a table with totals of its rows and columns whose money is not shown.

    As `hidden`, line by line, until no line gives one of them away. A cell whose other
    line hides something already is taken first: it costs no more.

    Parameters
    ----------
    counts : mapping of (row, column) to int
        Customers of each cell.
    """
    gone = {key for key, count in counts.items() if 0 < count < minimum}
    lines = [
        [key for key in counts if key[axis] == name]
        for axis in (0, 1)
        for name in sorted({key[axis] for key in counts}, key=str)
    ]
    is_changed = True
    while is_changed:
        is_changed = False
        for axis_line in lines:
            inside = [key for key in axis_line if key in gone]
            if not inside or sum(counts[key] for key in inside) >= minimum:
                continue
            others = [key for key in axis_line if counts[key] and key not in gone]
            if others:
                gone.add(
                    min(
                        others,
                        key=lambda key: (
                            not any(
                                one in gone and (one[0] == key[0] or one[1] == key[1])
                                for one in gone
                                if one not in inside
                            ),
                            counts[key],
                            str(key),
                        ),
                    )
                )
                is_changed = True
    return gone


def newest_trial(published: Published, grouping: str, *columns: str) -> list[dict]:
    """Rows of prediction_calibration: its newest past day, by `grouping`.

    Empty where there is no such day, or the table lacks one of the columns.
    """
    needed = ("cut_off_date", "grouping_name", *columns)
    found = [
        row
        for row in published.rows("prediction_calibration", *needed)
        if row["grouping_name"] == grouping
    ]
    newest = max((str(row["cut_off_date"]) for row in found), default=None)
    return [row for row in found if str(row["cut_off_date"]) == newest]
