"""Place customers: the published model, for the page's own code."""

from __future__ import annotations

from segmentation.report.model.page_model import published_model
from segmentation.report.page import Page
from segmentation.wording.sentences import capitalised

EXAMPLES = 3


def build(page: Page) -> dict | None:
    """The model as data, the fields to type into, and rows to begin with."""
    model = published_model(page)
    if model is None or not model["prototypes"]:
        return None
    profile = page.published.rows(
        "segment_profiles", "segment_id", "feature", "segment_median"
    )
    labels = {
        row["feature"]: row.get("feature_label") or row["feature"] for row in profile
    }
    names = list(dict.fromkeys(row["feature"] for row in model["features"]))
    fields = []
    for name in names:
        choices = [
            row["category"]
            for row in model["features"]
            if row["feature"] == name and row["category"] is not None
        ]
        fields.append(
            {
                "name": name,
                "choices": choices,
                "label": capitalised(labels.get(name, name.replace("_", " "))),
            }
        )
    medians = {
        (row["segment_id"], row["feature"]): row["segment_median"] for row in profile
    }
    numeric = [field["name"] for field in fields if not field["choices"]]
    return {
        "title": "Place customers",
        "question": "Which segment would a customer belong to who is not in the list "
        "yet, or whose numbers have changed?",
        "fields": fields,
        "example": _example(page, numeric, medians),
        "model": {
            **model,
            "decimal": page.formats.decimal_mark,
            "labels": labels,
            "segments": {
                face.number: {
                    "id": face.segment_id,
                    "name": face.name,
                    "letter": face.letter,
                    "css": face.css,
                }
                for face in page.clustered
            },
        },
    }


def _example(page: Page, names: list[str], medians: dict) -> str:
    """Rows to begin with: typical customers, made from the medians."""
    lines = [",".join(["customer_id", *names])]
    for face in page.clustered[:EXAMPLES]:
        values = [medians.get((face.segment_id, name)) for name in names]
        if any(value is not None for value in values):
            cells = ["" if value is None else f"{value:.6g}" for value in values]
            lines.append(",".join([f"like-{face.letter}", *cells]))
    return "\n".join(lines)
