"""Small drawings: where their marks are."""

from __future__ import annotations

import re
from datetime import date

import pytest

from segmentation.report.pictures import (
    BOTTOM,
    TOP,
    Forecast,
    draw_bar,
    draw_curve,
    draw_forecasts,
    ticks,
)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (1.09e6, 1.23e6, [1.05e6, 1.1e6, 1.15e6, 1.2e6, 1.25e6]),
        (16_000, 39_000, [10_000, 20_000, 30_000, 40_000]),
        # Nothing to tell apart.
        (100.0, 100.0, [99.5, 100.0, 100.5]),
    ],
)
def test_ticks_are_round_and_enclose_what_is_drawn(low, high, expected):
    assert ticks(low, high) == pytest.approx(expected)


def test_a_forecast_stands_where_its_value_is():
    svg = str(
        draw_forecasts(
            [
                Forecast(day=date(2024, 1, 31), predicted=100.0, actual=200.0),
                Forecast(day=date(2024, 3, 31), predicted=150.0, low=100.0, high=200.0),
            ],
            money=str,
            name="x",
            label="said & done",
        )
    )
    circles = [float(y) for y in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', svg)]
    assert circles == [BOTTOM, pytest.approx((TOP + BOTTOM) / 2)]
    diamond = float(re.search(r'<path d="M[\d.]+ ([\d.]+)l', svg).group(1))
    assert diamond == pytest.approx(TOP - 5.6)
    # The range reaches from the lowest to the highest mark.
    assert f'y="{TOP:.1f}" width="12" height="{BOTTOM - TOP:.1f}"' in svg
    assert "31 Jan" in svg and "said &amp; done" in svg


def test_one_value_that_never_changes_is_drawn_all_the_same():
    flat = [
        Forecast(day=date(2024, 1, 31), predicted=100.0, actual=100.0),
        Forecast(day=date(2024, 3, 31), predicted=100.0, low=100.0, high=100.0),
    ]
    assert "nan" not in draw_forecasts(flat, money=str, name="x", label="")


def test_a_bar_has_a_part_for_each_share_that_is_there():
    svg = str(draw_bar([("a", 0.25), ("b", 0.0), ("c", 0.75)]))
    assert re.findall(r'class="(\w)" x="([\d.]+)" width="([\d.]+)"', svg) == [
        ("a", "0.0", "248.5"),
        ("c", "250.0", "748.5"),
    ]


def test_the_curve_has_its_dots_and_words():
    svg = str(
        draw_curve(
            [(0, 0), (0.2, 0.5), (1, 1)],
            [(0.2, 0.5, "20%: 50%")],
            share=lambda value: f"{value:.0%}",
            name="x",
            label="",
        )
    )
    assert 'points="56.0,250.0 124.0,136.0 396.0,22.0"' in svg
    assert "20%: 50%" in svg
