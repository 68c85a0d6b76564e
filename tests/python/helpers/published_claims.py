"""What a release says of its segments, worked out again from its own rows."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd

import recomputed
from dbt_builds import Build

WORDS = {row["feature"]: row for row in recomputed.seed("feature_labels")}
SPECIAL = ("no_orders", "unassigned")


def frame(build: Build, sql: str) -> pd.DataFrame:
    """Rows of a query over the published tables, money as numbers."""
    path = build.published / "segments.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute(sql)
        money = [name for name, kind, *_ in found.description if "DECIMAL" in str(kind)]
        return found.df().astype(dict.fromkeys(money, float))


def who_is(claim: str, people: pd.DataFrame) -> pd.Series:
    """Who is what one claim says, by the figures in customer_segments."""
    for operator in ("<=", ">="):
        if operator in claim:
            name, _, level = claim.partition(operator)
            values = people[name].astype(float)
            limit = bound(level, values)
            return values <= limit if operator == "<=" else values >= limit
    name, _, level = claim.rpartition(":")
    values, words = people[name].astype(float), WORDS[name]
    if level == "typical":
        return pd.Series(True, people.index)
    is_above = level in ("high", "above", "highest")
    middle = values.median()
    found = values > middle if is_above else values < middle
    if words["evidence_from"]:
        found &= people[words["evidence"]] >= int(words["evidence_from"])
    if level == "high" and words["high_from"]:
        found &= values >= bound(words["high_from"], values)
    if level == "low" and words["low_to"]:
        found &= values <= bound(words["low_to"], values)
    return found


def bound(text: str, values: pd.Series) -> float:
    return float(text[:-1]) * values.median() if text.endswith("x") else float(text)


def shares_who_are_what_the_name_says(build: Build) -> dict[str, float]:
    """By name: the share of the segment's customers who are all that it says."""
    people = frame(build, "from customer_segments")
    people = people[~people["segment_id"].isin(SPECIAL)].reset_index(drop=True)
    names = frame(
        build, "select segment_id, segment_name, name_claims from model_segments"
    )
    found = {}
    for row in names.itertuples():
        if pd.isna(row.name_claims):
            continue
        own = (people["segment_id"] == row.segment_id).to_numpy()
        are_all = np.ones(len(people), dtype=bool)
        for claim in row.name_claims.split(";"):
            are_all &= who_is(claim, people).to_numpy()
        found[row.segment_name] = float(are_all[own].mean())
    return found


def rules_as_they_run(build: Build) -> dict[str, tuple]:
    """By segment: precision and coverage published, and as the rule runs now."""
    rows = frame(
        build,
        "select segment_id, rule_sql, rule_precision, rule_coverage from segments"
        " where rule_sql is not null",
    )
    found = {}
    for row in rows.itertuples():
        measured = build.query(
            f"select avg((segment_id = '{row.segment_id}')::int)"
            f" filter (where {row.rule_sql}),"
            f" avg((coalesce({row.rule_sql}, false))::int)"
            f" filter (where segment_id = '{row.segment_id}') from customer_segments"
        )
        published = (row.rule_precision, row.rule_coverage)
        found[row.segment_id] = (published, measured[0])
    return found
