"""Line charts: where lines, marks and labels stand, and what they say."""

from __future__ import annotations

import re
from datetime import date

import pytest

from segmentation.report.charts import (
    BOTTOM,
    TOP,
    lines_by_month,
    measure_by_count,
    spread,
)
from segmentation.wording.numbers import Formats

MONEY = Formats(currency="EUR").money_short
SHOP = {"A": (100, 140, 90), "B": (50, 150, 150), "C": (20, 0, 88)}


def points(values: dict[str, tuple]) -> list[dict]:
    return [
        {"month": date(2024, 11 + month, 28) if month < 2 else date(2025, 1, 31),
         "value": float(value), "letter": letter, "number": "ABC".index(letter)}
        for month in range(3)
        for letter, value in ((letter, one[month]) for letter, one in values.items())
        if value is not None
    ]  # fmt: skip


def by_month(values: dict[str, tuple], say=MONEY) -> str:
    return str(lines_by_month(points(values), name="m", label="by month", say=say))


def lines(svg: str) -> dict[int, list[tuple[float, float]]]:
    found = re.findall(r'points="([^"]+)" fill="none" stroke="var\(--s(\d)\)"', svg)
    return {
        int(number): [tuple(map(float, at.split(","))) for at in line.split()]
        for line, number in found
    }


def heights(values: dict[str, tuple]) -> list[float]:
    return [y for line in lines(by_month(values)).values() for _, y in line]


def test_each_segment_is_a_line_through_its_months():
    drawn = lines(by_month(SHOP))
    assert list(drawn) == [0, 1, 2]
    everything = [(v, y) for n, one in enumerate(SHOP.values())
                  for v, (_, y) in zip(one, drawn[n], strict=True)]  # fmt: skip
    for (value, y), (other, z) in zip(everything, everything[1:], strict=False):
        assert (value > other) == (y < z) and (value == other) == (y == z)
    (first, _), (second, _), (third, _) = drawn[0]
    assert (second - first) / (third - first) == pytest.approx(30 / 64, abs=0.01)


def test_a_month_that_nobody_has_is_no_point_and_no_letter():
    svg = by_month({**SHOP, "C": (20, 30, None)})
    assert len(lines(svg)[2]) == 2
    assert re.findall(r'font-weight="bold"[^>]*>(.)<', svg) == ["A", "B"]


def test_letters_at_the_ends_can_be_told_apart():
    places = re.findall(r'y="([\d.]+)" font-weight="bold"', by_month(SHOP))
    places = sorted(map(float, places))
    assert min(b - a for a, b in zip(places, places[1:], strict=False)) >= 16.9


@pytest.mark.parametrize("size", [0.001, 1, 3.7, 1e9])
def test_everything_is_inside_whatever_its_size(size):
    found = heights({"A": (size, -size, 0), "B": (0, size / 2, size)})
    assert min(found) >= TOP and max(found) <= BOTTOM


def test_axes_are_written_as_the_report_writes_numbers():
    svg = by_month({"A": (2e6, 1e6, 0)}, Formats("EUR", locale="de").money_short)
    assert "1,5\xa0Mio.\xa0€" in svg and "Nov 24" in svg and "Jan 25" in svg
    few = by_month({"A": (1, 2, 3)}, Formats().count)
    assert re.findall(r'text-anchor="end"[^>]*>([^<]*)<', few) == list("01234")


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ((0.25, 0.5, 0.375), ["0.2", "0.3", "0.4", "0.5"]),
        ((0.50, 0.59, 0.55), ["0.50", "0.55", "0.60"]),
        ((18000, 12000, 9000), ["5,000", "10,000", "15,000", "20,000"]),
    ],
)
def test_the_choice_is_marked_and_ticks_can_be_told_apart(values, marks):
    counts = [
        {"segment_count": count, "value": value, "is_selected": count == 4}
        for count, value in zip((3, 4, 5), values, strict=True)
    ]
    svg = str(measure_by_count(counts, name="k", label="k", say=Formats().fixed))
    assert re.findall(r'text-anchor="end"[^>]*>([^<]*)<', svg) == marks
    circles = re.findall(r'cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', svg)
    assert [float(r) > 5 for _, _, r in circles] == [False, True, False]
    named = re.findall(r'x="([\d.]+)" y="262" text-anchor="middle"[^>]*>(\d)<', svg)
    assert named == [
        (x, str(n)) for (x, _, _), n in zip(circles, (3, 4, 5), strict=True)
    ]


def test_labels_are_spread_and_keep_their_order():
    found = spread([10.0, 11.0, 50.0], gap=8)
    assert found[1] - found[0] >= 8 and found[2] > found[1]
    assert spread([], gap=8) == []
