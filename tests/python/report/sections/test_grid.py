"""The RFM grid: what a cell stands for."""

from __future__ import annotations

from report_pages import page_of
from segmentation.report.sections import grid


def test_a_cell_of_the_grid_is_its_commonest_segments():
    page = page_of(
        {"revenue": [1.0] * 2},
        rfm_grid={
            "r_score": [5, 5, 1], "f_score": [1, 2, 5], "rfm_group": ["New", "X", "X"],
            "customer_count": [16, 4, 0], "revenue": [1.005, None, 2.0],
        },
        customer_segments={
            "r_score": [5, 5, 5, 5, 5], "f_score": [1, 1, 2, 2, 2],
            "segment_id": ["s02", "s01", "s02", "s02", "s01"],
        },
    )  # fmt: skip
    found = grid.build(page)
    assert [row["score"] for row in found["rows"]] == [5, 4, 3, 2, 1]
    one, two, *others = found["rows"][0]["cells"]
    assert (one["tint"], two["tint"]) == ("m40", "m23") and others == [None] * 3
    assert (one["face"].number, two["face"].number) == (0, 1)
    assert found["groups"][0] == ("New", {"customer_count": 16, "revenue": 1.0})
    assert found["groups"][1] == ("X", {"customer_count": 4, "revenue": None})
    assert found["rows"][4]["cells"][4]["tint"] == "m6"
