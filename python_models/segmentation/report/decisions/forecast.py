"""What to expect: the forecast of all customers together, and its record."""

from __future__ import annotations

import pandas as pd

from segmentation.report.page import Page
from segmentation.report.pictures import Forecast, draw_forecasts
from segmentation.wording.dates import as_date, day, short_day
from segmentation.wording.sentences import capitalised, plural, spelled

RECORD = (
    "cut_off_date",
    "is_newest",
    "measure",
    "predicted_total",
    "predicted_low",
    "predicted_high",
    "actual_total",
    "recent_total",
    "sample_share",
    "is_season_seen",
)
# Totals this close are about the same, if the range holds both; and in any case.
ALIKE, SAME = 0.05, 0.005
# With a larger share of newcomers the last horizon holds what the next one does not:
# first orders.
NEWCOMERS = 0.05


def build(page: Page) -> dict | None:
    """The card: heading, two totals with their ranges, and earlier forecasts."""
    spend, trials = record(page, "spend")
    if spend is None:
        return None
    orders, order_trials = record(page, "order_days")
    horizon = page.outlook.horizon_days
    forecasts = [
        Forecast(
            day=as_date(row["cut_off_date"]),
            predicted=row["predicted_total"],
            actual=row["actual_total"],
        )
        for row in trials
    ]
    today = Forecast(
        day=as_date(spend["cut_off_date"]),
        predicted=spend["predicted_total"],
        low=spend["predicted_low"],
        high=spend["predicted_high"],
    )
    return {
        "title": heading(page, spend),
        "horizon": horizon,
        "spend": spend,
        "orders": orders,
        "spend_range": range_words(page, spend, page.formats.money_short),
        "orders_range": orders and range_words(page, orders, page.formats.rough),
        "until": page.outlook.last_day,
        "record_title": record_words(page, trials),
        "svg": draw_forecasts(
            [*forecasts, today],
            money=page.formats.money_short,
            name="chart-forecast",
            label=spoken(page, trials, spend),
        )
        if trials
        else None,
        "notes": notes(page, spend, trials, order_trials),
    }


def record(page: Page, measure: str) -> tuple[dict | None, list[dict]]:
    """Today's forecast of a measure, and the tried ones before it, oldest first.

    Trials of a sample of the customers are brought to the size of all.
    """
    if page.outlook is None or page.outlook.people.empty:
        return None, []
    found = [
        row
        for row in page.published.rows("prediction_record", *RECORD)
        if row["measure"] == measure
    ]
    found.sort(key=lambda row: str(row["cut_off_date"]))
    newest = next((row for row in found if row["is_newest"]), None)
    trials = []
    for row in found:
        if not row["is_newest"] and row["actual_total"]:
            share = row["sample_share"] or 1
            trials.append(
                {
                    **row,
                    "predicted_total": row["predicted_total"] / share,
                    "actual_total": row["actual_total"] / share,
                }
            )
    return newest, trials


def miss(row: dict) -> float:
    """How far a forecast was from what came, as a share of what came."""
    return row["predicted_total"] / row["actual_total"] - 1


def largest_miss(trials: list[dict]) -> float | None:
    """The largest miss in either direction; None without trials."""
    return max((abs(miss(row)) for row in trials), default=None)


def is_within(row: dict) -> bool:
    """Whether the total of the horizon before lies in the forecast's range."""
    low, high = row["predicted_low"], row["predicted_high"]
    return low is not None and low <= row["recent_total"] <= high


def is_comparable(page: Page, row: dict) -> bool:
    """Whether the forecast may stand next to the horizon before it.

    Not without a range, which says what a difference is worth; nor where many of
    today's customers are newcomers, whose first orders were in the horizon before.
    """
    if row["predicted_low"] is None or (row["recent_total"] or 0) <= 0:
        return False
    people = page.published.frame("customer_segments", "first_order_date")
    if people is None:
        return True
    start = pd.Timestamp(page.outlook.last_day) - pd.Timedelta(
        days=2 * page.outlook.horizon_days
    )
    firsts = pd.to_datetime(people["first_order_date"]).dropna()
    return bool((firsts > start).mean() <= NEWCOMERS)


def compared(page: Page, row: dict) -> tuple[str, str]:
    """The forecast against the horizon before, in two parts: 'about as much', 'as'.

    '12%' and 'less than' where the horizon before lies outside the forecast's range;
    inside it 'about as much', or, where the two totals are apart, that it is not clear.
    """
    found = row["predicted_total"] / row["recent_total"] - 1
    if abs(found) < (ALIKE if is_within(row) else SAME):
        return "about as much", "as"
    direction = "less" if found < 0 else "more"
    if is_within(row):
        return f"not clearly {direction}", "than"
    return f"{page.formats.share(abs(found))} {direction}", "than"


def heading(page: Page, row: dict) -> str:
    """The finding: the forecast, next to the last horizon where that is known."""
    days = page.outlook.horizon_days
    money = page.formats.money_short(row["predicted_total"])
    if not is_comparable(page, row):
        return f"{money} in the next {days} days"
    much, word = compared(page, row)
    return f"{money} in the next {days} days, {much} {word} in the last {days}"


def range_words(page: Page, row: dict, written) -> str:
    """The range of a total, or that there is none."""
    if row["predicted_low"] is None:
        return "no range yet"
    low, high = written(row["predicted_low"]), written(row["predicted_high"])
    return f"80% range {low} to {high}"


def record_words(page: Page, trials: list[dict]) -> str:
    """How far the tried forecasts were off, the worst of them."""
    if not trials:
        return "No earlier forecast could be tried yet"
    worst = page.formats.share(largest_miss(trials))
    if len(trials) == 1:
        return f"The one earlier forecast missed by {worst}"
    return (
        f"{capitalised(spelled(len(trials)))} earlier forecasts missed by {worst} "
        "at most"
    )


def spoken(page: Page, trials: list[dict], newest: dict) -> str:
    """The picture in words."""
    parts = [
        f"{day(row['cut_off_date'])}: forecast "
        f"{page.formats.money_short(row['predicted_total'])}, actual "
        f"{page.formats.money_short(row['actual_total'])}"
        for row in trials
    ]
    parts.append(
        f"{day(newest['cut_off_date'])}: forecast "
        f"{page.formats.money_short(newest['predicted_total'])}"
    )
    return (
        f"Forecasts of spend in the next {page.outlook.horizon_days} days, and actual "
        f"spend. {'; '.join(parts)}."
    )


def notes(page: Page, newest: dict, trials: list[dict], orders: list[dict]) -> str:
    """What the figures hold and what they do not."""
    days = page.outlook.horizon_days
    said = [
        f"Today's customers only: first-time buyers of the next {days} days are extra."
    ]
    if trials:
        first = short_day(trials[0]["cut_off_date"])
        last = short_day(trials[-1]["cut_off_date"])
        span = f"{first} to {last}" if len(trials) > 1 else first
        said.append(
            f"Earlier forecasts ({span}): what we would have forecast on each day for "
            "the customers of that day, and what they went on to spend."
        )
        share = trials[0]["sample_share"] or 1
        if share < 1:
            said.append(
                f"They were tried on a sample of {page.formats.share(share)} of the "
                "customers and are shown at the size of all."
            )
        if orders:
            said.append(
                f"Order {plural(len(orders), 'forecast', 'forecasts')} missed by "
                f"{page.formats.share(largest_miss(orders))}"
                f"{' at most' if len(orders) > 1 else ''}."
            )
    if not newest["is_season_seen"]:
        said.append(
            "There is less than a year of orders: "
            + (
                "the forecast does not allow for the season."
                if newest["predicted_low"] is None
                else "neither the forecast nor its range allows for the season."
            )
        )
    return " ".join(said)
