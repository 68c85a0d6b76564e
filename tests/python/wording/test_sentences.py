"""Capitals, full stops and lists."""

from __future__ import annotations

import pytest

from segmentation.wording.sentences import capitalised, full_stop, joined


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (full_stop(" done"), "Done."),
        (full_stop("Done!"), "Done!"),
        (full_stop(""), ""),
        (capitalised("days since last order"), "Days since last order"),
        (capitalised(""), ""),
    ],
)
def test_sentences_begin_and_end(text, expected):
    assert text == expected


@pytest.mark.parametrize(
    ("words", "text"), [("", ""), ("a", "a"), ("ab", "a and b"), ("abc", "a, b and c")]
)
def test_a_list_has_an_and_before_its_last(words, text):
    assert joined(list(words)) == text
