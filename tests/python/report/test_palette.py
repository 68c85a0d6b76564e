"""Colours that can be read, and the rules of style: literal answers."""

from __future__ import annotations

import pytest

from segmentation.report.page import letter_of
from segmentation.report.palette import (
    COLOURS,
    CONTRAST,
    DARK_CARD,
    GREYS,
    WHITE,
    Rules,
    contrast,
    luminance,
    parse,
    readable,
    segment_colours,
)


@pytest.mark.parametrize("colour", [*COLOURS, *GREYS, "#ffff00", "#ffffff"])
def test_white_text_is_readable_on_every_segment_colour(colour):
    (found,) = segment_colours(clustered=[True], colours=(colour,))
    assert contrast(found, WHITE) >= CONTRAST


@pytest.mark.parametrize("colour", [*COLOURS, *GREYS])
def test_segment_colours_as_text_are_readable_in_the_dark(colour):
    assert contrast(readable(colour, on=DARK_CARD), DARK_CARD) >= CONTRAST


def test_contrast_of_black_and_white_is_21():
    assert round(contrast("#000000", "#ffffff"), 2) == 21


def test_segments_without_a_model_are_grey():
    found = segment_colours(clustered=[True, False, True])
    assert found == [COLOURS[0], GREYS[0], COLOURS[1]]


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "#000000;}body{", None])
def test_a_colour_that_is_none_is_refused(colour):
    with pytest.raises(ValueError, match="#rrggbb"):
        parse(colour)


def test_rules_are_written_once_and_in_order():
    rules = Rules()
    assert [rules.width(0.5), rules.width(0.5), rules.grow(0.1234), rules.tint(2)] == [
        "w500",
        "w500",
        "g123",
        "m40",
    ]
    assert rules.css() == ".g123{flex-grow:123}\n.m40{--m:40%}\n.w500{width:50%}"


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
    assert [letter_of(n) for n in (0, 25, 26)] == ["A", "Z", "27"]


def test_widths_and_tints_stay_in_their_range():
    rules = Rules()
    assert [rules.width(share) for share in (-1, 0.0304, 2)] == ["w0", "w30", "w1000"]
    assert [rules.grow(share) for share in (0, 0.0014, 1)] == ["g1", "g1", "g1000"]
    assert [rules.tint(n) for n in (-1, 0, 0.5, 1)] == ["m6", "m6", "m23", "m40"]
