"""Other numbers of segments: how their groups are told."""

from __future__ import annotations

import pandas as pd

from report_fixture import make_tables
from report_pages import page_of
from segmentation.report import render_report
from segmentation.report.model import explorer
from segmentation.report.model.explorer import tell
from segmentation.report.page import Page
from segmentation.wording.numbers import Formats


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
    assert explorer.tell(merge) == ["A and B would mostly merge."]
    for near in ((0, 0.49, 0.15), (0, 0.5, 0.14)):
        group = [{"parts": [part(page, *near), part(page, 1, 0.9, 0.85)]}]
        assert "merge" not in explorer.tell(group)[0]
    split = [{"parts": [part(page, 2, 0.21, 1)]}, {"parts": [part(page, 2, 0.79, 1)]}]
    assert explorer.tell(split) == [
        "C would be split: the largest part has 0.79 of it."
    ]
    split[1] = {"parts": [part(page, 2, 0.8, 1)]}
    assert explorer.tell(split)[0].startswith("Today's segments stay")


def test_merges_and_splits_are_told():
    class Face:
        def __init__(self, name, number):
            self.name, self.number = name, number

    first, second, third = Face("A", 0), Face("B", 1), Face("C", 2)

    def part(face, of_segment, of_group):
        return {"face": face, "of_segment": of_segment, "of_group": of_group}

    groups = [
        # Half a segment and 15% of a group are enough to be named.
        {"parts": [part(first, 0.5, 0.15), part(second, 0.9, 0.85)]},
        {"parts": [part(third, 0.6, 1.0)]},
        {"parts": [part(third, 0.4, 0.8)]},
    ]
    assert tell(groups, written=Formats().share) == [
        "A and B would mostly merge.",
        "C would be split: the largest part has 60% of it.",
    ]
    assert tell([{"parts": [part(first, 1.0, 1.0)]}]) == [
        "Today's segments stay: each has four fifths or more in one group."
    ]
