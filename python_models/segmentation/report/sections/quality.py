"""Data quality, your books, and the method: what was left out, how it was done."""

from __future__ import annotations

from segmentation.report.page import Page
from segmentation.wording.dates import month_name
from segmentation.wording.sentences import capitalised

ORDER = {"fail": 0, "warn": 1, "info": 2, "pass": 3}
WORDS = {"fail": "failed", "warn": "note", "info": "for information", "pass": "checked"}
MEASURES = ("revenue", "orders", "customers")
# Where a check's name says too little.
LABELS = {
    "usefulness_spend_90d": "What the segments predict: spend",
    "usefulness_orders_90d": "What the segments predict: orders",
    "usefulness_is_silent_90d": "What the segments predict: silence",
}
# How the detail of rows left out for one reason begins: its label says the same.
LEFT_OUT = "left out: "
# Checks whose words are about the rows counted as failed: none may be there.
COUNTING = (
    "customers_with_attributes",
    "exact_duplicates",
    "free_lines",
    "left_out_money",
    "returns",
    "shared_order_ids",
    "source_rows",
)


def how_many(page: Page, row: dict) -> str:
    """'80 of 1,417', 'none of 1,417' where the words are about those; else ''."""
    checked, failed = row.get("rows_checked"), row.get("rows_failed")
    if not checked:
        return ""
    if failed:
        return f"{page.formats.count(failed)} of {page.formats.count(checked)}"
    if row["check_name"] in COUNTING:
        return f"none of {page.formats.count(checked)}"
    return ""


def build_quality(page: Page) -> dict | None:
    """Checks, worst first, and the reasons for which rows were left out."""
    books = book_rows(page)
    checks = page.published.rows("data_quality", "check_name", "verdict")
    if books:
        # The table says the same, side by side.
        checks = [row for row in checks if not _is_control(row["check_name"])]
    checks.sort(key=lambda row: (ORDER.get(row["verdict"], 2), row["check_name"]))
    # Nothing was looked at: nothing is to be said.
    checks = [
        row
        for row in checks
        if row["check_name"] not in COUNTING or row.get("rows_checked") != 0
    ]
    for row in checks:
        row["how_many"] = how_many(page, row)
        row["word"] = WORDS.get(row["verdict"], row["verdict"])
        name = str(row["check_name"])
        row["label"] = LABELS.get(name) or capitalised(name.replace("_", " "))
        if str(row.get("detail")).startswith(LEFT_OUT):
            row["label"] = capitalised(LEFT_OUT.rstrip(": "))
            row["detail"] = row["detail"].removeprefix(LEFT_OUT)
    rejected = page.published.frame("rejected_transactions", "reason")
    reasons = []
    if rejected is not None:
        counts = rejected["reason"].fillna("no reason given").value_counts()
        reasons = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if not checks and not reasons and not books:
        return None
    return {
        "title": "Data quality",
        "question": "What was left out, and what should you know before acting on "
        "these numbers?",
        "checks": checks,
        "books": books,
        "reasons": reasons,
        "source_rows": page.publication.get("source_rows"),
    }


def book_rows(page: Page) -> list[dict]:
    """What the user's books say beside ours: all orders first, then by month."""
    found = page.published.rows(
        "control_totals", "month_name", "measure", "difference", "is_within"
    )
    found.sort(
        key=lambda row: (row["month_name"] or "", MEASURES.index(row["measure"]))
    )
    for row in found:
        month = row["month_name"]
        row["when"] = month_name(f"{month}-01") if month else "All orders"
        row["kind"] = "money_exact" if row["measure"] == "revenue" else "count"
        row["word"] = "fits" if row["is_within"] else "does not fit"
    return found


def _is_control(check_name: object) -> bool:
    return str(check_name).startswith("control_")


def build_method(page: Page) -> dict:
    """How the segments were made, in words, and every version involved."""
    features = page.published.rows("model_features", "feature", "is_used")
    features.sort(key=lambda row: (row.get("position") or 0, row["feature"]))
    labels = {
        row["feature"]: row.get("feature_label")
        for row in page.published.rows("segment_profiles", "feature")
    }
    for row in features:
        row["label"] = labels.get(row["feature"]) or str(row["feature"]).replace(
            "_", " "
        )
    found = page.published.rows("segment_candidates", "is_selected")
    chosen = next((row for row in found if row["is_selected"]), {})
    return {
        "title": "Method",
        "question": "How were the segments made, and how can this be repeated?",
        "publication": page.publication,
        "chosen": chosen,
        "lately": page.settings["lately_months"]
        if any("recent" in row["feature"] for row in features)
        else None,
        "used": [row for row in features if row["is_used"]],
        "dropped": [row for row in features if not row["is_used"]],
        "versions": sorted(page.settings["versions"].items()),
    }
