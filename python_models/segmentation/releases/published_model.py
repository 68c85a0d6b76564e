"""The last published model, read back from its release as the frames it was."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.assigning.prototypes import LinearModel
from segmentation.explaining.segment_ids import matrix
from segmentation.preparing.preprocessing import transform
from segmentation.releases.release_folder import home_folder

DATABASE = Path("published") / "segments.duckdb"
# What the column `transform`, in releases before `log_offset`, stood for.
OFFSETS = {"identity": None, "log1p": 1.0, "log_shifted": 30.0}
# What a model is kept in, and what its new state is compared with.
QUERIES = {
    "features": "select * from model_features",
    "candidates": "select * from model_candidates",
    "segments": "select * from model_segments",
    "reference": "select * from model_reference",
    "registry": "select * from segment_registry",
}
CUSTOMERS = (
    "select customer_id, as_of_date, segment_id, previous_segment_id "
    "from customer_segments"
)
PUBLISHED_DATE = """
with

dates as (

    select
        as_of_date,
        lag(as_of_date) over (order by as_of_date) as previous_date

    from segment_history

    group by as_of_date

),

newest as (

    select * from dates

    where as_of_date in $dates

    order by as_of_date desc

    limit 1

)

select
    history.customer_id,
    history.as_of_date,
    history.segment_id as published_segment_id,
    before.segment_id as previous_segment_id

from segment_history as history

inner join newest
    on history.as_of_date = newest.as_of_date

left join segment_history as before
    on
        history.customer_id = before.customer_id
        and before.as_of_date = newest.previous_date

order by history.customer_id
"""


@dataclass(frozen=True)
class PublishedModel:
    """A fitted model and whom it placed where.

    Attributes
    ----------
    features, candidates, segments
        Rows of fitted_features, fitted_candidates and fitted_segments as text and
        numbers; lists are JSON.
    reference
        Rows of model_reference: item, item_value (JSON).
    registry
        Rows of segment_registry.
    customers
        customer_id, as_of_date, segment_id, previous_segment_id of the publication.
    """

    features: pd.DataFrame
    candidates: pd.DataFrame
    segments: pd.DataFrame
    reference: pd.DataFrame
    registry: pd.DataFrame
    customers: pd.DataFrame

    @property
    def facts(self) -> dict[str, object]:
        """What was noted on the day of the fit, by item."""
        rows = self.reference.itertuples()
        return {row.item: json.loads(row.item_value) for row in rows}

    @property
    def as_of_date(self) -> date | None:
        """The newest day of the publication; None of an attribute table."""
        newest = pd.Timestamp(self.customers["as_of_date"].max())
        return None if pd.isna(newest) else newest.date()

    @property
    def selected(self) -> pd.Series:
        """The candidate in use."""
        return self.candidates[self.candidates["is_selected"]].iloc[0]

    @property
    def version(self) -> str:
        return str(self.segments["model_version"].iloc[0])

    @property
    def centroids(self) -> np.ndarray:
        """Means of the segments, shape (k, d), in the model's dimensions."""
        known = self.segments.loc[self.segments["centroid"].notna(), "centroid"]
        return matrix([json.loads(text) for text in known])

    def vectors(self, frame: pd.DataFrame) -> np.ndarray:
        """Return n customers in the model's dimensions, shape (n, d)."""
        return transform(frame=frame, fitted=self.features)

    def place(self, frame: pd.DataFrame) -> tuple[np.ndarray, list[str]]:
        """Return scores (n, p) of customers and the segment id of each prototype."""
        model, ids = linear_model(parsed(self.segments, SEGMENT_LISTS))
        return model.scores(self.vectors(frame)), ids

    def is_applicable(self, frame: pd.DataFrame) -> bool:
        """Whether the columns that the model uses are all there."""
        used = self.features["is_used"].astype(bool)
        return set(self.features.loc[used, "feature"]) <= set(frame.columns)


SEGMENT_LISTS = [
    "prototype_weights", "prototype_offsets", "centroid", "drivers", "driver_effects",
]  # fmt: skip
CANDIDATE_LISTS = [
    "prototype_segments", "prototype_weights", "prototype_offsets", "centroids",
    "jaccards", "calibration_margins", "calibration_confidences",
]  # fmt: skip


def linear_model(segments: pd.DataFrame) -> tuple[LinearModel, list[str]]:
    """Return the scores of fitted_segments' rows and the id behind each prototype."""
    ordered = segments.sort_values("segment_number")
    weights, offsets, ids = [], [], []
    for row in ordered.itertuples():
        weights += [np.asarray(one, dtype=float) for one in row.prototype_weights]
        offsets += [float(one) for one in row.prototype_offsets]
        ids += [row.segment_id] * len(row.prototype_offsets)
    model = LinearModel(np.array(weights), np.array(offsets), np.arange(len(ids)))
    return model, ids


def parsed(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the frame with the JSON of some columns as lists."""
    lists = {
        name: [
            None if text is None or pd.isna(text) else json.loads(text)
            for text in frame[name]
        ]
        for name in columns
    }
    return frame.assign(
        **{name: pd.Series(found, frame.index, object) for name, found in lists.items()}
    )


def read_published(
    home: Path | None = None, *, with_customers: bool = True
) -> PublishedModel | None:
    """Return the published model, or None where no release can be read.

    Parameters
    ----------
    home
        Folder that holds `published`; default: where this build writes to.
    with_customers
        False leaves its customers out: there may be millions.
    """
    path = (home or home_folder()) / DATABASE
    if not path.exists():
        return None
    escaped = str(path).replace("'", "''")
    try:
        with duckdb.connect() as connection:
            connection.execute(f"attach '{escaped}' as release (read_only)")
            connection.execute("use release")
            frames = {
                name: connection.execute(query).df() for name, query in QUERIES.items()
            }
            customers = connection.sql(CUSTOMERS)
            is_empty = not customers.limit(1).fetchall()
            frames["customers"] = (
                customers if with_customers else customers.limit(0)
            ).df()
    except duckdb.Error:
        # An older release without these tables, or a damaged file: fit anew.
        return None
    if frames["segments"].empty or is_empty:
        return None
    if "log_offset" not in frames["features"]:
        frames["features"]["log_offset"] = frames["features"]["transform"].map(OFFSETS)
    return PublishedModel(**frames)


def read_published_date(
    dates: list[date], home: Path | None = None
) -> pd.DataFrame:
    """Return who was published where on the newest of some dates.

    Parameters
    ----------
    dates
        As-of dates of this build.
    home
        Folder that holds `published`; default: where this build writes to.

    Returns
    -------
    DataFrame
        customer_id, as_of_date, published_segment_id, previous_segment_id (one as-of
        date before), in the order of the ids; no rows where no date was published.
    """
    path = str((home or home_folder()) / DATABASE).replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as release (read_only)")
        connection.execute("use release")
        return connection.execute(PUBLISHED_DATE, {"dates": dates}).df()


def kept_table(
    frame: pd.DataFrame, *, lists: list[str] | None = None, schema: pa.Schema
) -> pa.Table:
    """Return published rows as the table that the fitted model once returned.

    Parameters
    ----------
    frame
        Rows of the release.
    lists
        Columns that hold JSON lists.
    schema
        Columns and types of the fitted model.
    """
    rows = parsed(frame, lists or [])[schema.names]
    return pa.Table.from_pandas(rows, schema=schema, preserve_index=False)
