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
