"""Privacy: what is loaded, what leaves, and that an erased person is gone."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import unicodedata
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from conftest import NO_UNIT_TESTS, REPOSITORY, Build, project_with, run_dbt

from segmentation.publishing.erased_database import (
    clean_id,
    rewrite_database,
    spellings,
)
from segmentation.publishing.erasure import erase, remember
from segmentation.releases.build_lock import prepare_home, release_home
from segmentation.releases.manifest import check_files, read_manifest
from segmentation.releases.pseudonyms import pseudonym, pseudonym_key, with_pseudonyms

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
            options=NO_UNIT_TESTS,
        )
    assert build.exit_code == 0, build.output
    return build


@pytest.mark.build
def test_only_mapped_columns_are_loaded(person_build):
    assert holds(person_build.home, PERSON)
    assert holds(person_build.home, SECRET) == []


@pytest.mark.build
def test_files_are_for_their_owner_only(person_build):
    release = person_build.published.resolve()
    written = [person_build.home / "build.duckdb", release, *release.rglob("*")]
    for path in written:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.build
def test_lists_and_report_hold_pseudonyms(person_build):
    mine = pseudonym(PERSON, key=KEY.encode())
    lists = person_build.published / "audiences"
    assert holds(lists, PERSON) == []
    assert len(holds(lists, mine)) == 2  # the segment's and the changes
    assert PERSON not in (person_build.published / "report.html").read_text()
    # The tables stay joinable at home.
    assert person_build.value(
        f"select count(*) from customer_segments where customer_id = '{IN_SQL}'"
    )


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
    for one in read_manifest(home / "published")["audiences"]:
        path = home / "published" / "audiences" / one["file"]
        with path.open(encoding="utf-8-sig") as handle:
            assert sum(1 for _ in csv.reader(handle)) - 1 == one["rows"]


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
        options=NO_UNIT_TESTS,
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


def test_a_rewritten_database_holds_no_byte_of_the_person(tmp_path):
    old, new = tmp_path / "old.duckdb", tmp_path / "new.duckdb"
    with duckdb.connect(str(old)) as connection:
        connection.execute(
            "create schema raw;"
            "create table raw.orders as select 'c' || range as customer_id, range as n"
            " from range(5000);"
            f"insert into raw.orders values ('{IN_SQL}', 1), (' {IN_SQL}.', 2);"
            f"create table notes as select 'about {IN_SQL},{IN_SQL}, others' as note"
        )
    removed = rewrite_database(source=old, target=new, customer=PERSON)
    assert removed == 1
    with duckdb.connect(str(new), read_only=True) as connection:
        assert connection.execute("from notes").fetchall() == [
            ("about erased,erased, others",)
        ]
        assert connection.execute("select count(*) from raw.orders").fetchall() == [
            (5001,)
        ]


def test_an_id_of_digits_is_erased_as_a_number_and_from_no_rule(tmp_path):
    old, new = tmp_path / "old.duckdb", tmp_path / "new.duckdb"
    with duckdb.connect(str(old)) as connection:
        connection.execute(
            "create table orders as select range as customer_id from range(9);"
            "create table segments as select 'order_count >= 4' as rule_sql"
        )
    assert rewrite_database(source=old, target=new, customer="4") == 1
    with duckdb.connect(str(new), read_only=True) as connection:
        rules = connection.execute("from segments").fetchall()
    assert rules == [("order_count >= 4",)]


def test_ids_are_cleaned_as_staging_does():
    assert [clean_id(text) for text in (" 17.0 ", "017", "e\u0301")] == [
        "17",
        "017",
        "\u00e9",
    ]


def test_the_seed_holds_digests_and_no_id_twice(tmp_path):
    seed = tmp_path / "erased.csv"
    for customer in ("a", "b", "a"):
        remember(customer, seed=seed)
    with seed.open() as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == 2 and len({row["salt"] for row in rows}) == 1
    salted = (rows[0]["salt"] + "a").encode()
    assert rows[0]["customer_digest"] == hashlib.sha256(salted).hexdigest()


def test_pseudonyms_need_the_key_and_share_nothing(monkeypatch):
    key = KEY.encode()
    names = {pseudonym(f"c{number}", key=key) for number in range(2000)}
    assert len(names) == 2000
    assert pseudonym("c1", key=key) != pseudonym("c1", key=key[::-1])
    plain = hashlib.sha256(b"c1").hexdigest()
    assert pseudonym("c1", key=key) not in plain
    monkeypatch.setenv("SEGMENTATION_PSEUDONYM_KEY", "short")
    with pytest.raises(ValueError, match="at least 16"):
        pseudonym_key()
    monkeypatch.delenv("SEGMENTATION_PSEUDONYM_KEY")
    assert pseudonym_key() is None


def test_tables_without_a_key_stay_as_they_are():
    tables = {
        "customer_segments": pd.DataFrame({"customer_id": ["a"], "n": [1]}),
        "rejected_transactions": pd.DataFrame({"customer_id": ["b"], "reason": ["x"]}),
    }
    assert with_pseudonyms(tables, key=None) == tables
    shown = with_pseudonyms(tables, key=KEY.encode())
    assert shown["customer_segments"]["customer_id"].tolist() != ["a"]
    assert shown["rejected_transactions"].columns.tolist() == ["reason"]


def make_erase(customer: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "segmentation.publishing.erasure", customer],
        env={
            **os.environ,
            "PYTHONPATH": str(REPOSITORY / "python_models"),
            "SEGMENTATION_HOME": str(home),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_erasing_nobody_is_refused(tmp_path):
    done = make_erase(" ", tmp_path / "home")
    assert done.returncode == 1
    assert "Whom to erase?" in done.stderr and "Traceback" not in done.stderr


def test_nobody_is_erased_while_a_build_runs(tmp_path):
    mask = os.umask(0o077)
    try:
        prepare_home(tmp_path)
        done = make_erase(PERSON, tmp_path)
    finally:
        release_home(tmp_path)
        os.umask(mask)
    assert done.returncode == 75
    assert done.stderr.count("\n") == 1 and "Another build is writing" in done.stderr
