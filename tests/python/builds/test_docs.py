"""dbt's documentation: every column of every model is described."""

from __future__ import annotations

import json
import re

import duckdb
import pytest

pytestmark = pytest.mark.build


@pytest.fixture(scope="module")
def manifest(sample_build) -> dict:
    return json.loads((sample_build.home / "target" / "manifest.json").read_text())


@pytest.fixture(scope="module")
def built(sample_build) -> list[tuple[str, str]]:
    """Table and column of everything that was built."""
    with duckdb.connect(str(sample_build.home / "build.duckdb"), read_only=True) as db:
        found = db.execute(
            "select table_name, column_name from duckdb_columns()"
            " where not internal and schema_name = 'main'"
        ).fetchall()
    assert len(found) > 600
    return found


def described_in(manifest: dict, *ids: str) -> set[str]:
    """Names of the columns that these nodes describe."""
    nodes = manifest["nodes"] | manifest["sources"]
    return {
        column["name"].lower()
        for one in ids
        for column in nodes[one].get("columns", {}).values()
        if column["description"].strip()
    }


def above(manifest: dict, node: str) -> set[str]:
    """Ids of all nodes that a node is made of."""
    found, waiting = set(), [node]
    while waiting:
        parents = set(manifest["parent_map"][waiting.pop()]) - found
        found |= parents
        waiting += parents
    return found


def test_every_column_is_described(built, manifest):
    """Of every model as it was built, so that none that there is can be forgotten.

    A mart says it itself; before it, a column that is passed on is described where it
    is made.
    """
    missing = []
    for key, node in manifest["nodes"].items():
        if node["resource_type"] != "model":
            continue
        is_mart = node["fqn"][1] == "marts"
        places = [key] if is_mart else [key, *above(manifest, key)]
        described = described_in(manifest, *places)
        missing += [
            (table, column)
            for table, column in built
            if table == node["alias"] and column.lower() not in described
        ]
    assert missing == []


def test_no_column_is_described_that_is_not_there(built, manifest):
    documented = {
        (node["alias"], column)
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
        for column in described_in(manifest, key)
    }
    assert documented - {(table, column.lower()) for table, column in built} == set()


def test_every_model_and_seed_says_what_it_is(manifest):
    own = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    ]
    assert len(own) > 50
    for node in own:
        assert node["description"].strip(), node["name"]
        if node["resource_type"] == "model":
            assert re.match("One row", node["description"].strip()), node["name"]


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
