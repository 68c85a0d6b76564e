"""Size and revenue of the segments by month."""

from __future__ import annotations

import calendar
from datetime import date

from segmentation.report.charts import lines_by_month
from segmentation.report.page import Page
from segmentation.report.tables import plain
from segmentation.wording.dates import MONTHS, as_date

EARLY_DAYS = 183  # of data in which long silence cannot be seen yet


def build(page: Page) -> dict | None:
    """Two charts and the table behind them."""
    found = page.published.rows(
        "segment_monthly", "month", "segment_id", "customer_count"
    )
    found = [row for row in found if page.face(row["segment_id"]) is not None]
    months = sorted({as_date(row["month"]) for row in found})
    months = months[-int(page.settings["months"]) :]
    if len(months) < 2:
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
            for face in faces
            if (value := _value(cells, month, face, column)) is not None
        ]
        if points and any(point["value"] for point in points):
            charts.append(
                {
                    "title": title,
                    "svg": lines_by_month(
                        points,
                        name=f"chart-month-{column.split('_')[0]}",
                        label=f"{title} by segment and month, "
                        f"{_name(months[0])} to {_name(months[-1])}; the table below "
                        "has the numbers.",
                        say=say,
                    ),
                }
            )
    if not charts:
        return None
    last = months[-1]
    is_partial = last.day < calendar.monthrange(last.year, last.month)[1]
    return {
        "title": "Size and revenue by month",
        "question": "How large was each segment at the end of each month, and what did "
        "that month bring?",
        "charts": charts,
        "faces": faces,
        "partial": last if is_partial else None,
        "begins": beginning(page, months[0]),
        "rows": [
            {
                "month": month,
                "name": _name(month),
                "cells": [cells.get((month, face.segment_id)) for face in faces],
            }
            for month in reversed(months)
        ],
        "has_revenue": len(charts) > 1,
    }


def beginning(page: Page, first: date) -> date | None:
    """The first day of the data, where the first month shown is close to it."""
    people = page.published.frame("customer_segments", "first_order_date")
    found = None if people is None else as_date(plain(people["first_order_date"].min()))
    return found if found and (first - found).days < EARLY_DAYS else None


def _value(cells, month, face, column):
    row = cells.get((month, face.segment_id))
    return None if row is None else row.get(column)


def _name(month) -> str:
    return f"{MONTHS[month.month - 1]} {month.year}"
