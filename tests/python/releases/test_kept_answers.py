"""Answers that are taken over: the same inputs give the same, any other a new one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from segmentation.releases import kept_answers
from segmentation.releases.kept_answers import kept_answer

FRAME = pd.DataFrame(
    {
        "customer_id": ["a", "b"],
        "spend": [1.5, None],
        "vector": [np.array([0.1, 2.0]), None],
    }
)


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Asks for an answer in a home of its own, and says how often it was made."""
    monkeypatch.setenv("SEGMENTATION_HOME", str(tmp_path))
    made = []

    def make(**made_from) -> pa.Table:
        made.append(made_from)
        return pa.table({"share": [0.1 + 0.2, None], "names": [["a"], []]})

    def ask(**made_from) -> tuple[pa.Table, int]:
        return kept_answer("shares", make, **made_from), len(made)

    return ask


def test_the_same_inputs_are_asked_once(asked):
    first, _ = asked(frame=FRAME, settings={"limit": 5})
    second, made = asked(frame=FRAME.iloc[::-1], settings={"limit": 5})
    assert made == 1
    assert second.equals(first, check_metadata=True)


@pytest.mark.parametrize(
    "other",
    [
        {"frame": FRAME.assign(spend=[1.5000000000000002, None])},
        {"frame": FRAME.assign(vector=[np.array([0.10000000000000002, 2.0]), None])},
        {"frame": FRAME.rename(columns={"spend": "revenue"})},
        {"frame": FRAME.iloc[:1]},
        {"frame": pd.concat([FRAME, FRAME])},
        {"frame": FRAME.assign(customer_id=["b", "a"])},
        {"settings": {"limit": 6}},
        {"published": None},
    ],
)
def test_other_inputs_are_answered_anew(asked, other):
    inputs = {"frame": FRAME, "settings": {"limit": 5}}
    asked(**inputs)
    assert asked(**inputs | other)[1] == 2
    # Only the last answer is kept.
    assert asked(**inputs)[1] == 3


def test_other_code_answers_anew(asked, monkeypatch):
    asked(frame=FRAME)
    monkeypatch.setattr(kept_answers, "_code", lambda: ["another version"])
    assert asked(frame=FRAME)[1] == 2


@pytest.mark.parametrize("damage", [b"", b"no table", None])
def test_a_damaged_file_is_answered_anew(asked, tmp_path, damage):
    first, _ = asked(frame=FRAME)
    path = tmp_path / "kept" / "shares.arrow"
    path.write_bytes(path.read_bytes()[:-40] if damage is None else damage)
    second, made = asked(frame=FRAME)
    assert made == 2
    assert second.equals(first)
    assert asked(frame=FRAME)[1] == 2


def test_an_answer_that_cannot_be_kept_is_an_answer(asked, tmp_path):
    (tmp_path / "kept").write_text("no folder")
    first, _ = asked(frame=FRAME)
    second, made = asked(frame=FRAME)
    assert made == 2 and second.equals(first)
