"""What a refit did to each segment: kept, split, merged, born or retired."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.preparing.matching_ids import is_among, positions_among, values_at
from segmentation.releases.published_model import PublishedModel

REGISTRY_SCHEMA = pa.schema(
    [
        ("segment_id", pa.string()),
        ("segment_name", pa.string()),
        ("model_version", pa.string()),
        ("as_of_date", pa.date32()),
        ("event", pa.string()),
        ("related_segment_id", pa.string()),
        ("overlap_share", pa.float64()),
        ("customer_count", pa.int64()),
    ]
)
KEY = ["segment_id", "model_version", "as_of_date"]
SHARE_DIGITS = 6


def old_ids(
    *, published: PublishedModel | None, features: pd.DataFrame
) -> np.ndarray | None:
    """Return each customer's segment by the published model, on today's features.

    Where a feature of that model is gone, the published segment of the customer (None
    for those who were not there).
    """
    if published is None:
        return None
    if published.is_applicable(features):
        scores, ids = published.place(features)
        return np.array(ids, dtype=object)[scores.argmax(axis=1)]
    return segments_of(features["customer_id"], published.customers).to_numpy(object)


def segments_of(
    customer_ids: pd.Series, published_customers: pd.DataFrame
) -> pd.Series:
    """Return the published segment of each customer; missing for who is none."""
    positions = positions_among(customer_ids, published_customers["customer_id"])
    segment_ids = values_at(published_customers["segment_id"], positions)
    return pd.Series(segment_ids, index=customer_ids.index)


def was_published(
    published: PublishedModel | None, customer_ids: pd.Series
) -> np.ndarray | None:
    """Return who was in the last publication, shape (n,); None if there is none."""
    if published is None:
        return None
    return is_among(customer_ids, published.customers["customer_id"])


def trace_segments(
    *,
    segments: pd.DataFrame,
    customer_ids: Sequence[str],
    new_ids: Sequence[str],
    old_ids: Sequence[str] | None,
    published: PublishedModel | None,
    as_of_date,
    limit: float,
) -> pd.DataFrame:
    """Return the registry with this refit's events at its end.

    Parameters
    ----------
    segments
        The new model's segment_id, segment_name and model_version.
    customer_ids
        n customers of today.
    new_ids, old_ids
        (n,) their segments by the new and by the published model, on the same day.
    published
        The published model; None begins a new registry.
    as_of_date
        Day of the refit.
    limit
        Share from which a part is the main part.

    Returns
    -------
    DataFrame
        Columns of `REGISTRY_SCHEMA`. `overlap_share` backs the event: of the old
        segment's published customers those kept, of its customers those merged; of the
        new segment's customers those who come from the segment split; of a retired
        segment's published customers those still there. Who is whose is asked of the
        published model today; where it does not tell, of the publication.
    """
    today = pd.DataFrame({"customer_id": list(customer_ids), "new": list(new_ids)})
    names = segments.set_index("segment_id")["segment_name"].to_dict()
    version = segments["model_version"].iloc[0]
    base = {"model_version": version, "as_of_date": pd.Timestamp(as_of_date).date()}
    if published is None:
        rows = [
            _event(base, segment_id, names, "born", None, None, today)
            for segment_id in segments["segment_id"]
        ]
        return pd.DataFrame(rows, columns=REGISTRY_SCHEMA.names)
    today["old"] = list(old_ids)
    before = published.customers
    today["published"] = segments_of(today["customer_id"], before)
    old_names = published.segments.set_index("segment_id")["segment_name"].to_dict()
    rows = []
    for segment_id in segments["segment_id"]:
        event = _arrival(today, segment_id, old_names, limit)
        rows.append(_event(base, segment_id, names, *event, today))
    for segment_id in published.segments["segment_id"]:
        if segment_id not in names:
            event = _departure(today, before, segment_id, limit)
            rows.append(_event(base, segment_id, old_names, *event, today))
    fresh = pd.DataFrame(rows, columns=REGISTRY_SCHEMA.names)
    earlier = published.registry.assign(
        as_of_date=pd.to_datetime(published.registry["as_of_date"]).dt.date
    )
    registry = pd.concat([earlier, fresh], ignore_index=True)[REGISTRY_SCHEMA.names]
    # A refit of the same day that ends at the same model changed nothing.
    return registry.drop_duplicates(KEY, ignore_index=True)


def _event(base, segment_id, names, event, related, share, today) -> dict:
    return {
        **base,
        "segment_id": segment_id,
        "segment_name": names[segment_id],
        "event": event,
        "related_segment_id": related,
        "overlap_share": None if share is None else round(float(share), SHARE_DIGITS),
        "customer_count": int((today["new"] == segment_id).sum()),
    }


def _arrival(today, segment_id, old_names, limit) -> tuple:
    """Return how a segment of the new model came about."""
    members = today[today["new"] == segment_id]
    if segment_id in old_names:
        own = (today["old"] == segment_id) & today["published"].notna()
        share = (today.loc[own, "new"] == segment_id).mean() if own.any() else 0.0
        return "kept", None, share
    parents = members["old"].value_counts()
    if parents.empty:
        return "born", None, None
    # Those who were not customers before came into no segment's place.
    known = members[members["published"].notna()]
    shares = {}
    for column in ("old", "published"):
        origins = known[column].value_counts() / len(members)
        shares[column] = origins.max() if len(origins) else 0.0
        if shares[column] >= limit:
            return "split", origins.index[0], shares[column]
    return "born", parents.index[0], shares["old"]


def _departure(today, before, segment_id, limit) -> tuple:
    """Return what became of a segment that the new model lacks."""
    published = before[before["segment_id"] == segment_id]
    is_here = is_among(published["customer_id"], today["customer_id"])
    present = pd.Series(is_here).mean()
    # Customers who came to behave like others are those others' to the old model too.
    is_own = (today["old"] == segment_id) & today["published"].notna()
    own = today[is_own if is_own.any() else today["published"] == segment_id]
    heirs = own["new"].value_counts(normalize=True)
    if len(published) and present < limit:
        return "retired", None, present
    if len(heirs) and heirs.iloc[0] >= limit:
        return "merged", heirs.index[0], heirs.iloc[0]
    return "retired", heirs.index[0] if len(heirs) else None, present
