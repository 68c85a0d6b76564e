"""What a segment's name claims, and whether it is true."""

from __future__ import annotations

import re
from typing import NamedTuple

import pandas as pd

# "High" and "low": at least half a standard deviation from all other customers
# (Cohen's medium effect), with the median on the same side.
LEAST_EFFECT = 0.5
# "Typical": about a small effect away from all others at most, with the median among
# the middle half of all customers.
TYPICAL_EFFECT = 0.4
# "Mostly": what three quarters of the segment's customers have in common, and the
# others less.
MOST = 0.75
# Names of segments that are never clustered.
RESERVED_NAMES = ("No Orders", "Unassigned")
NAME_COLUMNS = ("segment_name", "claims", "preference", "description")
CLAIM = re.compile(
    r"(?P<dimension>.+?)"
    r"(?P<operator>:|<=|>=)"
    r"(?P<level>high|low|highest|lowest|typical|most|-?[0-9.]+)"
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


def parse_claims(text: str) -> tuple[Claim, ...]:
    """Read claims as 'recency_days:high;order_count<=1'.

    Levels: high, low, highest, lowest, typical (against all customers), most (of the
    customers, for a category 'column=value'); or a bound that three quarters keep.

    Raises
    ------
    ValueError
        If a part is not a claim; the message quotes it.
    """
    claims = []
    for part in str(text).split(";"):
        found = CLAIM.fullmatch(part.strip())
        is_number = found and found["level"][-1] in ".0123456789"
        if not found or is_number == (found["operator"] == ":"):
            raise ValueError(
                f"segment_names.claims has '{part.strip()}'; wanted for example "
                "'recency_days:high' or 'order_count<=1', several joined by ';'"
            )
        claims.append(Claim(found["dimension"], found["operator"], found["level"]))
    return tuple(claims)


def facts_of(profile: pd.DataFrame) -> dict[str, dict]:
    """Return a profile as its rows by dimension and segment number, to test claims.

    Parameters
    ----------
    profile
        As `profiles.profile_segments` returns it.
    """
    facts: dict[str, dict] = {}
    for row in profile.itertuples(index=False):
        facts.setdefault(row.dimension, {})[row.segment_number] = row
    return facts


def claim_holds(*, claim: Claim, number: int, facts: dict[str, dict]) -> bool:
    """Test a claim against the segment's profile; what is not known is not claimed.

    Parameters
    ----------
    claim
        What is said.
    number
        The segment.
    facts
        As `facts_of` returns them.
    """
    rows = facts.get(claim.dimension, {})
    if number not in rows:
        return False
    row = rows[number]
    if claim.operator == "<=":
        return bool(row.upper_quartile <= float(claim.level))
    if claim.operator == ">=":
        return bool(row.lower_quartile >= float(claim.level))
    others = [other.segment_value for key, other in rows.items() if key != number]
    value, overall, effect = row.segment_value, row.overall_value, row.effect_size
    if not pd.isna(row.category_value):
        return bool(claim.level == "most" and value >= MOST and effect >= LEAST_EFFECT)
    checks = {
        "high": effect >= LEAST_EFFECT and value > overall,
        "low": effect <= -LEAST_EFFECT and value < overall,
        "highest": value > overall and all(value > other for other in others),
        "lowest": value < overall and all(value < other for other in others),
        "typical": abs(effect) <= TYPICAL_EFFECT
        and row.overall_lower_quartile <= value <= row.overall_upper_quartile,
    }
    return bool(checks.get(claim.level, False))


def name_holds(*, name: SegmentName, number: int, facts: dict[str, dict]) -> bool:
    """Whether every claim of a name is true of the segment."""
    return all(
        claim_holds(claim=claim, number=number, facts=facts) for claim in name.claims
    )


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
