"""Campaigns as they were published: who was drawn, and what is final, stays."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from segmentation.releases.release_folder import DATABASE, home_folder, releases_of
from segmentation.releases.release_tables import opened

ASSIGNMENTS_SCHEMA = pa.schema(
    [
        ("campaign_id", pa.string()),
        ("customer_id", pa.string()),
        ("arm", pa.string()),
        ("segment_id", pa.string()),
        ("segment_name", pa.string()),
        ("as_of_date", pa.date32()),
    ]
)
RESULTS_SCHEMA = pa.schema(
    [
        ("campaign_id", pa.string()),
        ("segment_id", pa.string()),
        ("segment_name", pa.string()),
        ("campaign_name", pa.string()),
        ("campaign_type", pa.string()),
        ("status", pa.string()),
        ("note", pa.string()),
        ("starts_on", pa.date32()),
        ("ends_on", pa.date32()),
        ("outcome_days", pa.int32()),
        ("audience", pa.string()),
        ("holdout_share", pa.float64()),
        ("as_of_date", pa.date32()),
        ("drawn_on", pa.date32()),
        ("cost_per_contact", pa.decimal128(18, 2)),
        ("assigned_treated", pa.int64()),
        ("assigned_held_out", pa.int64()),
        ("treated_customers", pa.int64()),
        ("held_out_customers", pa.int64()),
        ("treated_orders", pa.int64()),
        ("held_out_orders", pa.int64()),
        ("treated_buyers", pa.int64()),
        ("held_out_buyers", pa.int64()),
        ("treated_spend", pa.decimal128(18, 2)),
        ("held_out_spend", pa.decimal128(18, 2)),
        ("contact_count", pa.int64()),
        ("contacted_customers", pa.int64()),
        ("held_out_contacted", pa.int64()),
        ("redemption_count", pa.int64()),
        ("redeeming_customers", pa.int64()),
        ("overlap_customers", pa.int64()),
        ("mismatch_p_value", pa.float64()),
        ("lift", pa.float64()),
        ("lift_low", pa.float64()),
        ("lift_high", pa.float64()),
        ("lift_share", pa.float64()),
        ("p_value", pa.float64()),
        ("p_value_adjusted", pa.float64()),
        ("variance_removed", pa.float64()),
        ("buyer_lift", pa.float64()),
        ("buyer_lift_low", pa.float64()),
        ("buyer_lift_high", pa.float64()),
    ]
)


def read_published_campaigns(
    table: str, schema: pa.Schema, home: Path | None = None
) -> pa.Table:
    """Return the rows of a published table of campaigns.

    Of a campaign that the published release does not have, those of a newer release
    that is still there: going back a release draws nothing anew.

    Parameters
    ----------
    table
        `campaign_assignments` or `campaign_results`.
    schema
        Columns and types; a column that a release lacks is null.
    home
        Folder that holds `published`; default: where this build writes to.
    """
    home = home or home_folder()
    published = home / "published"
    if not published.exists():
        return schema.empty_table()
    known: set[str] = set()
    parts = [schema.empty_table()]
    current = published.resolve()
    newer = [one for one in releases_of(home) if one.name > current.name]
    for release in [current, *reversed(newer)]:
        rows = _rows(release / DATABASE, table, schema, known)
        if rows is not None:
            known |= set(rows["campaign_id"].unique().to_pylist())
            parts.append(rows)
    return pa.concat_tables(parts)


def _rows(
    path: Path, table: str, schema: pa.Schema, known: set[str]
) -> pa.Table | None:
    if not path.exists():
        return None
    try:
        with opened(path) as connection:
            found = connection.table(f"release.main.{table}")
            columns = ", ".join(
                name if name in found.columns else f"null as {name}"
                for name in schema.names
            )
            return (
                connection.sql(
                    f"select {columns} from release.main.{table} "
                    "where not list_contains($known, campaign_id) order by all",
                    params={"known": sorted(known)},
                )
                .to_arrow_table()
                .cast(schema)
            )
    except duckdb.Error:
        # A release from before there were campaigns, or a damaged file.
        return None
