"""Demographics: who the members of each segment are, where attributes are given."""

from __future__ import annotations

import re

from segmentation.report.formats import sentence
from segmentation.report.page import Page

# Index (share in the segment over share of all) from which a shade is used.
SHADES = (1.15, 1.3, 1.6, 2.0)
# Customers with a known attribute below which a segment's shares are not shown, and
# behind a cell that is shaded: fewer is chance, and could tell who somebody is.
FEWEST = 10


def shade(index: float | None, count: int | None) -> str:
    """Class of a cell by its index; none where few customers stand behind it."""
    if index is None or index <= 0 or (count or 0) < FEWEST:
        return ""
    strength = index if index >= 1 else 1 / index
    level = sum(strength >= limit for limit in SHADES)
    return f"{'up' if index > 1 else 'down'}{level}" if level else ""


def build(page: Page) -> dict | None:
    """One table an attribute: its values down, the segments across."""
    found = [
        row
        for row in page.published.rows(
            "segment_demographics",
            "segment_id",
            "attribute",
            "attribute_value",
            "customer_count",
            "share",
        )
        if page.face(row["segment_id"]) is not None
    ]
    tables = [
        _table(page, name, [row for row in found if row["attribute"] == name])
        for name in sorted({row["attribute"] for row in found}, key=str)
    ]
    tables = [table for table in tables if table["faces"]]
    if not tables:
        return None
    return {
        "title": "Who they are",
        "question": "Do the segments differ in what is known about the people "
        "themselves?",
        "attributes": tables,
        "fewest": FEWEST,
    }


def _table(page: Page, name: object, found: list[dict]) -> dict:
    """One attribute: only segments of which enough customers are known."""
    known: dict = {}
    for row in found:
        key = row["segment_id"]
        known[key] = known.get(key, 0) + (row["customer_count"] or 0)
    faces = [face for face in page.faces if known.get(face.segment_id, 0) >= FEWEST]
    values: dict = {}
    for row in found:
        label = row["attribute_value"]
        value = values.setdefault(
            label,
            {
                "label": "not given" if label is None else label,
                "overall": row.get("overall_share"),
                "cells": {},
            },
        )
        value["cells"][row["segment_id"]] = {
            **row,
            "shade": shade(row.get("index_value"), row["customer_count"]),
        }
    return {
        "label": sentence(str(name).replace("_", " ")),
        "faces": faces,
        "hidden": [
            face
            for face in page.faces
            if 0 < known.get(face.segment_id, 0) and face not in faces
        ],
        "values": sorted(
            values.values(), key=lambda value: natural(str(value["label"]))
        ),
    }


def natural(text: str) -> list:
    """Sorting key that reads numbers as numbers: 2 before 10, '<18' by its 18."""
    parts = re.split(r"(\d+)", text.lower())
    number = next((int(part) for part in parts if part.isdigit()), None)
    return [
        number is None,
        number or 0,
        not text.lower().startswith(("under", "<", "less")),
        text.lower(),
    ]
