"""Demographics: who the members of each segment are, where attributes are given."""

from __future__ import annotations

import re

from segmentation.report.page import Page

# Index (share in the segment over share of all) from which a shade is used.
SHADES = (1.15, 1.3, 1.6, 2.0)
FEWEST = 10  # customers behind a cell that is shaded: fewer is chance


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
            "share",
        )
        if page.face(row["segment_id"]) is not None
    ]
    attributes: dict = {}
    for row in found:
        table = attributes.setdefault(
            row["attribute"],
            {
                "label": str(row["attribute"]).replace("_", " ").capitalize(),
                "faces": set(),
                "values": {},
            },
        )
        table["faces"].add(row["segment_id"])
        value = table["values"].setdefault(
            row["attribute_value"],
            {
                "label": "not given"
                if row["attribute_value"] is None
                else row["attribute_value"],
                "overall": row.get("overall_share"),
                "cells": {},
            },
        )
        value["cells"][row["segment_id"]] = {
            **row,
            "shade": shade(row.get("index_value"), row.get("customer_count")),
        }
    for table in attributes.values():
        table["faces"] = [
            face for face in page.faces if face.segment_id in table["faces"]
        ]
        table["values"] = sorted(
            table["values"].values(), key=lambda value: natural(str(value["label"]))
        )
    if not attributes:
        return None
    return {
        "title": "Who they are",
        "question": "Do the segments differ in what is known about the people "
        "themselves?",
        "attributes": [attributes[name] for name in sorted(attributes, key=str)],
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
