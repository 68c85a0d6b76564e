"""Who may be written to: exclusions and consent, from the build to the lists."""

from __future__ import annotations

import csv
import hashlib
import json

import pytest

from dbt_builds import REPOSITORY, Build, project_with, run_dbt

pytestmark = [pytest.mark.build, pytest.mark.slow]

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
        if path.name != "changes.csv" and path.parent.name in ("audiences", "actions")
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
        writer.writerow(["customer_id", "city", "Opt_In", "E-Mail", "Tel", "Vorname"])
        for customer in ids:
            if customer[-1] in ANSWERS:
                city = "Rome" if int(customer[-1]) % 2 else "Oslo"
                mail = f" {customer}@Example.org" if customer[-1] in "145" else ""
                tel = "0049 170 1234567" if customer[-1] in "24" else ""
                answer = ANSWERS[customer[-1]]
                writer.writerow([customer, city, answer, mail, tel, "=Ann"])
    variables = {
        "transactions": "sample",
        "customers": str(table),
        "consent_column": "opt_in",
        "contact_columns": {"email": "e-mail", "phone": "Tel", "first_name": "Vorname"},
        "list_formats": ["klaviyo", "meta_custom_audience"],
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


def test_lists_say_how_to_reach_those_who_said_yes_and_nothing_else_does(consent_build):
    build, _ = consent_build
    folder = build.published / "audiences"
    people = [row for path in (folder / "actions").iterdir() for row in read(path)]
    assert {row["first_name"] for row in people} == {"'=Ann"}
    assert {row["email"] for row in people if row["customer_id"][-1] == "2"} == {""}
    mails = {row["email"] for row in people} - {""}
    assert mails == {
        f"{row['customer_id']}@Example.org"
        for row in people
        if row["customer_id"][-1] == "1"
    }
    # Who can be reached by nothing is in no list of a CRM.
    reached = sum(bool(row["email"] or row["phone"]) for row in people)
    klaviyo = [row for path in (folder / "klaviyo").iterdir() for row in read(path)]
    assert len(klaviyo) == reached < len(people)
    assert {row["Phone Number"] for row in klaviyo} == {"", "+491701234567"}
    meta = [
        row
        for path in (folder / "meta_custom_audience").iterdir()
        for row in read(path)
    ]
    assert {row["email"] for row in meta} - {""} == {
        hashlib.sha256(mail.lower().encode()).hexdigest() for mail in mails
    }
    # No address and no number outside lists: not in tables, report or manifest.
    lists = {*folder.rglob("*.csv")}
    for path in build.published.resolve().rglob("*"):
        if path.is_file() and "audiences" not in path.parts:
            content = path.read_bytes().lower()
            assert b"example.org" not in content and b"1701234567" not in content, path
    assert lists


def test_headers_of_a_format_are_those_of_the_seed(consent_build):
    build, _ = consent_build
    with (REPOSITORY / "seeds" / "list_formats.csv").open() as handle:
        seed = list(csv.DictReader(handle))
    for name in ("klaviyo", "meta_custom_audience"):
        wanted = [row["header"] for row in seed if row["list_format"] == name]
        for path in (build.published / "audiences" / name).iterdir():
            assert path.read_text().splitlines()[0] == ",".join(wanted)


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
