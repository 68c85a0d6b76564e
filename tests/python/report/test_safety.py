"""The report runs nothing, fetches nothing, and text from the data stays text."""

import base64
import hashlib
import re

import pandas as pd
import pytest

from report_fixture import make_tables
from report_reader import Reader
from segmentation.releases.published_model import PREPARATION
from segmentation.report import render_report

SETTINGS = {"currency": "EUR", "organisation": "Northwind"}
TABLES = make_tables(count=300)
HTML = render_report(tables=TABLES, settings=SETTINGS)


def test_the_policy_allows_this_style_and_script_and_nothing_else():
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', HTML).group(1)
    policy = policy.replace("&#39;", "'")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy

    def digest(text):
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    style = re.search(r"<style>(.*?)</style>", HTML, re.S).group(1)
    script = re.search(r"<script>(.*?)</script>", HTML, re.S).group(1)
    assert f"style-src 'sha256-{digest(style)}'" in policy
    assert f"script-src 'sha256-{digest(script)}'" in policy


def test_nothing_is_fetched_and_nothing_runs_from_an_attribute():
    for tag, found in Reader(HTML).tags:
        assert "style" not in found, tag
        assert not [name for name in found if name.startswith("on")], tag
        for name in ("src", "href", "xlink:href", "action"):
            value = found.get(name, "#")
            assert value.startswith(("#", "data:,", "audiences/")), (tag, value)
    style = re.search(r"<style>(.*?)</style>", HTML, re.S).group(1)
    assert "url(" not in style and "@import" not in style


def test_ids_are_unique_and_labels_point_to_them():
    reader = Reader(HTML)
    assert len(reader.ids) == len(set(reader.ids))
    for _, found in reader.tags:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            assert found.get(name, reader.ids[0]) in reader.ids


HOSTILE = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "<!--<script>",
    "</style><b>",
    "a" * 3000,
    "\u202egnp.exe",
    "]]>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    tables = {name: frame.copy() for name, frame in TABLES.items()}

    def poison(table, column, where=slice(None)):
        frame = tables[table]
        frame[column] = frame[column].astype(object)
        frame.loc[frame.index[where], column] = text

    for table in (
        "segments",
        "segment_profiles",
        "segment_monthly",
        "customer_segments",
    ):
        frame = tables[table]
        first = frame["segment_id"] == "s01"
        frame.loc[first, "segment_name"] = text
    for column in (
        "description",
        "rule_text",
        "recommended_action",
        "action_detail",
        "action_channel",
        "action_avoid",
        "action_measure",
    ):
        poison("segments", column, slice(0, 2))
    poison("segment_profiles", "feature_label", slice(0, 4))
    poison("segment_demographics", "attribute_value", slice(0, 6))
    poison("segment_demographics", "attribute", slice(6, 9))
    poison("rejected_transactions", "reason", slice(0, 2))
    poison("data_quality", "detail")
    poison("data_quality", "check_name", slice(0, 1))
    poison("customer_segments", "customer_id", slice(0, 1))
    poison("rfm_grid", "rfm_group", slice(0, 1))
    poison("segment_candidates", "reason", slice(0, 5))
    poison("segment_movements", "cause", slice(0, 3))
    for column in ("situation", "value_tiers", "recommended_action", "action_detail"):
        poison("segment_actions", column, slice(0, 9))
    for column in ("lifecycle", "value_tier", "refused_reason"):
        poison("customer_predictions", column, slice(0, 2))
    poison("prediction_calibration", "group_name", slice(0, 2))
    poison("prediction_quality", "method", slice(1, 2))
    poison("publications", "publication_id")
    poison("publications", "model_version")
    html = render_report(
        tables=tables,
        settings={
            **SETTINGS,
            "title": text,
            "organisation": text,
            "versions": {text: text},
            "audiences": [{"segment_id": "s01", "file": "x.csv", "rows": 1}],
        },
    )
    clean, reader = Reader(HTML), Reader(html)
    kinds = {tag for tag, _ in clean.tags}
    assert {tag for tag, _ in reader.tags} <= kinds | {"script"}
    assert sum(tag == "script" for tag, _ in reader.tags) == 2
    assert sum(tag == "style" for tag, _ in reader.tags) == 1
    for tag, found in reader.tags:
        assert not [name for name in found if name.startswith("on")], tag
    assert any(text in found for found in reader.texts)


def test_categories_are_placed_by_name_and_escaped():
    tables = {name: frame.copy() for name, frame in TABLES.items()}
    extra = pd.DataFrame(
        [
            {
                "position": 11,
                "feature": "plan",
                "category_value": "</script><b>",
                "kind": "categorical",
                **dict.fromkeys(PREPARATION),
                "fill_value": 0.0,
                "log_offset": None,
                "lower_bound": 0.0,
                "upper_bound": 1.0,
                "mean": 0.5,
                "is_used": True,
                "standard_deviation": 0.5,
                "scale_weight": 0.7,
                "reason": None,
            }
        ]
    )
    tables["model_features"] = pd.concat([TABLES["model_features"], extra])
    tables["model_prototypes"] = TABLES["model_prototypes"].assign(
        weights=lambda frame: frame["weights"].str.replace("]", ", 0.0]")
    )
    tables["customer_segments"] = TABLES["customer_segments"].assign(plan="basic")
    html = render_report(tables=tables)
    assert "</script><b>" not in html
    assert "\\u003c/script\\u003e\\u003cb\\u003e" in html
    assert "<option>&lt;/script&gt;&lt;b&gt;</option>" in html
