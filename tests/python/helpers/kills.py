"""Kills builds at random moments and looks at what a reader would see.

By hand, for example 200 times: `python tests/python/helpers/kills.py 200`. The test in
CI (test_killed_builds.py) does 20.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from dbt_builds import REPOSITORY, Build, dbt_command, run_dbt
from publish_again import publish_in_a_process
from segmentation.releases.manifest import check_files, read_manifest
from segmentation.releases.release_tables import read_tables

# Another day makes another release of the same source. Few refits: what is tried here
# is not the clustering.
QUICK = {"transactions": "sample", "segment_count": 4, "resample_count": 2}
OLD = {**QUICK, "as_of_date": "2024-11-30"}
NEW = {**QUICK, "as_of_date": "2024-12-31"}
# Known to NEW alone: its customers are drawn in the build that is killed.
CAMPAIGN = "campaign_id,starts_on,holdout_share,audience\njanuary,2025-01-07,0.5,all\n"
# Part of a build that publishing is, and some more: it ends with the last tests.
PUBLISHING_SHARE = 0.15


@dataclass
class Shop:
    """A home with a release of OLD, a copy of it, and what NEW makes of it.

    Attributes
    ----------
    home
        Where the builds write.
    kept
        The home as it was with the release of OLD.
    complete
        The build database of a finished build of NEW.
    new_variables
        The vars of NEW, with the campaign.
    old, new
        What `contents` says of the two releases.
    seconds
        That a build of NEW takes here.
    """

    home: Path
    kept: Path
    complete: Path
    new_variables: dict
    old: dict
    new: dict
    seconds: float

    def restore(self) -> None:
        """Publish the release of OLD again; the build database stays as it is."""
        shutil.rmtree(self.home / "releases")
        shutil.copytree(self.kept / "releases", self.home / "releases")
        (self.home / "published").unlink()
        (self.home / "published").symlink_to((self.kept / "published").readlink())

    def state(self) -> str:
        """What readers have: 'old', 'new', or what is wrong with it."""
        try:
            found = contents((self.home / "published").resolve())
        except (RuntimeError, OSError, duckdb.Error) as error:
            return f"unreadable: {error}"
        for name, whole in (("old", self.old), ("new", self.new)):
            if found == whole:
                return name
        return f"mixed: {found}"

    def share_on_disk(self) -> float:
        """Bytes of all releases and drafts over those of one release."""
        return bytes_below(self.home / "releases") / bytes_below(self.kept / "releases")


@dataclass
class Outcome:
    """What was found after kills: one entry each."""

    seen: list[str] = field(default_factory=list)
    signals: list[int] = field(default_factory=list)
    largest_share: float = 0.0

    @property
    def mixed(self) -> int:
        return sum(one not in ("old", "new") for one in self.seen)


def build(home: Path, variables: dict) -> Build:
    """Build with every data test, as a release needs."""
    return run_dbt(home=home, variables=variables)


def contents(release: Path) -> dict:
    """Check every file of a release and say what it holds, but for its moment.

    Raises
    ------
    RuntimeError
        If a file or a table is not as the manifest says.
    """
    check_files(release)
    manifest = read_manifest(release)
    tables = read_tables(release / "segments.duckdb", names=manifest["tables"])
    counts = {name: len(frame) for name, frame in tables.items()}
    written = {name: one["row_count"] for name, one in manifest["tables"].items()}
    if counts != written:
        raise RuntimeError(f"tables hold {counts}, the manifest says {written}")
    files = manifest["files"]
    lists = {name: files[name]["sha256"] for name in files if name.endswith(".csv")}
    publication = manifest["publication"]
    assignments = tables["campaign_assignments"]
    return {
        "as_of_date": publication["as_of_date"],
        "checksum": publication["checksum"],
        "publications": counts["publications"],
        "lists": lists,
        "assignments": sorted(assignments.itertuples(index=False, name=None)),
    }


def bytes_below(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def prepare(folder: Path) -> Shop:
    """Make a home with a release of OLD, and learn what a build of NEW makes of it."""
    home, kept, complete = folder / "home", folder / "kept", folder / "new.duckdb"
    first = build(home, OLD)
    assert first.exit_code == 0, first.output
    shutil.copytree(home, kept, symlinks=True)
    (folder / "campaigns.csv").write_text(CAMPAIGN, encoding="utf-8")
    new_variables = {**NEW, "campaigns": str(folder / "campaigns.csv")}
    began = time.monotonic()
    second = build(home, new_variables)
    seconds = time.monotonic() - began
    assert second.exit_code == 0, second.output
    shutil.copyfile(home / "build.duckdb", complete)
    shop = Shop(
        home=home,
        kept=kept,
        complete=complete,
        new_variables=new_variables,
        old=contents((kept / "published").resolve()),
        new=contents((home / "published").resolve()),
        seconds=seconds,
    )
    shutil.copyfile(kept / "build.duckdb", home / "build.duckdb")
    shop.restore()
    return shop


def kill_build(shop: Shop, *, chance: random.Random, publishing: bool) -> int:
    """Kill a build at any moment, or near the moment that it publishes."""
    sent = signal.SIGTERM if chance.random() < 0.25 else signal.SIGKILL
    process = subprocess.Popen(
        dbt_command(home=shop.home, variables=shop.new_variables),
        cwd=REPOSITORY,
        env={**os.environ, "SEGMENTATION_HOME": str(shop.home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    if publishing:
        wait_for_draft(shop.home, process)
        time.sleep(chance.uniform(0, PUBLISHING_SHARE * shop.seconds))
    else:
        time.sleep(chance.uniform(0, 0.9 * shop.seconds))
    if process.poll() is None:
        os.killpg(process.pid, sent)
    return process.wait(timeout=60)


def kill_publication(shop: Shop, *, operation: int) -> int:
    """Kill what publishes at one of its file operations."""
    return publish_new(shop, die_at=operation).returncode


def operations_of_publishing(shop: Shop) -> list[str]:
    """The file operations of publishing, in order: what `kill_publication` counts."""
    done = publish_new(shop)
    assert done.returncode == 0, done.stderr
    shop.restore()
    return done.stdout.split()


def publish_new(shop: Shop, **options) -> subprocess.CompletedProcess[str]:
    """Publish the tables of a finished build of NEW."""
    shutil.copyfile(shop.complete, shop.home / "build.duckdb")
    (shop.home / "build.duckdb.wal").unlink(missing_ok=True)
    return publish_in_a_process(shop.home, **options)


def wait_for_draft(home: Path, process: subprocess.Popen) -> None:
    """Wait until a build writes a release of its own, or ends."""
    before = set((home / "releases").glob("*.tmp"))
    while process.poll() is None:
        if set((home / "releases").glob("*.tmp")) - before:
            return
        time.sleep(0.005)


def note(shop: Shop, outcome: Outcome, code: int) -> None:
    """Look at what readers have after a kill, then give them the old release again."""
    outcome.signals.append(code)
    outcome.seen.append(shop.state())
    outcome.largest_share = max(outcome.largest_share, shop.share_on_disk())
    print(len(outcome.seen), code, outcome.seen[-1], flush=True)
    if outcome.seen[-1] != "old":
        shop.restore()


def main(kills: int) -> int:
    """Kill whole builds by hand and print what was found; 1 if anything was mixed."""
    chance = random.Random(0)
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as folder:
        shop = prepare(Path(folder))
        for number in range(kills):
            code = kill_build(shop, chance=chance, publishing=number % 5 == 4)
            note(shop, outcome, code)
        again = build(shop.home, shop.new_variables)
        found = {
            "kills": kills,
            "old": outcome.seen.count("old"),
            "new": outcome.seen.count("new"),
            "mixed": outcome.mixed,
            "killed": sum(code < 0 for code in outcome.signals),
            "ended_by_themselves": outcome.signals.count(0),
            "releases_over_one_release": round(outcome.largest_share, 2),
            "rerun_exit_code": again.exit_code,
            "after_rerun": shop.state(),
            "drafts_left": len(list((shop.home / "releases").glob("*.tmp"))),
        }
    print(json.dumps(found, indent=2))
    return int(outcome.mixed > 0 or found["after_rerun"] != "new")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
