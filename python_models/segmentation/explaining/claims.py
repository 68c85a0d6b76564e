"""What a segment's name claims, and whether it is true."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from segmentation.preparing.column_values import indicator, numeric_values
from segmentation.wording.feature_words import feature_words

# "Above" and "below": at least half a standard deviation from all other customers
# (Cohen's medium effect), with the median on the same side.
LEAST_EFFECT = 0.5
# "Typical": about a small effect away from all others at most, with the median among
# the middle half of all customers.
TYPICAL_EFFECT = 0.4
# A bound, and what a segment "mostly" is: three quarters of its customers, and of a
# category the others less.
MOST = 0.75
# A bound of nothing at all, such as no second order, says never: whoever has one
# contradicts the name, so that nine in ten have none.
NEVER = 0.9
# A name is that of customers of whom so many are all that it says, each by their own
# figures, as published.
FULFILLED = 0.6
# Names of segments that are never clustered.
RESERVED_NAMES = ("No Orders", "Unassigned")
NAME_COLUMNS = ("segment_name", "claims", "preference", "description")
LEVELS = "high|low|above|below|highest|lowest|typical|most"
CLAIM = re.compile(
    r"(?P<dimension>.+?)"
    r"(?P<operator>:|<=|>=)"
    rf"(?P<level>{LEVELS}|-?[0-9.]+x?)"
)


class Claim(NamedTuple):
    """One thing a name says: a dimension, ':' and a level, or a bound and a number."""

    dimension: str
    operator: str
    level: str

    @property
    def text(self) -> str:
        """The claim as written in the seed."""
        return f"{self.dimension}{self.operator}{self.level}"


class SegmentName(NamedTuple):
    """A name, what it claims, and a sentence that says no more than the claims."""

    name: str
    claims: tuple[Claim, ...]
    description: str
    preference: float = 1.0


class Facts(NamedTuple):
    """What claims are tested on.

    Attributes
    ----------
    rows
        Rows of the profile by dimension and segment number.
    features
        n customers in raw units, as they are published.
    numbers
        (n,) their segment numbers; -1 is no segment that has a name.
    labels
        The seed feature_labels.
    known
        Who is what a claim says, by claim, as far as it has been asked.
    """

    rows: dict[str, dict]
    features: pd.DataFrame
    numbers: np.ndarray
    labels: pd.DataFrame
    known: dict[Claim, np.ndarray]


def parse_claims(text: str) -> tuple[Claim, ...]:
    """Read claims as 'recency_days:high;order_count<=1'.

    Levels: above and below (against all customers), high and low (so as well, and
    beyond what feature_labels asks of the word), highest and lowest (of all segments),
    typical, most (of the customers, for a category 'column=value'); or a bound that
    three quarters keep (nine in ten where it is nothing at all, '<=0'), in the column's
    unit or, with an x, in medians of all customers.

    Raises
    ------
    ValueError
        If a part is not a claim; the message quotes it.
    """
    claims = []
    for part in str(text).split(";"):
        found = CLAIM.fullmatch(part.strip())
        is_number = found and found["level"].rstrip("x")[-1:] in ".0123456789"
        if not found or is_number == (found["operator"] == ":"):
            raise ValueError(
                f"segment_names.claims has '{part.strip()}'; wanted for example "
                "'recency_days:high' or 'order_count<=1', several joined by ';'"
            )
        claims.append(Claim(found["dimension"], found["operator"], found["level"]))
    return tuple(claims)


def facts_of(
    *,
    profile: pd.DataFrame,
    features: pd.DataFrame,
    numbers: np.ndarray,
    labels: pd.DataFrame,
) -> Facts:
    """Return what claims are tested on.

    Parameters
    ----------
    profile
        As `profiles.profile_segments` returns it.
    features, numbers, labels
        As in `Facts`.
    """
    rows: dict[str, dict] = {}
    for row in profile.itertuples(index=False):
        rows.setdefault(row.dimension, {})[row.segment_number] = row
    return Facts(rows, features, np.asarray(numbers), labels, {})


def fulfilled(*, claim: Claim, facts: Facts) -> np.ndarray:
    """Return (n,) True where a customer is what the claim says, by their own figures.

    Who has no figure is not. 'Highest' and 'lowest' are above and below for one
    customer.
    """
    if claim not in facts.known:
        facts.known[claim] = _fulfilled(claim, facts)
    return facts.known[claim]


def _fulfilled(claim: Claim, facts: Facts) -> np.ndarray:
    name, _, category = claim.dimension.partition("=")
    if name not in facts.features:
        return np.zeros(len(facts.features), dtype=bool)
    column = facts.features[name]
    if category:
        return indicator(column, category) == 1
    values = numeric_values(column)
    known = values[~np.isnan(values)]
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    median = float(np.median(known))
    if claim.operator != ":":
        bound = bound_of(claim.level, median)
        return values <= bound if claim.operator == "<=" else values >= bound
    if claim.level == "typical":
        low, high = np.quantile(known, [0.25, 0.75])
        return (values >= low) & (values <= high)
    words = feature_words(feature=name, labels=facts.labels)
    is_above = claim.level in ("high", "above", "highest")
    found = values > median if is_above else values < median
    if words.evidence_from and words.evidence in facts.features:
        events = numeric_values(facts.features[words.evidence])
        found &= events >= words.evidence_from
    if claim.level == "high" and words.high_from:
        found &= values >= bound_of(words.high_from, median)
    if claim.level == "low" and words.low_to:
        found &= values <= bound_of(words.low_to, median)
    return found


def bound_of(level: str, median: float) -> float:
    """Return a bound in the column's unit: '5', or '1.5x' for medians of everybody."""
    return float(level[:-1]) * median if level.endswith("x") else float(level)


def claim_holds(*, claim: Claim, number: int, facts: Facts) -> bool:
    """Test a claim on the segment's customers; what is not known is not claimed.

    Parameters
    ----------
    claim
        What is said.
    number
        The segment.
    facts
        As `facts_of` returns them.
    """
    own = facts.numbers == number
    if not own.any():
        return False
    share = fulfilled(claim=claim, facts=facts)[own].mean()
    if claim.operator != ":":
        is_never = claim.operator == "<=" and float(claim.level.rstrip("x")) == 0
        return bool(share >= (NEVER if is_never else MOST))
    rows = facts.rows.get(claim.dimension, {})
    if number not in rows:
        return False
    row = rows[number]
    others = [other.segment_value for key, other in rows.items() if key != number]
    value, overall, effect = row.segment_value, row.overall_value, row.effect_size
    if not pd.isna(row.category_value):
        return bool(claim.level == "most" and share >= MOST and effect >= LEAST_EFFECT)
    is_above = effect >= LEAST_EFFECT and value > overall and share >= FULFILLED
    is_below = effect <= -LEAST_EFFECT and value < overall and share >= FULFILLED
    checks = {
        "high": is_above,
        "above": is_above,
        "low": is_below,
        "below": is_below,
        "highest": value > overall and all(value > other for other in others),
        "lowest": value < overall and all(value < other for other in others),
        "typical": abs(effect) <= TYPICAL_EFFECT
        and row.overall_lower_quartile <= value <= row.overall_upper_quartile,
    }
    return bool(checks.get(claim.level, False))


def name_holds(*, name: SegmentName, number: int, facts: Facts) -> bool:
    """Whether every claim of a name is true, and most customers are all it says.

    A typical segment is one by its middle, not by each of its customers.
    """
    if not all(
        claim_holds(claim=claim, number=number, facts=facts) for claim in name.claims
    ):
        return False
    own = facts.numbers == number
    told = [claim for claim in name.claims if claim.level != "typical"]
    are_all = np.ones(int(own.sum()), dtype=bool)
    for claim in told:
        are_all &= fulfilled(claim=claim, facts=facts)[own]
    return bool(not told or (len(are_all) and are_all.mean() >= FULFILLED))


def read_names(names: pd.DataFrame) -> list[SegmentName]:
    """Read the seed segment_names: segment_name, claims, preference, description.

    Raises
    ------
    ValueError
        If a column is missing, a name is given twice or is reserved, or a claim
        cannot be read.
    """
    missing = [column for column in NAME_COLUMNS if column not in names.columns]
    if missing:
        raise ValueError(f"segment_names lacks the column '{missing[0]}'")
    read = []
    seen = {name.casefold(): name for name in RESERVED_NAMES}
    for row in names[list(NAME_COLUMNS)].itertuples():
        text = "" if pd.isna(row.segment_name) else " ".join(row.segment_name.split())
        if not text or text.casefold() in seen:
            raise ValueError(
                f"segment_names.segment_name has '{text}' twice, or it is reserved"
            )
        seen[text.casefold()] = text
        description = "" if pd.isna(row.description) else row.description
        preference = 1.0 if pd.isna(row.preference) else float(row.preference)
        read.append(
            SegmentName(text, parse_claims(row.claims), description, preference)
        )
    return read
