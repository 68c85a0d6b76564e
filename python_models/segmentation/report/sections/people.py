"""Demographics: who the members of each segment are, where attributes are given."""

from __future__ import annotations

import re

from segmentation.report.page import Page
from segmentation.wording.sentences import capitalised

# Index (share in the segment over share of all) from which a shade is used.
SHADES = (1.15, 1.3, 1.6, 2.0)
# Customers with a known attribute below which a segment's shares are not shown, and
# behind a cell that is shaded: fewer is chance, and could tell who somebody is.
FEWEST = 10
# Under this value the mart counts what too few of a segment have.
MERGED = "other"
MERGED_LABEL = "Other, or too few to show"


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
    shown: dict = {}
    for row in found:
        shown.setdefault(row["segment_id"], {})[row["attribute_value"]] = row
    faces, hidden = [], []
    for face in page.faces:
        rows = shown.get(face.segment_id, {})
        known = sum(row["customer_count"] or 0 for row in rows.values())
        if known >= FEWEST and set(rows) != {MERGED}:
            faces.append(face)
        elif known:
            hidden.append(face)
    values = [
        {
            "label": label(value),
            "is_merged": value == MERGED,
            "overall": next(
                rows[value].get("overall_share")
                for rows in shown.values()
                if value in rows
            ),
            "cells": {
                face.segment_id: _cell(shown[face.segment_id], value) for face in faces
            },
        }
        for value in {row["attribute_value"] for row in found}
        if any(value in shown[face.segment_id] for face in faces)
    ]
    values.sort(key=lambda value: (value["is_merged"], natural(value["label"])))
    return {
        "label": capitalised(str(name).replace("_", " ")),
        "faces": faces,
        "hidden": hidden,
        "coverage": coverage(page, found),
        "values": values,
    }


def coverage(page: Page, found: list[dict]) -> str:
    """Of how many customers an attribute is known."""
    known = sum(row["customer_count"] or 0 for row in found)
    total = sum(face.row.get("customer_count") or 0 for face in page.faces)
    counts = page.formats.count(known), page.formats.count(total)
    return "Known of {} of {} customers.".format(*counts)


def label(value: object) -> str:
    """How a value is written."""
    if value is None:
        return "not given"
    return MERGED_LABEL if value == MERGED else str(value)


def _cell(rows: dict, value: object) -> dict | None:
    """One segment's share of a value; None where it may be among the merged."""
    if value not in rows:
        return None if MERGED in rows else {"share": 0.0, "shade": ""}
    row = rows[value]
    is_merged = value == MERGED
    index = None if is_merged else row.get("index_value")
    return {**row, "shade": shade(index, row["customer_count"])}


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
