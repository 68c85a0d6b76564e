"""Every var of dbt_project.yml: read, typed, or refused by its name."""

from __future__ import annotations

import json

import pytest
import yaml

from dbt_builds import REPOSITORY
from input_answers import blocks
from project_settings import PROJECT_SETTINGS
from segmentation.engines.macro_functions import kept_settings
from segmentation.preparing.read_settings import (
    currency_of,
    keep_settings,
    model_settings,
    project_vars,
    read_settings,
    settings,
    settings_for,
)
from segmentation.preparing.settings import SETTINGS
from segmentation.wording.problem import InputProblem
from snapshots import hold_text

OURS = {**project_vars(), "transactions": "sample"}
TEXT = (REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8")
# Kinds that a range may belong to; of each, the smallest step out of it.
STEPS = {"whole": 1, "number": 0.001, "share": 0.001, "count_or_auto": 1}
RANGES = [
    pytest.param(name, edge, side * STEPS[one.kind], id=f"{name} {edge:g}")
    for name, one in SETTINGS.items()
    for edge, side in ((one.lowest, -1), (one.highest, 1))
    if edge is not None
]


def check(**changed):
    return read_settings({**OURS, **changed}, given=changed)


def refusal(**changed) -> str:
    with pytest.raises(InputProblem) as caught:
        check(**changed)
    return str(caught.value)


def test_every_var_has_a_row_and_every_row_is_a_var():
    assert list(SETTINGS) == list(project_vars())


def test_every_numeric_var_has_a_range():
    numeric = {name for name, value in OURS.items() if type(value) in (int, float)}
    assert not numeric - {
        name
        for name, one in SETTINGS.items()
        if one.kind == "above_zero" or one.lowest is not None
    }


@pytest.mark.parametrize(("name", "edge", "step"), RANGES)
def test_a_number_just_outside_its_range_is_refused_and_its_edge_is_not(
    name, edge, step
):
    one = SETTINGS[name]
    said = refusal(**{name: edge + step})
    assert said.startswith(f"The var {name} cannot be {edge + step!r}.\n  wanted: ")
    assert f"{edge:,}" in said
    both = ("segment_count_min", "segment_count_max")
    at_edge = dict.fromkeys(both if name in both else [name], edge)
    if name == "prediction_horizon_days":
        at_edge["prediction_backtest_days"] = [edge]
    assert check(**at_edge)[name] == edge
    for other in ("x", True, [1], *([] if one.is_nullable else [None])):
        assert name in refusal(**{name: other})
    if one.kind == "whole":
        assert name in refusal(**{name: edge + 0.5})


def test_a_range_stands_in_the_comment_of_its_var_as_it_is_checked():
    """dbt_project.yml says to people what the table says to the reader."""
    missing = {}
    for name, one in SETTINGS.items():
        low, high = one.lowest, one.highest
        if low is None or (one.kind == "share" and (low, high) == (0, 1)):
            continue
        words = f"{low:g} up" if high is None else f"{low:g} to {high:g}"
        if words not in comment_of(name):
            missing[name] = words
    assert missing == {}


def comment_of(name: str) -> str:
    """The comment beside a var, in lines that go on with it, and the next one above."""
    lines = [line.strip() for line in TEXT.splitlines()]
    at = next(i for i, line in enumerate(lines) if line.startswith(f"{name}:"))
    above = next(i for i in range(at, 0, -1) if lines[i].startswith("#"))
    first = next(i for i in range(above, 0, -1) if not lines[i].startswith("#"))
    beside = [lines[at].partition("#")[2]]
    for line in lines[at + 1 :]:
        if not line.startswith("#"):
            break
        beside.append(line)
    text = " ".join([*lines[first + 1 : above + 1], *beside])
    return " ".join(text.replace("#", " ").split())


def test_a_var_stands_in_no_meta_of_a_model():
    """A value passed by hand from yml to Python is a second place for it."""

    def metas(node):
        if isinstance(node, dict):
            for key, value in node.items():
                yield from [value] if key == "meta" else metas(value)
        elif isinstance(node, list):
            for one in node:
                yield from metas(one)

    for path in sorted(REPOSITORY.glob("*models/**/*.yml")):
        for meta in metas(yaml.safe_load(path.read_text(encoding="utf-8"))):
            # Rules of rows are for SQL.
            assert "var(" not in str({**meta, "sound_rows": None}), path


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"transactions": None, "customers": "people.csv"},
        {"as_of_date": "2024-02-29", "time_zone": "Europe/Berlin"},
        {"currency": "eur", "exchange_rates": {"USD": 0.01}},
        {"rejected_share_warning": 0, "largest_amount": 0.01, "longest_id": 1},
        {"rejected_share_warning": 1, "drop_exact_duplicates": True},
        {"cancelled_lines": "leave_out", "exclusion_rule_sets": []},
        {"segment_count": 1, "algorithm": "auto", "refit": "never"},
        {"segment_count_min": 8, "locale": "de", "guard_rail_severity": "error"},
        {"transactions": None, "customers": "a.csv", "segment_features": ["unknown"]},
        {"frequency_bands": [1, 2, 3, 4], "report_colours": ["#0b6E4f"]},
        {"transactions": ["a.csv", "b.csv"], "report_title": 2024, "threads": 2},
    ],
    ids=str,
)
def test_good_settings_pass(changed):
    assert check(**changed)


def test_settings_are_typed():
    found = check(segment_count="9", history_months=12.0, report_title=2024)
    typed = [
        found[name] for name in ("segment_count", "history_months", "report_title")
    ]
    assert typed == [9, 12, "2024"]
    assert [type(one) for one in typed] == [int, int, str]


CANNOT_WORK = [
    ("transactions", None, "transactions, customers or both"),
    ("transactions", 5, "a file, a pattern, a list of files, or schema.table"),
    ("as_of_date", "2024-02-30", "a date that exists"),
    ("as_of_date", "31.12.2024", "a date that exists"),
    ("as_of_date", 20241231, "a date that exists"),
    ("earliest_date", None, "a date that exists"),
    ("time_zone", "Berlin", "did you mean Europe/Berlin"),
    ("source_time_zone", "Europe/Berln", "did you mean Europe/Berlin"),
    ("currency", "euros", "three letters"),
    ("exchange_rates", {"USD": 0}, "a number above 0"),
    ("exchange_rates", {"USD": 0.9}, "a currency that the exchange_rates"),
    ("exchange_rates", [0.9], "a mapping"),
    ("transaction_columns", "customer", "a mapping"),
    ("report_wording", ["a"], "a mapping"),
    ("cancelled_statuses", "returned", "a list"),
    ("segment_features", "recency_days", "a list"),
    ("segment_features", [], "one at least"),
    ("segment_features", ["recency_days", "(select 1)"], "names of columns"),
    ("drift_features", ["recent_order_day"], "did you mean recent_order_days?"),
    ("order_columns", ["Status"], "name our column, not yours"),
    ("order_columns", "status", "a list"),
    ("status_meanings", {"offen": "unpaid"}, "sold, never_sold, taken_back"),
    ("status_meanings", ["offen"], "a mapping"),
    ("cancelled_lines", "drop", "one of net, leave_out"),
    ("discount_kind", "rate", "one of money, share, percent"),
    ("discount_taken_off", "yes", "one of true, false"),
    ("repeated_orders", "drop", "one of auto, latest, keep"),
    ("guest_ids", "guest", "a list"),
    ("control_totals", 5, "a mapping, or a CSV file"),
    ("control_totals", {"sales": 5}, "numbers for revenue, orders, customers"),
    ("control_totals", {"revenue": "much"}, "numbers for revenue"),
    ("control_totals", "no/books.csv", "a file that exists"),
    ("drop_exact_duplicates", "maybe", "one of true, false"),
    ("largest_amount", -1, "a number above 0"),
    ("largest_amount", float("inf"), "a number above 0"),
    ("longest_id", True, "a whole number from 1"),
    ("rejected_share_warning", 5, "a share from 0 to 1"),
    ("resample_count", "many", "a whole number"),
    ("rfm_window_months", "(select 1)", "a whole number from 1 to 120, or null"),
    ("frequency_bands", [1, 2, 4], "four whole numbers"),
    ("frequency_bands", [1, 4, 2, 8], "that rise"),
    ("frequency_bands", [1, 2, 2, 8], "that rise"),
    ("frequency_bands", [0, 1, 2, 8], "above 0"),
    ("frequency_bands", [1, 2, 4, "8 end"], "four whole numbers"),
    ("segment_count", "five", "'auto' or a whole number from 1"),
    ("segment_count", 0, "'auto' or a whole number from 1"),
    ("segment_count_min", 9, "at most segment_count_max (8)"),
    ("segment_count_max", 2.5, "a whole number from 1"),
    ("prediction_backtest_days", [90, 90], "whole numbers above 0 that rise"),
    ("prediction_backtest_days", [], "whole numbers above 0 that rise"),
    ("prediction_backtest_days", [60, 90], "begin with prediction_horizon_days (90)"),
    ("prediction_horizon_days", 91, "begin with prediction_horizon_days (91)"),
    ("value_tiers", {"top": 0.5, "high": 0.8}, "top, high and medium"),
    ("value_tiers", {"top": 0.8, "high": 0.5, "medium": 0.9}, "that rise"),
    ("value_tiers", {"top": 0.5, "high": 0.8, "medium": 1}, "between 0 and 1"),
    ("algorithm", "k-means", "one of kmeans, bisecting_kmeans"),
    ("refit", "sometimes", "one of auto, always, never"),
    ("guard_rail_severity", "loud", "one of warn, error"),
    ("locale", "xx", "one of en, de"),
    ("report_colours", ["blue"], "a list of colours"),
    ("report_title", ["a"], "a text"),
    ("memory_limit", "4", "a size or a share"),
    ("memory_limit", "0GB", "a size or a share"),
    ("threads", 0, "a whole number from 1"),
    ("threads", 1.5, "a whole number from 1"),
    ("temp_directory", "", "a folder"),
]


@pytest.mark.parametrize(("name", "value", "message"), CANNOT_WORK)
def test_setting_that_cannot_work(name, value, message):
    said = refusal(**{name: value})
    assert message in said and name in said
    assert [line.split()[0] for line in said.splitlines()[1:]] == [
        "wanted:", "found:", "next:"]  # fmt: skip
    assert repr(value) in said or isinstance(value, dict | list)


NAMES = [
    ({"transaction": "orders.csv"}, "did you mean transactions?"),
    ({"xyz": 1}, "take xyz out"),
    ({"segment_features": ["recency_day"]}, "did you mean recency_days?"),
    ({"exclusion_rule_sets": ["online_retial"]}, "did you mean online_retail?"),
    ({"exclusion_rule_sets": ["xyz"]}, "add xyz to seeds/exclusion_rules.csv"),
]


@pytest.mark.parametrize(("given", "message"), NAMES)
def test_name_that_nothing_knows(given, message):
    assert message in refusal(**given)


def test_settings_are_refused_in_the_same_words():
    found = {
        f"{name} {value!r}": refusal(**{name: value}) for name, value, _ in CANNOT_WORK
    }
    found |= {f"given {given}": refusal(**given) for given, _ in NAMES}
    hold_text("settings", blocks(found))


def test_python_models_get_what_the_hook_read():
    def ask(**changed) -> dict:
        question = {"values": {**OURS, **changed}, "given": list(changed)}
        return json.loads(kept_settings(json.dumps(question)))

    keep_settings({})
    with pytest.raises(RuntimeError, match="by dbt, with hooks"):
        settings()
    assert ask(valley_limit=0.4) == {}
    assert settings()["valley_limit"] == 0.4
    # The next build of a process has vars of its own; what is refused is not kept.
    assert ask() == {}
    assert settings()["valley_limit"] == PROJECT_SETTINGS["valley_limit"]
    assert "The var refit cannot be 'x'" in ask(refit="x")["problem"]
    assert settings()["refit"] == "auto"


def test_a_function_takes_the_vars_it_names():
    def function(*, frame, valley_limit, seed=0): ...

    assert settings_for(function, PROJECT_SETTINGS) == {
        "valley_limit": PROJECT_SETTINGS["valley_limit"]
    }
    model = model_settings(PROJECT_SETTINGS)
    assert "valley_limit" in model and "sample_size" not in model


def test_money_of_the_demo_data_is_in_dollars():
    assert currency_of({"transactions": "completejourney", "currency": None}) == "USD"
    assert currency_of({"transactions": "completejourney", "currency": "EUR"}) == "EUR"
    assert currency_of({"transactions": "sample", "currency": None}) is None
