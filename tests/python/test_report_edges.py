"""Right on the edges of what the report says: literal answers on a few rows."""

from __future__ import annotations

import json
import re
from datetime import date

import pandas as pd
import pytest
from report_fixture import make_tables
from snapshots import hold_text, rounded

from segmentation.report import charts, render_report
from segmentation.report.page import Page, letter_of, make_faces
from segmentation.report.palette import (
    COLOURS,
    DARK_CARD,
    GREYS,
    WHITE,
    Rules,
    contrast,
    luminance,
    readable,
    segment_colours,
)
from segmentation.report.sections import (
    cards,
    choice,
    explorer,
    grid,
    months,
    movement,
    overview,
    people,
    placing,
    profile,
)
from segmentation.report.settings import with_defaults
from segmentation.report.tables import Published
from segmentation.wording.numbers import Formats


def page_of(segments: dict, *, settings: dict | None = None, **tables: dict) -> Page:
    """A page of a few rows: columns of the segments, and of other tables by name."""
    count = len(next(iter(segments.values())))
    ids = [f"s{number:02d}" for number in range(1, count + 1)]
    names = list("ABCDEFGH"[:count])
    frames = {name: pd.DataFrame(columns) for name, columns in tables.items()}
    frames["segments"] = pd.DataFrame(
        {"segment_id": ids, "segment_name": names, **segments}
    )
    published = Published(frames)
    faces, colours = make_faces(published=published, colours=COLOURS)
    return Page(
        published=published,
        settings=with_defaults(settings or {}),
        formats=Formats(),
        faces=faces,
        colours=colours,
    )


def test_luminance_and_contrast_are_those_of_the_standard():
    for colour, expected in (
        ("#ff0000", 0.2126),
        ("#00ff00", 0.7152),
        ("#0000ff", 0.0722),
        ("#808080", 0.215861),
        ("#0a0a0a", 0.003035),
        ("#0b0b0b", 0.003347),
    ):
        assert luminance(colour) == pytest.approx(expected, abs=5e-7)
    assert contrast("#0000ff", "#000000") == pytest.approx(2.444)
    assert readable(WHITE, on=WHITE) == "#757575"
    assert readable("#000000", on=DARK_CARD) == "#878787"
    assert readable("#767676", on=WHITE) == "#767676"


def test_colours_begin_again_where_there_are_no_more():
    assert segment_colours(clustered=[True] * 11)[-2:] == [COLOURS[9], COLOURS[0]]
    assert segment_colours(clustered=[False] * 3) == [*GREYS, GREYS[0]]
    assert [charts.segment_colour(n) for n in (0, 239, 240)] == [
        "#010110", "#0101ff", "#010110"]  # fmt: skip
    assert [letter_of(n) for n in (0, 25, 26)] == ["A", "Z", "27"]


def test_widths_and_tints_stay_in_their_range():
    rules = Rules()
    assert [rules.width(share) for share in (-1, 0.0304, 2)] == ["w0", "w30", "w1000"]
    assert [rules.grow(share) for share in (0, 0.0014, 1)] == ["g1", "g1", "g1000"]
    assert [rules.tint(n) for n in (-1, 0, 0.5, 1)] == ["m6", "m6", "m23", "m40"]


def test_charts_are_described_as_they_were(monkeypatch):
    """Held as they are given to the program that draws: it asks the machine's fonts."""
    given = []

    def drawn(specification: str) -> str:
        given.append(json.dumps(rounded(json.loads(specification)), indent=1))
        return '<svg viewBox="0 0 9 8"></svg>'

    monkeypatch.setattr(charts, "drawn", drawn)
    values = {0: (100, 140), 1: (50, 150), 2: (20, 0)}
    points = [
        {"month": date(2024, 1 + month, 28), "value": float(value),
         "letter": "ABC"[number], "number": number}
        for number, two in values.items()
        for month, value in enumerate(two)
    ]  # fmt: skip
    charts.lines_by_month(points, name="m", label="by month", y_format="d")
    flat = [{**point, "value": 0.0} for point in points]
    svg = charts.lines_by_month(flat, name="z", label="nothing", y_format="d")
    assert svg == (
        '<svg id="z" class="chart" role="img" aria-label="nothing" '
        'viewBox="0 0 9 8"></svg>'
    )
    counts = [
        {"segment_count": count, "value": value, "is_selected": count == 4}
        for count, value in ((3, 0.25), (4, 0.5), (5, 0.375))
    ]
    charts.measure_by_count(counts, name="k", label="by count", y_format=".2f")
    hold_text("charts", "\n".join(given) + "\n")


def test_axes_have_as_many_decimals_as_tell_ticks_apart():
    for spread, expected in ((0.09, ".3f"), (0.125, ".2f"), (0.0, ".3f")):
        points = [{"value": 0.5}, {"value": 0.5 + spread}]
        assert choice.decimals(points) == expected
    assert choice.decimals([{"value": 0.0}, {"value": 0.1}]) == ".2f"


def test_shades_begin_at_their_limits():
    for effect, expected in (
        (None, ""), (0.19, ""), (0.2, "up1"), (-0.5, "down2"), (0.8, "up3"),
        (-1.19, "down3"), (1.2, "up4"),
    ):  # fmt: skip
        assert profile.shade(effect) == expected
    for index, count, expected in (
        (None, 50, ""), (0, 50, ""), (1.14, 50, ""), (1.15, 10, "up1"),
        (1.15, 9, ""), (1.15, None, ""), (1.3, 50, "up2"), (1.6, 50, "up3"),
        (2.0, 50, "up4"), (0.5, 50, "down4"), (0.9, 50, ""), (1.0, 50, ""),
        (0.8, 50, "down1"),
    ):  # fmt: skip
        assert people.shade(index, count) == expected


def test_values_are_in_the_order_that_a_person_expects():
    values = ["unknown", "65+", "25-34", "under 18", "18-24", "10", "2", "<18"]
    assert sorted(values, key=people.natural) == [
        "2", "10", "<18", "under 18", "18-24", "25-34", "65+", "unknown"]  # fmt: skip


def demographics(counts: dict[tuple[str, str], int]) -> dict:
    return {
        "segment_id": [segment for segment, _ in counts],
        "attribute": ["home_town"] * len(counts),
        "attribute_value": [value for _, value in counts],
        "customer_count": list(counts.values()),
        "share": [0.5] * len(counts),
        "index_value": [2.0] * len(counts),
        "overall_share": [0.25] * len(counts),
    }


def test_attributes_of_ten_known_customers_are_shown_and_of_nine_are_not():
    page = page_of(
        {"revenue": [1.0] * 4},
        segment_demographics=demographics(
            {("s01", "Bonn"): 4, ("s01", "other"): 6, ("s02", "Bonn"): 9,
             ("s03", "other"): 20, ("s09", "Rome"): 50}
        ),
    )  # fmt: skip
    (table,) = people.build(page)["attributes"]
    assert table["label"] == "Home town"
    assert [face.segment_id for face in table["faces"]] == ["s01"]
    assert [face.segment_id for face in table["hidden"]] == ["s02", "s03"]
    assert [value["label"] for value in table["values"]] == [
        "Bonn",
        people.MERGED_LABEL,
    ]
    bonn, merged = (value["cells"]["s01"] for value in table["values"])
    assert (bonn["shade"], merged["shade"]) == ("", "")
    assert people._cell({"Bonn": {}}, "Rome") == {"share": 0.0, "shade": ""}
    assert people._cell({"other": {}}, "Rome") is None


def solutions(*counts: int) -> dict[str, pd.DataFrame]:
    tables = make_tables(count=60)
    kept = tables["segment_candidates"]["segment_count"].isin(counts)
    tables["segment_candidates"] = tables["segment_candidates"][kept]
    return tables


def test_two_numbers_of_segments_are_a_choice_and_one_is_none():
    counts = sorted(set(make_tables(count=60)["candidate_crosswalk"]["segment_count"]))
    title = "Try another number of segments"
    assert title in render_report(tables=solutions(*counts[:2]))
    assert title not in render_report(tables=solutions(counts[0]))


def test_one_solution_stands_for_each_number():
    def row(algorithm, count, **more):
        return {"algorithm": algorithm, "segment_count": count, **more}

    rows = [
        row("birch", 3, stability=0.9),
        row("kmeans", 3, stability=0.1),
        row("birch", 4, is_eligible=True, stability=0.1),
        row("ward", 4, is_eligible=False, stability=0.9),
        row("birch", 5, silhouette=0.2),
        row("ward", 5, silhouette=0.3),
        row("kmeans", 6, is_selected=False),
        row("birch", 6, is_selected=True),
    ]
    chosen = row("kmeans", 9)
    found = explorer.one_each(rows, chosen)
    assert [one["algorithm"] for one in found] == ["kmeans", "birch", "ward", "birch"]
    assert explorer.one_each(rows[:2], None)[0]["algorithm"] == "birch"


def part(page: Page, number: int, of_segment: float, of_group: float) -> dict:
    face = page.faces[number]
    return {"face": face, "of_segment": of_segment, "of_group": of_group}


def test_groups_are_named_by_segments_that_are_a_part_of_them():
    page = page_of({"revenue": [1.0] * 3})
    for parts, name in (
        ([(1, 0.8, 0.15), (0, 0.79, 0.5)], "Part of A + B"),
        ([(1, 1.0, 0.149)], "A bit of everybody"),
    ):
        assert explorer._group_name([part(page, *one) for one in parts]) == name
    merge = [{"parts": [part(page, 0, 0.5, 0.15), part(page, 1, 0.5, 0.85)]}]
    assert explorer.tell(merge) == ["A and B merge."]
    for near in ((0, 0.49, 0.15), (0, 0.5, 0.14)):
        group = [{"parts": [part(page, *near), part(page, 1, 0.5, 0.85)]}]
        assert explorer.tell(group)[0].startswith("Today's segments stay")
    split = [{"parts": [part(page, 2, 0.2, 1)]}, {"parts": [part(page, 2, 0.8, 1)]}]
    assert explorer.tell(split) == ["C: split in 2."]
    split[0] = {"parts": [part(page, 2, 0.19, 1)]}
    assert explorer.tell(split)[0].startswith("Today's segments stay")


@pytest.mark.parametrize(
    ("customers", "revenue", "is_concentrated"),
    [
        ([0.7, 0.3], [0.5, 0.5], False),
        ([0.3, 0.7], [0.5, 0.5], True),
        ([0.31, 0.69], [0.5, 0.5], False),
        ([0.2, 0.1, 0.7], [0.3, 0.2, 0.5], False),
        ([0.1, 0.15, 0.75], [0.35, 0.25, 0.4], False),
        ([0.1, 0.15, 0.75], [0.3, 0.4, 0.3], True),
        ([0.1, 0.9], [0.4, None], False),
    ],
)
def test_a_third_of_customers_with_half_of_the_money_are_few(
    customers, revenue, is_concentrated
):
    page = page_of({"customer_share": customers, "revenue_share": revenue})
    assert overview._is_concentrated(page) is is_concentrated


def test_parts_of_a_bar_have_as_much_text_as_fits():
    shares = [0.0, 0.019, 0.02, 0.074, 0.075, 0.2]
    page = page_of({"customer_share": shares})
    parts = overview._bar(page, "Customers", "customer_share")["parts"]
    assert [(one["shows"], one["tight"]) for one in parts] == [
        ("", True), ("letter", True), ("letter", True), ("both", True),
        ("both", False)]  # fmt: skip


def test_head_figures_count_whoever_bought_twice():
    page = page_of(
        {"customer_count": [3, 1], "revenue": [0.1, 0.2]},
        customer_segments={"customer_id": list("abcd"), "order_count": [1, 2, 3, None]},
    )
    head = overview.build_head(page)
    texts = [re.sub("<[^>]+>", "", str(figure["value"])) for figure in head]
    assert texts == ["4", "0.30", "50%", "2"]
    assert head[3]["href"] is None and head[3]["link"] == "why 2"


def test_cards_tell_three_drivers_and_what_changed():
    medians = [1.0, 2.0, 3.0, 4.0, 5.0]
    page = page_of(
        {"revenue": [1.0] * 2},
        segment_profiles={
            "segment_id": ["s01"] * 5,
            "feature": list("edcba"),
            "segment_median": medians,
            "overall_median": [1.0, 1.0, 4.0, 1.0, 1.0],
            "effect_size": [9.0, None, 1.0, 1.0, 1.0],
            "driver_rank": [1, 2, 3, None, 5],
        },
        segment_monthly={
            "month": ["2024-01-31", "2024-02-29", "2024-03-31", "2024-03-31"],
            "segment_id": ["s01", "s01", "s01", "s02"],
            "customer_count": [1, 5, 9, 4],
        },
        customer_segments={
            "segment_id": ["s01"] * 4 + ["s02"],
            "confidence": [0.59, 0.6, 0.1, None, 0.9],
            "recommended_action": ["b", "a", "b", "a", None],
        },
    )
    first, second = cards.build(page)["cards"]
    drivers = [(one["feature"], one["is_higher"]) for one in first["drivers"]]
    assert drivers == [("c", False), ("a", True), ("b", True)]
    assert first["change"] == {"difference": 4, "since": "2024-02-29"}
    assert second["change"]["difference"] == 4
    assert first["actions"] == [("a", 2), ("b", 2)]
    assert (first["borderline"], second["borderline"]) == (2, 0)
    assert [first["span"], second["span"]] == [3, 3]


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


def monthly(*ends: str, value: float) -> dict:
    return {
        "month": list(ends),
        "segment_id": ["s01"] * len(ends),
        "customer_count": [value] * len(ends),
        "revenue": [0.0] * len(ends),
    }


def test_two_months_are_a_line_and_one_is_none():
    def built(*ends, value=5.0, months_shown=24):
        page = page_of(
            {"revenue": [1.0]},
            settings={"months": months_shown},
            segment_monthly=monthly(*ends, value=value),
        )
        return months.build(page)

    assert built("2024-02-29") is None
    found = built("2024-01-31", "2024-02-29")
    # Nothing but zeros is no line.
    assert [chart["title"] for chart in found["charts"]] == ["Customers"]
    assert not found["has_revenue"] and found["partial"] is None
    assert [row["name"] for row in found["rows"]] == ["Feb 2024", "Jan 2024"]
    found = built("2024-01-31", "2024-02-29", "2024-03-30", months_shown=2)
    assert found["partial"] == date(2024, 3, 30) and len(found["rows"]) == 2
    assert built("2024-01-31", "2024-02-29", months_shown=1) is None
    whole = str(built("2024-01-31", "2024-02-29", value=9999.0)["charts"][0]["svg"])
    short = str(built("2024-01-31", "2024-02-29", value=10_000.0)["charts"][0]["svg"])
    assert "k<" not in whole and "k<" in short


def test_movements_between_todays_segments_are_told():
    page = page_of(
        {"revenue": [1.0] * 2},
        settings={"minimum_cell_size": 2},
        customer_segments={
            "segment_id": ["s01", "s01", "s02", "s02", "s01", "s02"],
            "previous_segment_id": ["s02", "s02", "s02", "s01", None, "s08"],
            "monetary_value": [1.0, 2.005, 5.0, 7.0, 9.0, 11.0],
        },
        segment_monthly={"month": ["2024-01-31", "2024-02-29", None]},
        segment_movements={
            "month": ["2024-02-29"] * 4 + ["2024-01-31"],
            "from_segment_id": ["s02", "s01", "s02", "s02", "s02"],
            "to_segment_id": ["s01", "s02", "s02", "s01", "s01"],
            "customer_count": [3, 1, 50, 4, 70],
            "cause": ["aged", "acted", "acted", "acted", "aged"],
            "compared_with": ["last_date"] * 3 + ["last_publication", "last_date"],
            "revenue": [1.0, None, 1.0, 1.0, 1.0],
        },
    )
    found = movement.build(page)
    assert found["total"] == {"customer_count": 4, "since": "2024-01-31"}
    assert (found["fresh"], found["retired"]) == (1, 1)
    assert [row["counts"] for row in found["rows"]] == [[0, 1], [2, 1]]
    assert [row["stayed"] for row in found["rows"]] == [0, pytest.approx(1 / 3)]
    told = [(row["old"].name, row["customer_count"], row["spent"])
            for row in found["top"]]  # fmt: skip
    assert told == [("B", 2, 3.0), ("A", 1, None)]
    causes = [(row["name"], row["customer_count"], row["share"], row["revenue"])
              for row in found["causes"]["rows"]]  # fmt: skip
    assert causes == [("aged", 3, 0.75, 1.0), ("acted", 1, 0.25, None)]


def test_examples_to_place_are_typical_customers():
    medians = {(f"s{n:02d}", "n"): 1000 / n for n in range(1, 5)}
    page = page_of({"revenue": [1.0] * 4})
    assert placing._example(page, ["n"], medians).splitlines() == [
        "customer_id,n", "like-A,1000", "like-B,500", "like-C,333.333"]  # fmt: skip


def test_a_share_is_between_nothing_and_all():
    for name in ("sure_confidence", "border_confidence"):
        for share in (0, 1):
            assert with_defaults({name: share})[name] == share
        for share in (-0.01, 1.01):
            with pytest.raises(ValueError, match=name):
                with_defaults({name: share})
    page = page_of({"revenue": [1.0]})
    assert (page.unless_few(5, 10), page.unless_few(5, 9)) == (5, None)
