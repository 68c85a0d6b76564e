"""Pages of the report made of a few rows."""

from __future__ import annotations

import pandas as pd

from segmentation.report.page import Page, make_faces
from segmentation.report.palette import COLOURS
from segmentation.report.settings import with_defaults
from segmentation.report.tables import Published
from segmentation.wording.numbers import Formats


def page_of(segments: dict, *, settings: dict | None = None, **tables: dict) -> Page:
    """A page of a few rows: columns of the segments, and of other tables by name."""
    count = len(next(iter(segments.values())))
    ids = [f"s{number:02d}" for number in range(1, count + 1)]
    names = list("ABCDEFGH"[:count])
    frames = {name: pd.DataFrame(columns) for name, columns in tables.items()}
    frames["segments"] = pd.DataFrame(
        {"segment_id": ids, "segment_name": names, **segments}
    )
    published = Published(frames)
    faces, colours = make_faces(published=published, colours=COLOURS)
    return Page(
        published=published,
        settings=with_defaults(settings or {}),
        formats=Formats(),
        faces=faces,
        colours=colours,
    )


def predictions(customers: list[dict], **same: object) -> dict[str, list]:
    """Columns of customer_predictions: what is not given is a plain customer's."""
    usual = {
        "as_of_date": "2024-03-31",
        "horizon_days": 90,
        "lifecycle": "active",
        "value_tier": "low",
        "expected_orders": 1.0,
        "expected_spend": 10.0,
        "silence_probability": 0.1,
        "spend_at_stake": 0.0,
        "is_at_risk": False,
        "has_returned": False,
        "is_season_seen": True,
        "refused_reason": None,
        **same,
    }
    rows = [
        {"customer_id": f"c{number}", **usual, **one}
        for number, one in enumerate(customers)
    ]
    return {name: [row[name] for row in rows] for name in rows[0]}


def members(segment_ids: list[str]) -> dict[str, list]:
    """Columns of customer_segments for the customers of `predictions`."""
    return {
        "customer_id": [f"c{number}" for number in range(len(segment_ids))],
        "segment_id": segment_ids,
    }
