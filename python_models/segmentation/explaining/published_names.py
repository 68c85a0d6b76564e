"""Names and rules of segments, judged on the customers they are published with."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.explaining.claims import SegmentName, facts_of, parse_claims
from segmentation.explaining.naming import name_segments
from segmentation.explaining.profiles import profile_segments
from segmentation.explaining.segments import UNASSIGNED_ID

UNASSIGNED = SegmentName(
    "Unassigned", (), "Customers that resemble no segment enough to belong to one."
)
# Without a model dimension there is nothing that tells customers apart.
ALIKE = SegmentName(
    "All Customers", (), "All customers are alike in everything they are grouped by."
)
UNDIVIDED = SegmentName(
    "All Customers", (), "One segment: the algorithm found nothing that parts them."
)
NAMES_SCHEMA = pa.schema(
    [
        ("segment_id", pa.string()),
        ("segment_name", pa.string()),
        ("description", pa.string()),
        ("name_claims", pa.string()),
        ("rule_precision", pa.float64()),
        ("rule_coverage", pa.float64()),
    ]
)


def name_published(
    *,
    segments: pd.DataFrame,
    customers: pd.DataFrame,
    fitted_features: pd.DataFrame,
    names: pd.DataFrame,
    feature_labels: pd.DataFrame,
    previous_segments: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Name every segment by the customers who are in it, and measure its rule on them.

    Parameters
    ----------
    segments
        Rows of fitted_segments: segment_id, segment_number, rule_sql.
    customers
        n customers as published: segment_id, the columns of customer_segments that
        names may speak of, in raw units, and `vector`, their standardised features;
        null for those who are never clustered.
    fitted_features
        The preprocessing as rows.
    names, feature_labels
        The seeds of the same names.
    previous_segments
        The last published segment_id, segment_name, description, name_claims. A name is
        kept while it is true.

    Returns
    -------
    One row per segment, columns and types of `NAMES_SCHEMA`. `rule_precision` is the
    share of the customers picked by a rule who are in the segment, `rule_coverage` the
    share of the segment's customers who are picked.
    """
    numbers_by_id = dict(
        zip(segments["segment_id"], segments["segment_number"], strict=True)
    )
    numbers = customers["segment_id"].map(numbers_by_id).fillna(-1).to_numpy(int)
    dimensions = fitted_features[fitted_features["is_used"].astype(bool)]
    dimensions = dimensions.sort_values("position").reset_index(drop=True)
    # Attributes are text, also those that are clustered on as numbers.
    numeric = dimensions.loc[dimensions["category_value"].isna(), "feature"]
    customers = customers.assign(
        **{name: pd.to_numeric(customers[name], errors="coerce") for name in numeric}
    )
    if dimensions.empty:
        chosen = dict.fromkeys(numbers_by_id.values(), ALIKE)
    elif list(numbers_by_id.values()) == [0]:
        chosen = {0: UNDIVIDED}
    else:
        chosen = _chosen_names(
            customers,
            numbers,
            dimensions,
            names,
            feature_labels,
            _previous_names(previous_segments, numbers_by_id),
        )
    rows = []
    for row in segments.itertuples():
        name = chosen.get(
            row.segment_number,
            SegmentName(
                f"Segment {row.segment_number + 1}", (), "No customer at present."
            ),
        )
        if row.segment_id == UNASSIGNED_ID:
            name = UNASSIGNED
        precision, coverage = rule_measures(
            customers=customers,
            members=numbers == row.segment_number,
            rule_sql=row.rule_sql,
        )
        rows.append(
            {
                "segment_id": row.segment_id,
                "segment_name": name.name,
                "description": name.description,
                "name_claims": ";".join(claim.text for claim in name.claims) or None,
                "rule_precision": precision,
                "rule_coverage": coverage,
            }
        )
    return pd.DataFrame(rows, columns=NAMES_SCHEMA.names)


def rule_measures(
    *, customers: pd.DataFrame, members: np.ndarray, rule_sql: str | None
) -> tuple[float | None, float | None]:
    """Return precision and coverage of a rule, as DuckDB runs it on the customers.

    Parameters
    ----------
    customers
        n customers in raw units.
    members
        (n,) True for the segment's customers.
    rule_sql
        A condition on their columns; null: there is no rule.
    """
    if pd.isna(rule_sql):
        return None, None
    columns = [name for name in customers if name != "vector"]
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("customers", customers[columns].assign(is_member=members))
        ((hits, found),) = connection.execute(
            f"select count(*) filter (where is_member), count(*) from customers"
            f" where {rule_sql}"
        ).fetchall()
    size = int(members.sum())
    return (hits / found if found else None), (hits / size if size else None)


def _chosen_names(
    customers, numbers, dimensions, names, feature_labels, previous_names
) -> dict[int, SegmentName]:
    is_clustered = customers["vector"].notna().to_numpy() & (numbers >= 0)
    if not is_clustered.any():
        return {}
    features = customers[is_clustered].reset_index(drop=True)
    own = numbers[is_clustered]
    profile = profile_segments(
        features=features,
        vectors=np.stack(features["vector"].to_numpy()),
        labels=own,
        dimensions=dimensions,
    )
    facts = facts_of(
        profile=profile, features=features, numbers=own, labels=feature_labels
    )
    return name_segments(facts=facts, names=names, previous_names=previous_names)


def _previous_names(previous, numbers_by_id) -> dict[int, SegmentName]:
    if previous is None:
        return {}
    return {
        numbers_by_id[row.segment_id]: SegmentName(
            row.segment_name, parse_claims(row.name_claims), row.description
        )
        for row in previous.itertuples()
        if row.segment_id in numbers_by_id and not pd.isna(row.name_claims)
    }
