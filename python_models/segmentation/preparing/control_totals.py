"""What the user's books say: totals to hold ours against."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path

from segmentation.wording.problem import wrong_var

MEASURES = ("revenue", "orders", "customers")
EXAMPLE = "{revenue: 120000, orders: 900}, or by month {'2024-01': {revenue: 9000}}"


def control_rows(value: object) -> list[dict[str, object]]:
    """Return control totals as rows of month (None: all), measure and value.

    Parameters
    ----------
    value
        The var: a mapping, or the path of a CSV file with a column month (blank: all)
        and columns revenue, orders or customers.

    Raises
    ------
    InputProblem
        If it is neither, or holds something else.
    """
    if isinstance(value, str):
        return _rows_of_file(value)
    if not isinstance(value, Mapping):
        raise wrong_var("control_totals", value, "a mapping", f"set it as {EXAMPLE}")
    rows = []
    for name, one in value.items():
        if isinstance(one, Mapping) and re.fullmatch(r"\d{4}-\d{2}", str(name)):
            rows += [
                _row(str(name), measure, number) for measure, number in one.items()
            ]
        else:
            rows.append(_row(None, name, one))
    return rows


def _row(month: str | None, measure: object, value: object) -> dict[str, object]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if measure not in MEASURES or not is_number:
        raise wrong_var(
            "control_totals",
            {measure: value},
            f"numbers for {', '.join(MEASURES)}",
            f"set it as {EXAMPLE}",
        )
    return {"month": month, "measure": measure, "value": float(value)}  # type: ignore[arg-type]


def _rows_of_file(path: str) -> list[dict[str, object]]:
    if not Path(path).is_file():
        raise wrong_var("control_totals", path, "a file that exists", f"or {EXAMPLE}")
    rows = []
    with open(path, encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            for measure in MEASURES:
                written = (line.get(measure) or "").strip()
                if not written:
                    continue
                try:
                    number: object = float(written)
                except ValueError:
                    number = written
                month = (line.get("month") or "").strip() or None
                rows.append(_row(month, measure, number))
    if not rows:
        raise wrong_var(
            "control_totals", path, "columns month and revenue, orders or customers",
            "write the header month,revenue,orders,customers",
        )  # fmt: skip
    return rows
