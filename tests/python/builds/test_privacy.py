"""Privacy in whole builds: what is loaded, what leaves, who is gone."""

from __future__ import annotations

import csv
import json
import shutil
import stat
import unicodedata
from pathlib import Path

import duckdb
import pytest

from dbt_builds import REPOSITORY, Build, project_with, run_dbt
from segmentation.publishing.erased_database import spellings
from segmentation.publishing.erasure import erase, remember
from segmentation.releases.manifest import check_files, read_manifest
from segmentation.releases.pseudonyms import pseudonym

# Quotes, blanks, letters beyond ASCII, and what HTML and patterns have a meaning for.
PERSON = 'O\'Erased "\u017bo\u00eb" & (4711)*'
IN_SQL = PERSON.replace("'", "''")
SECRET = "sunset-boulevard-7"  # in a column nobody mapped
KEY = "0123456789abcdef0123456789abcdef"


def holds(folder: Path, text: str) -> list[str]:
    """Files below a folder that hold the text's bytes, however it is written."""
    forms = [one.encode() for one in spellings(text)]
    return [
        str(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(one in path.read_bytes() for one in forms)
    ]


def write_source(path: Path, *, with_person: bool) -> None:
    with (REPOSITORY / "seeds" / "sample_transactions.csv").open() as handle:
        rows = list(csv.DictReader(handle))
    mine = [{**row, "customer_id": PERSON} for row in rows if row["customer_id"] == "5"]
    mine = mine or [{**row, "customer_id": PERSON} for row in rows[:6]]
    mine = [
        {**row, "order_id": f"p{number}"} if row["order_id"] else row
        for number, row in enumerate(mine)
    ]
    # Also as a row that is left out, with its raw values and in two code points.
    raw = f"\t{unicodedata.normalize('NFD', PERSON)} "
    mine.append({**mine[0], "customer_id": raw, "amount": "much", "order_id": "p99"})
    rows += mine if with_person else []
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, fieldnames=[*rows[0], "home_address"])
        writer.writeheader()
        writer.writerows({**row, "home_address": SECRET} for row in rows)


@pytest.fixture(scope="module")
def person_build(tmp_path_factory) -> Build:
    """A build with the person in it, and pseudonyms in what leaves the house."""
    folder = tmp_path_factory.mktemp("privacy")
    source = folder / "orders.csv"
    write_source(source, with_person=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEGMENTATION_PSEUDONYM_KEY", KEY)
        build = run_dbt(
            home=folder / "home",
            variables={"transactions": str(source)},
        )
    assert build.exit_code == 0, build.output
    return build


@pytest.mark.slow
@pytest.mark.build
def test_only_mapped_columns_are_loaded(person_build):
    assert holds(person_build.home, PERSON)
    assert holds(person_build.home, SECRET) == []


@pytest.mark.slow
@pytest.mark.build
def test_files_are_for_their_owner_only(person_build):
    release = person_build.published.resolve()
    written = [person_build.home / "build.duckdb", release, *release.rglob("*")]
    for path in written:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.slow
@pytest.mark.build
def test_lists_and_report_hold_pseudonyms(person_build):
    mine = pseudonym(PERSON, key=KEY.encode())
    lists = person_build.published / "audiences"
    assert holds(lists, PERSON) == []
    # The segment's, the action's and the changes; the late one's where that is so.
    assert len(holds(lists, mine)) in (3, 4)
    assert PERSON not in (person_build.published / "report.html").read_text()
    # The tables stay joinable at home.
    assert person_build.value(
        f"select count(*) from customer_segments where customer_id = '{IN_SQL}'"
    )


@pytest.mark.slow
@pytest.mark.build
def test_an_erased_person_is_nowhere(person_build, tmp_path, monkeypatch):
    home, logs = tmp_path / "home", tmp_path / "logs"
    shutil.copytree(person_build.home, home, symlinks=True)
    logs.mkdir()
    (logs / "dbt.log").write_text(f"could not cast a value of '{IN_SQL}'\n")
    (logs / "run_results.json").write_text(json.dumps({"message": PERSON}))
    (home / "build.duckdb.unreadable").write_text(PERSON)
    seed = tmp_path / "erased_customers.csv"
    with (tmp_path / "exclude.csv").open("w") as handle:
        csv.writer(handle).writerows([["customer_id"], [PERSON]])
    before = dict(
        Build(home, 0, "").query(
            "select customer_id, segment_id from customer_segments"
        )
    )
    monkeypatch.setenv("SEGMENTATION_PSEUDONYM_KEY", KEY)
    lines = erase(customer_id=f" {PERSON}", home=home, seed=seed, folders=[logs])

    assert holds(home, PERSON) == holds(logs, PERSON) == []
    assert holds(home, pseudonym(PERSON, key=KEY.encode())) == []
    assert PERSON not in seed.read_text() and PERSON not in "\n".join(lines)
    assert any("exclude.csv: names the person" in line for line in lines)
    check_files((home / "published").resolve())
    assert len(list((home / "releases").iterdir())) == 1
    after = dict(
        Build(home, 0, "").query(
            "select customer_id, segment_id from customer_segments"
        )
    )
    assert before.pop(PERSON)
    assert after == before
    file = home / "published" / "parquet" / "customer_segments.parquet"
    with duckdb.connect() as connection:
        ids = connection.sql(f"select customer_id from '{file}'").fetchall()
    assert {name for (name,) in ids} == set(after)
    for one in read_manifest(home / "published")["audiences"]:
        path = home / "published" / "audiences" / one["file"]
        with path.open(encoding="utf-8-sig") as handle:
            assert sum(1 for _ in csv.reader(handle)) - 1 == one["rows"]


@pytest.mark.slow
@pytest.mark.build
def test_an_erased_person_stays_out_of_later_builds(person_build, tmp_path):
    source = person_build.home.parent / "orders.csv"
    home = tmp_path / "home"
    shutil.copytree(person_build.home, home, symlinks=True)
    seed = tmp_path / "erased_customers.csv"
    remember(PERSON, seed=seed)
    build = run_dbt(
        home=home,
        variables={"transactions": str(source)},
        project=project_with(
            tmp_path / "project", {"seeds/erased_customers.csv": seed.read_text()}
        ),
    )
    assert build.exit_code == 0, build.output
    total, accepted, rejected = build.query(
        "select source_rows, accepted_rows, rejected_rows from publications"
        " order by published_at"
    )[-1]
    assert total == accepted + rejected
    assert (
        build.value(
            "select count(*) from rejected_transactions"
            " where reason = 'erased customer' and customer_id is null"
        )
        == 7
    )
    assert not build.value(
        f"select count(*) from customer_segments where customer_id = '{IN_SQL}'"
    )
