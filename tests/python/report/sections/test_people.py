"""Who customers are: attributes, their values and their order."""

from __future__ import annotations

import re

import pandas as pd

from report_fixture import make_tables
from report_pages import page_of
from segmentation.report import render_report
from segmentation.report.sections import people
from segmentation.report.sections.people import natural


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


TABLES = make_tables(count=300)


def test_a_merged_value_is_not_shown_as_none():
    """s01 has 12 owners of 12; s02's owners, and all of s03, are among 'other'."""
    counts = [("s01", "Owner", 12), ("s02", "Renter", 20), ("s02", "other", 11)]
    rows = [
        {
            "segment_id": segment_id,
            "attribute": "home",
            "attribute_value": value,
            "customer_count": count,
            "share": count / {"s01": 12, "s02": 31, "s03": 14}[segment_id],
            "overall_share": 0.5,
            "index_value": 1.0,
        }
        for segment_id, value, count in [*counts, ("s03", "other", 14)]
    ]
    html = render_report(tables={**TABLES, "segment_demographics": pd.DataFrame(rows)})
    table = html.split('id="people"')[1].split("</table>")[0]
    found = [re.findall(r">([^<>\n]+)</t[hd]>", row) for row in table.split("<tr>")[2:]]
    assert found == [
        ["Owner", "100%", "–", "50%"],
        ["Renter", "0%", "65%", "50%"],
        ["Other, or too few to show", "0%", "35%", "–"],
    ]
    assert (
        "Left out, as too little is known of their customers: "
        f"{TABLES['segments']['segment_name'][2]}." in html
    )


def test_values_sort_as_people_read_them():
    values = ["65+", "19-24", "Under 18", "25-34", "100-150", "Unknown"]
    assert sorted(values, key=natural) == [
        "Under 18",
        "19-24",
        "25-34",
        "65+",
        "100-150",
        "Unknown",
    ]
