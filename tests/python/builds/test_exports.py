"""Who may be written to: exclusions and consent, from the build to the lists."""

from __future__ import annotations

import csv
import json

import pytest

from dbt_builds import REPOSITORY, Build, project_with, run_dbt

pytestmark = pytest.mark.build

# By the last digit of the id: what the customer table says, if it knows the customer.
ANSWERS = {"1": "Yes", "2": " TRUE ", "3": "1", "4": "no", "5": "", "6": "perhaps"}


def read(path) -> list[dict]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def listed(build: Build) -> set[str]:
    """Ids in the lists of the segments and of the actions."""
    files = (build.published / "audiences").rglob("*.csv")
    return {
        row["customer_id"]
        for path in files
        if path.name != "changes.csv"
        for row in read(path)
    }


def changed(build: Build) -> list[tuple[str, str]]:
    rows = read(build.published / "audiences" / "changes.csv")
    return [(row["customer_id"], row["change"]) for row in rows]


@pytest.fixture(scope="module")
def consent_build(tmp_path_factory) -> tuple[Build, dict]:
    """The sample with a customer table: a city, and an answer in column Opt_In."""
    home = tmp_path_factory.mktemp("consent")
    with (REPOSITORY / "seeds" / "sample_transactions.csv").open() as file:
        ids = sorted({row["customer_id"] for row in csv.DictReader(file)} - {""})
    table = home / "people.csv"
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["customer_id", "city", "Opt_In"])
        for customer in ids:
            if customer[-1] in ANSWERS:
                city = "Rome" if int(customer[-1]) % 2 else "Oslo"
                writer.writerow([customer, city, ANSWERS[customer[-1]]])
    variables = {
        "transactions": "sample",
        "customers": str(table),
        "consent_column": "opt_in",
    }
    build = run_dbt(home=home, variables=variables)
    assert build.exit_code == 0, build.output
    return build, variables


def test_only_who_said_yes_is_in_a_list(consent_build):
    build, _ = consent_build
    everybody = {
        customer
        for (customer,) in build.query(
            "select customer_id from customer_segments where segment_id <> 'no_orders'"
        )
    }
    willing = {customer for customer in everybody if customer[-1] in "123"}
    assert 0 < len(willing) < len(everybody)
    assert listed(build) == willing
    manifest = json.loads((build.published / "manifest.json").read_text())
    total = build.value("select count(*) from customer_segments")
    assert manifest["excluded_customers"] == total - len(willing)


def test_consent_describes_nobody(consent_build):
    build, variables = consent_build
    shown = build.query("select distinct attribute from segment_demographics")
    assert shown == [("city",)]
    asked = run_dbt(
        home=build.home,
        variables={**variables, "transactions": None},
        command="show",
        options=("--inline", "select '{{ clustered_columns() | map(attribute=\"name\")"
                 " | join(\"+\") }}' as clustered -- {{ ref(\"stg_customers\") }}"),
    )  # fmt: skip
    assert asked.exit_code == 0, asked.output
    assert "| city " in asked.output


@pytest.mark.slow
def test_an_excluded_customer_leaves_the_lists_and_no_table(consent_build, tmp_path):
    build, variables = consent_build
    before = listed(build)
    customer = min(before)
    seed = "seeds/exclude_from_exports.csv"
    text = (REPOSITORY / seed).read_text() + f"{customer},a complaint\n"
    build = run_dbt(
        home=build.home,
        variables=variables,
        project=project_with(tmp_path / "project", {seed: text}),
    )
    assert build.exit_code == 0, build.output
    assert listed(build) == before - {customer}
    assert changed(build) == [(customer, "removed")]
    assert build.value(
        f"select count(*) from customer_segments where customer_id = '{customer}'"
    )
