"""How far to trust this: money in words, rivals beside ours, where it was wrong."""

from __future__ import annotations

from segmentation.report.decisions import trials
from segmentation.report.decisions.needs import WORDS
from segmentation.report.page import Page
from segmentation.report.sections.quality import COUNTING
from segmentation.wording.dates import day
from segmentation.wording.sentences import full_stop

# Method of prediction_quality: what it is.
METHODS = {
    "ours": "This forecast",
    "model_alone": "Our model, uncorrected",
    "last_quarter": "The last {days} days again",
    "two_quarters": "Mean of the last two spans of {days} days",
    "rfm_cells": "Mean of the customer's RFM cell",
    "spend_deciles": "Mean of ten groups by past spend",
}
OWN = ("ours", "model_alone")
CLOSE = 0.02  # misses within this share of each other are as good
CLOSE_RANK = 0.005  # shares of pairs ranked right within this are as good
MUCH = 0.1  # a total missed by more than this share was wrong
MONEY_CHECKS = (
    "money",
    "discounts",
    "returns",
    "free_lines",
    "left_out_money",
    "rounding",
    "books",
)


def build(page: Page) -> dict | None:
    """The section; None where the release has neither a forecast nor money."""
    found = rivals(page)
    money = money_words(page)
    if not found and not money:
        return None
    return {
        "title": heading(page, found),
        "question": question(found),
        "money": money,
        "rivals": found,
        "rivals_title": rivals_heading(page, found) if found else None,
        "has_rank": any(row["rank"] is not None for row in found),
        "date": found[0]["date"] if found else None,
        "horizon": page.outlook.horizon_days if page.outlook else None,
        "coverage": coverage(page),
        "states": state_rows(page),
        "wrong": wrong(page),
    }


def question(found: list[dict]) -> str:
    """What the section answers: without an earlier forecast, what money is."""
    if not found:
        return "What was read as money?"
    return (
        "What was read as money, how good were earlier forecasts next to simple "
        "guesses, and where were they wrong?"
    )


def money_words(page: Page) -> list[str]:
    """What the build says of money, in its own words."""
    found = {
        row["check_name"]: row["detail"]
        for row in page.published.rows("data_quality", "check_name", "detail")
        # Words about rows of which there are none.
        if row["check_name"] not in COUNTING or row.get("rows_failed") != 0
    }
    return [full_stop(found[name]) for name in MONEY_CHECKS if found.get(name)]


def rivals(page: Page) -> list[dict]:
    """Ours and plain ways to guess at the newest tried day, ours first."""
    found = page.published.rows(
        "prediction_quality",
        "cut_off_date",
        "measure",
        "method",
        "mean_absolute_error",
        "total_ratio",
        "silence_auc",
    )
    spend = [row for row in found if row["measure"] == "spend"]
    if not spend or page.outlook is None:
        return []
    newest = max(str(row["cut_off_date"]) for row in spend)
    ranks = {
        row["method"]: row["silence_auc"]
        for row in found
        if row["measure"] == "silence" and str(row["cut_off_date"]) == newest
    }
    rows = [
        {
            "method": row["method"],
            "label": METHODS.get(row["method"], row["method"]).format(
                days=page.outlook.horizon_days
            ),
            "error": row["mean_absolute_error"],
            "total": None if row["total_ratio"] is None else row["total_ratio"] - 1,
            "rank": ranks.get(row["method"]),
            "date": row["cut_off_date"],
            "count": row["customer_count"],
        }
        for row in spend
        if str(row["cut_off_date"]) == newest
    ]
    order = list(METHODS)
    rows.sort(
        key=lambda row: (
            order.index(row["method"]) if row["method"] in order else len(order),
            row["method"],
        )
    )
    return rows


def standing(rows: list[dict]) -> str | None:
    """'better', 'as good' or 'worse': our miss against the best plain guess's."""
    ours = next((row["error"] for row in rows if row["method"] == "ours"), None)
    others = [
        row["error"]
        for row in rows
        if row["method"] not in OWN and row["error"] is not None
    ]
    if ours is None or not others:
        return None
    if ours < min(others) * (1 - CLOSE):
        return "better"
    return "worse" if ours > min(others) * (1 + CLOSE) else "as good"


def rank_standing(rows: list[dict]) -> str | None:
    """The same of ranking the silent, where higher is better."""
    ours = next((row["rank"] for row in rows if row["method"] == "ours"), None)
    others = [
        row["rank"]
        for row in rows
        if row["method"] not in OWN and row["rank"] is not None
    ]
    if ours is None or not others:
        return None
    if ours > max(others) + CLOSE_RANK:
        return "better"
    return "worse" if ours < max(others) - CLOSE_RANK else "as good"


def rivals_heading(page: Page, rows: list[dict]) -> str:
    """Who guessed best, of one customer's spend and of who stays silent."""
    best = min(
        (row for row in rows if row["method"] not in OWN and row["error"] is not None),
        key=lambda row: (row["error"], row["method"]),
        default=None,
    )
    said = {
        "better": "One customer's spend: better than any simple guess",
        "as good": "One customer's spend: no better than a simple guess",
        "worse": "One customer's spend: a simple guess did better",
    }.get(standing(rows))
    rank = {
        "better": "who stays silent: better than RFM cells",
        "as good": "who stays silent: no better than RFM cells",
        "worse": "who stays silent: RFM cells did better",
    }.get(rank_standing(rows))
    if said is None or best is None:
        return "How good the forecast was"
    return f"{said}; {rank}" if rank else said


def heading(page: Page, rows: list[dict]) -> str:
    """Totals and single customers: two different things."""
    ours = next((row for row in rows if row["method"] == "ours"), None)
    if ours is None or ours["total"] is None or not ours["count"]:
        return "How far to trust this"
    return (
        f"The latest tested forecast missed the total by "
        f"{page.formats.share(abs(ours['total']))}, and a single customer by "
        f"{page.formats.money(ours['error'])} on average"
    )


def coverage(page: Page) -> str | None:
    """How many customers landed in their own range."""
    found = [
        row
        for row in page.published.rows(
            "prediction_quality", "cut_off_date", "measure", "method", "coverage"
        )
        if row["measure"] == "spend"
        and row["method"] == "ours"
        and row["coverage"] is not None
    ]
    if not found:
        return None
    row = max(found, key=lambda one: str(one["cut_off_date"]))
    return (
        f"Of the customers with a range of their own, "
        f"{page.formats.share(row['coverage'])} spent an amount within it."
    )


def wrong(page: Page) -> list[dict]:
    """Where the newest tried forecast was wrong: states, and the total."""
    said = trials.wrong_states(page)
    ours = next((row for row in rivals(page) if row["method"] == "ours"), None)
    if ours and ours["total"] is not None and abs(ours["total"]) > MUCH:
        more = "less" if ours["total"] > 0 else "more"
        said.append(
            {
                "head": f"All together spent {more} than expected.",
                "text": f"The forecast of {day(ours['date'])} was "
                f"{page.formats.share(abs(ours['total']))} too "
                f"{'high' if ours['total'] > 0 else 'low'}.",
            }
        )
    return said


def state_rows(page: Page) -> list[dict]:
    """The tried states with their words and the widths of their bars."""
    return [
        {
            **row,
            "state": row["group_name"],
            "label": WORDS[row["group_name"]][0],
            "expected_width": page.rules.width(row["expected_ordered_share"]),
            "actual_width": page.rules.width(row["actual_ordered_share"]),
        }
        for row in trials.states(page)
    ]
