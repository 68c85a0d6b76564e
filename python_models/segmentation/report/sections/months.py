"""Size and revenue of the segments by month."""

from __future__ import annotations

import calendar
from datetime import date

from segmentation.report.charts import lines_by_month
from segmentation.report.page import Page
from segmentation.report.tables import plain
from segmentation.wording.dates import MONTHS, as_date

NEW_DAYS = 92  # of data in which everybody is new: no segment says much of them yet
EARLY_DAYS = 183  # of data in which long silence cannot be seen yet


def build(page: Page) -> dict | None:
    """Two charts and the table behind them."""
    found = page.published.rows(
        "segment_monthly", "month", "segment_id", "customer_count"
    )
    found = [row for row in found if page.face(row["segment_id"]) is not None]
    months = sorted({as_date(row["month"]) for row in found})
    months = months[-int(page.settings["months"]) :]
    begins = beginning(page)
    if begins:
        months = [month for month in months if (month - begins).days >= NEW_DAYS]
    if not months:
        return None
    last = months[-1]
    is_partial = last.day < calendar.monthrange(last.year, last.month)[1]
    if len(months) - is_partial < 2:
        return None
    cells = {(as_date(row["month"]), row["segment_id"]): row for row in found}
    shown = {row["segment_id"] for row in found}
    faces = [face for face in page.clustered if face.segment_id in shown]
    money = "Revenue in the month"
    if page.settings["currency"]:
        money += f", {page.settings['currency']}"
    charts = []
    for column, title, say in (
        ("customer_count", "Customers", page.formats.count),
        ("revenue", money, page.formats.money_short),
    ):
        points = [
            {
                "month": month,
                "value": float(value),
                "letter": face.letter,
                "number": face.number,
            }
            for month in months
            # Some days of revenue next to whole months would look like a fall.
            if column != "revenue" or month != last or not is_partial
            for face in faces
            if (value := _value(cells, month, face, column)) is not None
        ]
        drawn = sorted({point["month"] for point in points})
        if any(point["value"] for point in points):
            charts.append(
                {
                    "title": title,
                    "svg": lines_by_month(
                        points,
                        name=f"chart-month-{column.split('_')[0]}",
                        label=f"{title} by segment and month, "
                        f"{_name(drawn[0])} to {_name(drawn[-1])}; the table below "
                        "has the numbers.",
                        say=say,
                    ),
                }
            )
    if not charts:
        return None
    return {
        "title": "Size and revenue by month",
        "question": "How large was each segment at the end of each month, and what did "
        "that month bring?",
        "charts": charts,
        "faces": faces,
        "partial": last if is_partial else None,
        "begins": begins if begins and (months[0] - begins).days < EARLY_DAYS else None,
        "rows": [
            {
                "month": month,
                "name": _name(month)
                + (", to date" if is_partial and month == last else ""),
                "cells": [cells.get((month, face.segment_id)) for face in faces],
            }
            for month in reversed(months)
        ],
        "has_revenue": len(charts) > 1,
    }


def beginning(page: Page) -> date | None:
    """The day of the first order, where it is known."""
    people = page.published.frame("customer_segments", "first_order_date")
    return None if people is None else as_date(plain(people["first_order_date"].min()))


def _value(cells, month, face, column):
    row = cells.get((month, face.segment_id))
    return None if row is None else row.get(column)


def _name(month) -> str:
    return f"{MONTHS[month.month - 1]} {month.year}"
