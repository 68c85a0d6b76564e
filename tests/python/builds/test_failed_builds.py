"""Builds that fail: what the user is told, how they end, what readers still see."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

import duckdb
import pytest

from dbt_builds import DATA_TESTS_ONLY, run_dbt, said
from segmentation.releases.build_lock import prepare_home
from segmentation.releases.manifest import check_files
from segmentation.wording.errors import plain_message

pytestmark = pytest.mark.build

SAMPLE = {"transactions": "sample"}


@pytest.mark.slow
def test_disk_full(home, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk can only be mounted by root")
    try:
        _fill_disk(home, disk)
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def _fill_disk(home: Path, disk: Path) -> None:
    full = disk / "home"
    shutil.copytree(home, full, symlinks=True)
    before = (full / "published").resolve()
    # dbt's own files are on another disk: what it says of those is its own.
    for name in ("target", "logs"):
        shutil.rmtree(full / name)
        (full / name).symlink_to(home / name)
    ballast = disk / "ballast"
    # Room for a part of the tables, or of a release.
    ballast.write_bytes(b"x" * (shutil.disk_usage(disk).free - 2_500_000))
    build = run_dbt(home=full, variables=SAMPLE)
    # Ours where a release is written, DuckDB's own where a table is.
    ours = "free some space"
    words = ours if ours in build.output else "No space left on device"
    said(build, exit_code=1, words=words)
    assert (full / "published").resolve() == before
    check_files(before)
    assert not list((full / "releases").glob("*.tmp"))
    ballast.unlink()
    again = run_dbt(home=full, variables=SAMPLE)
    assert again.exit_code == 0, again.output
    check_files((full / "published").resolve())


@pytest.mark.slow
def test_memory_limit(home, unchanged):
    build = run_dbt(
        home=home,
        variables={**SAMPLE, "memory_limit": "6MB"},
        command="run",
        options=("--select", "int_customer_months", "--full-refresh"),
    )
    said(build, exit_code=1, words="Out of Memory")


@pytest.fixture
def read_only(tmp_path):
    """A folder that nobody may write to, not even root."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    if os.geteuid() == 0:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(folder)],
            capture_output=True,
            check=False,
        )
        if mounted.returncode != 0:
            pytest.skip("root may write anywhere, and may not mount here")
    else:
        folder.chmod(0o500)
    yield folder
    if os.geteuid() == 0:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_read_only_directory(read_only):
    try:
        with pytest.raises(OSError) as error:
            prepare_home(read_only / "home")
    finally:
        os.umask(0o022)
    assert "SEGMENTATION_HOME" in plain_message(error.value)


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--log-path", "--target-path"])
def test_dbt_cannot_write_its_own_files(home, unchanged, read_only, option):
    """dbt opens them before it loads any code of ours: the traceback is dbt's."""
    build = run_dbt(
        home=home,
        variables=SAMPLE,
        command="seed",
        options=("--select", "rfm_grid", option, str(read_only)),
    )
    assert build.exit_code == 2, build.output
    assert f"Read-only file system: '{read_only}" in build.output or (
        f"Permission denied: '{read_only}" in build.output
    )


def test_failing_gate(home, unchanged, tmp_path):
    path = tmp_path / "orders.csv"
    with path.open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["customer_id", "ordered_at", "amount"])
        for number in range(1200):
            day = "soon" if number % 8 == 0 else "2024-03-01"
            writer.writerow([f"c{number % 90}", day, "10.00"])
    build = run_dbt(
        home=home,
        variables={"transactions": str(path)},
        options=(
            "--select",
            "+rejected_transactions",
            "--indirect-selection=buildable",
        ),
    )
    said(build, exit_code=1, words="few_rows_are_left_out")
    assert "configured to fail if > 5" in build.output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("run", ()),
        ("build", ("--exclude", "few_rows_are_left_out")),
        ("build", ("--empty",)),
    ],
    ids=["no tests", "one gate left out", "no rows"],
)
def test_part_of_a_build(home, unchanged, command, options):
    """What a failed or killed build left is not published beside newer tables."""
    build = run_dbt(home=home, variables=SAMPLE, command=command, options=options)
    said(build, exit_code=2, words="Nothing is published from a part of a build")
    assert "OK created" not in build.output


def test_half_an_export(home):
    """The last release of this source had three times its rows."""
    path = (home / "published" / "manifest.json").resolve()
    text = path.read_text()
    manifest = json.loads(text)
    manifest["publication"]["source_rows"] *= 3
    path.write_text(json.dumps(manifest))
    try:
        build = run_dbt(
            home=home,
            variables=SAMPLE,
            command="test",
            options=("--select", "source_is_about_as_large_as_last_time"),
        )
    finally:
        path.write_text(text)
    said(build, exit_code=1, words="Failure in test source_is_about_as_large")


def test_python_model_raises(home, unchanged, build_database):
    """A name given twice, where nobody ran the seed's own test."""
    with duckdb.connect(str(build_database)) as connection:
        connection.execute(
            "insert into main_seeds.segment_names from main_seeds.segment_names limit 1"
        )
    build = run_dbt(
        home=home,
        variables=SAMPLE,
        command="run",
        options=("--select", "fitted_names"),
    )
    said(build, exit_code=1, words="segment_names.segment_name has")


@pytest.mark.slow
def test_source_changes_while_it_is_read(home, unchanged, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("customer_id,ordered_at,amount\na,2024-01-01,1\n")
    done = threading.Event()

    def export_on() -> None:
        while not done.wait(0.02):
            os.utime(path, (time.time(), time.time()))

    thread = threading.Thread(target=export_on)
    thread.start()
    try:
        build = run_dbt(
            home=home,
            variables={"transactions": str(path)},
            options=("--select", "+publications", *DATA_TESTS_ONLY),
        )
    finally:
        done.set()
        thread.join()
    said(build, exit_code=1, words="The source changed while it was read")
