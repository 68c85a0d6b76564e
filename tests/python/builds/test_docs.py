"""dbt's documentation: every column is described, in the model that makes it."""

from __future__ import annotations

import csv
import json
from functools import cache

import duckdb
import pytest

from dbt_builds import REPOSITORY

pytestmark = pytest.mark.build


@pytest.fixture(scope="module")
def manifest(sample_build) -> dict:
    return json.loads((sample_build.home / "target" / "manifest.json").read_text())


@pytest.fixture(scope="module")
def built(sample_build, manifest) -> dict[str, dict[str, str]]:
    """Type by column, by model, as they were built: none that there is is forgotten."""
    names = {
        node["alias"]: node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    with duckdb.connect(str(sample_build.home / "build.duckdb"), read_only=True) as db:
        rows = db.execute(
            "select table_name, column_name, data_type from duckdb_columns()"
            " where not internal and schema_name = 'main'"
        ).fetchall()
    tables = {}
    for table, column, data_type in rows:
        if table in names:
            tables.setdefault(names[table], {})[column] = data_type
    assert sum(map(len, tables.values())) > 600
    return tables


def features() -> list[str]:
    """The features that the seed describes."""
    with (REPOSITORY / "seeds" / "feature_labels.csv").open(encoding="utf-8") as file:
        return [row["feature"] for row in csv.DictReader(file)]


def has_columns(node: dict) -> bool:
    """Whether a node is a model with a table or view of its own."""
    is_model = node["resource_type"] == "model"
    return is_model and node["config"]["materialized"] != "ephemeral"


def described_columns(node: dict) -> set[str]:
    return {
        column["name"].lower()
        for column in node["columns"].values()
        if column["description"].strip()
    }


def test_every_column_of_the_marts_is_described_there(built, manifest):
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and "marts" in node["fqn"]:
            assert set(built[node["name"]]) == described_columns(node), node["name"]


def test_every_other_column_is_described_where_it_is_made(built, manifest):
    """In its own model or in one that model reads; raw_x is x as it was written."""
    nodes = manifest["nodes"]
    parents = manifest["parent_map"]
    features_of = {"int_customer_features": set(features())}

    @cache
    def described(key: str) -> frozenset[str]:
        node = nodes[key]
        above = [described(one) for one in parents[key] if one in nodes]
        own = described_columns(node) | features_of.get(node["name"], set())
        return frozenset(own.union(*above))

    for key, node in nodes.items():
        if has_columns(node):
            columns = {column.removeprefix("raw_") for column in built[node["name"]]}
            assert columns - described(key) == set(), node["name"]


def test_nothing_is_described_that_there_is_not(built, manifest):
    for node in manifest["nodes"].values():
        if has_columns(node):
            columns = {name.lower() for name in node["columns"]}
            assert columns - set(built[node["name"]]) == set(), node["name"]


def test_every_feature_has_its_row_in_the_seed_and_every_row_a_feature(built):
    kept = {"customer_id", "as_of_date", "fingerprint"}
    made = {
        column
        for column, data_type in built["int_customer_features"].items()
        if column not in kept and data_type != "DATE"
    }
    rows = set(features())
    assert made - rows == set(), "seeds/feature_labels.csv lacks rows of these"
    assert rows - made == set(), "int_customer_features lacks these columns"


def test_every_model_and_seed_says_what_it_is(manifest):
    own = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    ]
    assert len(own) > 50
    for node in own:
        assert node["description"].startswith("One row per "), node["name"]


def test_exposures_hang_on_the_publication_and_have_an_owner(manifest):
    exposures = manifest["exposures"].values()
    assert {one["name"] for one in exposures} == {
        "segmentation_report",
        "audience_lists",
        "segment_dashboard",
    }
    for one in exposures:
        assert "model.customer_segmentation.publications" in one["depends_on"]["nodes"]
        assert one["owner"]["name"] and "example" not in str(one["owner"])


def test_rows_of_every_table_with_rules_are_looked_at_before_publication(manifest):
    nodes = manifest["nodes"]
    held = {
        name.partition(".rows_of_")[2]: set(node["depends_on"]["nodes"])
        for name, node in nodes.items()
        if ".rows_of_" in name
    }
    ruled = {
        name for name, node in nodes.items() if "sound_rows" in node["config"]["meta"]
    }
    assert sorted(ruled) == sorted(
        table for tables in held.values() for table in tables
    )
    above = {"model.customer_segmentation.publications"}
    waiting = list(above)
    while waiting:
        above |= (parents := set(manifest["parent_map"][waiting.pop()]) - above)
        waiting += parents
    # A test that knows one table which nothing published rests on stops no publication.
    assert {name for name, tables in held.items() if not tables <= above} == {
        "unpublished"
    }
