"""The last published model, read back from its release as the frames it was."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.assigning.model_rows import (
    SEGMENT_LISTS,
    linear_model,
    matrix,
    parsed,
)
from segmentation.assigning.prototypes import LinearModel
from segmentation.preparing.preprocessing import PREPARATION_VERSION, transform
from segmentation.releases.release_folder import DATABASE, home_folder
from segmentation.releases.release_tables import opened

# What the column `transform`, in releases before `log_offset`, stood for.
OFFSETS = {"identity": None, "log1p": 1.0, "log_shifted": 30.0}
PREPARATION = (
    "evidence_column",
    "prior_feature",
    "prior_value",
    "prior_events",
    "value_cap",
)
# Score 5 of recency is up to its first cut, score 1 of the others up to theirs.
RFM_CUT_POINTS = """
select
    as_of_date,
    measure,
    method,
    max(up_to_value) filter (where place = 1) as cut_1,
    max(up_to_value) filter (where place = 2) as cut_2,
    max(up_to_value) filter (where place = 3) as cut_3,
    max(up_to_value) filter (where place = 4) as cut_4
from (
    select
        *,
        case when measure = 'recency' then 6 - score else score end as place
    from rfm_cut_points
) as scores
group by as_of_date, measure, method
"""
# What a model is kept in, and what its new state is compared with.
QUERIES = {
    "features": "select * from model_features",
    "candidates": "select * from model_candidates",
    "segments": "select * from model_segments",
    "reference": "select * from model_reference",
    "registry": "select * from segment_registry",
    "rfm_cut_points": RFM_CUT_POINTS,
}
CUSTOMERS = (
    "select customer_id, as_of_date, segment_id, previous_segment_id "
    "from customer_segments"
)
PUBLISHED_DATE = """
select
    customer_id,
    as_of_date,
    segment_id as published_segment_id,
    cast({revenue} as double) as published_lifetime_revenue

from segment_history

where
    as_of_date = (
        select max(as_of_date) from segment_history

        where as_of_date in $dates
    )

order by customer_id
"""
PUBLISHED_DATE_SCHEMA = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of_date", pa.date32()),
        ("published_segment_id", pa.string()),
        ("published_lifetime_revenue", pa.float64()),
    ]
)


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
    rfm_cut_points
        Rows of fitted_rfm_cut_points.
    customers
        customer_id, as_of_date, segment_id, previous_segment_id of the publication.
    """

    features: pd.DataFrame
    candidates: pd.DataFrame
    segments: pd.DataFrame
    reference: pd.DataFrame
    registry: pd.DataFrame
    rfm_cut_points: pd.DataFrame
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

    @property
    def prototypes(self) -> tuple[LinearModel, list[str]]:
        """The scores of its prototypes, and the segment id of each."""
        return linear_model(parsed(self.segments, SEGMENT_LISTS))

    def vectors(self, frame: pd.DataFrame) -> np.ndarray:
        """Return n customers in the model's dimensions, shape (n, d)."""
        return transform(frame=frame, fitted=self.features)

    def place(self, frame: pd.DataFrame) -> tuple[np.ndarray, list[str]]:
        """Return scores (n, p) of customers and the segment id of each prototype."""
        model, ids = self.prototypes
        return model.scores(self.vectors(frame)), ids

    @property
    def preparation_version(self) -> int:
        """What its rows of features mean; before it was noted, the first."""
        return self.facts.get("preparation_version", 1)

    def is_applicable(self, frame: pd.DataFrame) -> bool:
        """Whether the columns that it uses are all there, and mean what they meant."""
        used = self.features["is_used"].astype(bool)
        is_there = set(self.features.loc[used, "feature"]) <= set(frame.columns)
        return is_there and self.preparation_version == PREPARATION_VERSION


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
    path = (home or home_folder()) / "published" / DATABASE
    if not path.exists():
        return None
    stat = path.stat()
    try:
        frames = _model_frames(path.resolve(), stat.st_mtime_ns, stat.st_size)
        with opened(path) as connection:
            connection.execute("use release")
            customers = connection.sql(CUSTOMERS)
            is_empty = not customers.limit(1).fetchall()
            people = (customers if with_customers else customers.limit(0)).df()
    except duckdb.Error:
        # An older release without these tables, or a damaged file: fit anew.
        return None
    if frames["segments"].empty or is_empty:
        return None
    # Every model of a build gets frames of its own.
    own = {name: frame.copy() for name, frame in frames.items()}
    return PublishedModel(**own, customers=people)


@lru_cache(maxsize=1)
def _model_frames(path: Path, *_state: int) -> dict[str, pd.DataFrame]:
    """Return all but the customers: seven models of a build ask for it."""
    with opened(path) as connection:
        connection.execute("use release")
        frames = {
            name: connection.execute(query).df() for name, query in QUERIES.items()
        }
    features = frames["features"]
    if "log_offset" not in features:
        features["log_offset"] = features["transform"].map(OFFSETS)
    # Releases before 0.2 held features that were shrunk already.
    for name in PREPARATION:
        if name not in features:
            features[name] = None
    return frames


def read_published_date(dates: list[date], home: Path | None = None) -> pd.DataFrame:
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
        Columns of `PUBLISHED_DATE_SCHEMA`, in the order of the ids; no rows where no
        date was published.
    """
    with opened((home or home_folder()) / "published" / DATABASE) as connection:
        connection.execute("use release")
        # Releases before 0.2 do not say it: their data counts as unchanged.
        is_told = "lifetime_revenue" in connection.table("segment_history").columns
        query = PUBLISHED_DATE.format(revenue="lifetime_revenue" if is_told else "null")
        return connection.execute(query, {"dates": dates}).df()
