"""Erase one person from everything the project wrote: `make erase CUSTOMER=...`.

Deleting rows in place leaves their bytes in a DuckDB file, even after a checkpoint:
every database is written anew without the person. The source is not the project's to
change; a digest in seeds/erased_customers.csv keeps the person out of later builds.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
import secrets
import shutil
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from segmentation.publishing.audiences import unquoted
from segmentation.publishing.erased_database import (
    clean_id,
    rewrite_database,
    spellings,
)
from segmentation.publishing.list_formats import write_formats
from segmentation.publishing.parquet_files import PARQUET, write_parquet
from segmentation.releases.build_folder import (
    ready_database,
    ready_release,
    sweep_database,
)
from segmentation.releases.build_lock import EXIT_IN_USE, HomeInUseError, prepare_home
from segmentation.releases.manifest import read_manifest, refuse_catalog
from segmentation.releases.other_places import publish_elsewhere, refuse_out_of_reach
from segmentation.releases.pseudonyms import pseudonym, release_key, with_pseudonyms
from segmentation.releases.release_folder import (
    AUDIENCES,
    BUILD_DATABASE,
    DATABASE,
    REPORT,
    SOURCES,
    home_folder,
    publish,
    releases_of,
    sweep,
)
from segmentation.releases.release_tables import fingerprints, opened, read_tables
from segmentation.report.render import render_report

SEED = Path("seeds/erased_customers.csv")
# Written by dbt; they may quote a value, and dbt writes them anew.
DBT_FOLDERS = (Path("logs"), Path("target"))


def erase(
    *, customer_id: str, home: Path, seed: Path, folders: Iterable[Path]
) -> list[str]:
    """Remove a person from home, logs and all later builds.

    Parameters
    ----------
    customer_id
        The id as it is in the source.
    home
        Folder of the build database and the releases; held by this process.
    seed
        The list of digests that keeps erased people out of later builds.
    folders
        Folders of dbt's own files; a file in them that holds the id is removed.

    Returns
    -------
    list of str
        What was done, one line each. It does not repeat the id.

    Raises
    ------
    ValueError
        If the id is empty, or the release shows pseudonyms and their key is not set.
    RuntimeError
        If Spark made the release, or it is in PostgreSQL too and that is not reached.
    """
    customer = clean_id(customer_id)
    if not customer:
        raise ValueError("Whom to erase? make erase CUSTOMER=the-id")
    damage = ready_release(home)
    refuse_catalog(home / "published")
    refuse_out_of_reach(home / "published")
    sweep(home)
    # Without the key of its pseudonyms nobody can be found in a list.
    release_key(read_manifest(home / "published"))
    done = [remember(customer, seed=seed), *filter(None, [damage])]
    build = home / BUILD_DATABASE
    sweep_database(build)
    ready_database(build)
    if build.exists():
        fresh = build.with_name(build.name + ".erasing")
        fresh.unlink(missing_ok=True)
        removed = rewrite_database(source=build, target=fresh, customer=customer)
        build.with_name(build.name + ".wal").unlink(missing_ok=True)
        fresh.replace(build)
        done.append(f"{build}: {removed} rows removed, written anew")
    sweep_database(build)
    if (home / "published").exists():
        done.append(_erase_from_releases(customer, home=home))
    for release in releases_of(home):
        if release != (home / "published").resolve():
            shutil.rmtree(release)
    if (home / "published").exists() and (
        place := publish_elsewhere(home / "published", kept=1)
    ):
        done.append(f"PostgreSQL, {place}: published anew, older releases removed")
    if (home / SOURCES).exists():
        shutil.rmtree(home / SOURCES)
        done.append(f"{home / SOURCES}: removed; the next build fetches it again")
    kept = {home / BUILD_DATABASE, *(home / "published").resolve().rglob("*")}
    done += [
        f"{path}: names the person; remove the row"
        for path in sorted(seed.parent.glob("*.csv"))
        if _word(customer).search(path.read_bytes())
    ]
    for folder in (home, *folders):
        done += _remove_files_with(customer, folder=folder, kept=kept)
    return done


def remember(customer: str, *, seed: Path) -> str:
    """Add a salted digest of the id to the seed; the id itself is not written."""
    rows = []
    if seed.exists():
        with seed.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
    salt = rows[0]["salt"] if rows else secrets.token_hex(16)
    digest = hashlib.sha256((salt + customer).encode("utf-8")).hexdigest()
    if all(row["customer_digest"] != digest for row in rows):
        rows.append({"customer_digest": digest, "salt": salt})
    # In one step: a list that is cut off would let the others in again.
    fresh = seed.with_name(seed.name + ".tmp")
    with fresh.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(
            handle, ["customer_digest", "salt"], lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(rows)
    fresh.replace(seed)
    return f"{seed}: one digest, so that no later build takes the person in"


def _erase_from_releases(customer: str, *, home: Path) -> str:
    """Publish the current release again without the person."""
    current = (home / "published").resolve()
    manifest = read_manifest(current)

    def fill(folder: Path) -> dict:
        path = folder / DATABASE
        rewrite_database(source=current / DATABASE, target=path, customer=customer)
        with opened(path) as connection:
            written = fingerprints(
                connection=connection, database="release", tables=manifest["tables"]
            )
        if (current / PARQUET).exists():
            write_parquet(database=path, folder=folder)
        lists = _copy_lists(customer, source=current, target=folder, manifest=manifest)
        key = release_key(manifest)
        settings = {**manifest["report"], "audiences": lists}
        report = render_report(
            tables=with_pseudonyms(read_tables(path), key=key), settings=settings
        )
        (folder / REPORT).write_text(report, encoding="utf-8")
        return {**manifest, "tables": written, "audiences": lists, "report": settings}

    release = publish(home=home, moment=datetime.now(UTC), fill=fill)
    return f"{release}: published anew without the person; older releases removed"


def _copy_lists(
    customer: str, *, source: Path, target: Path, manifest: dict
) -> list[dict]:
    names = {customer}
    key = release_key(manifest)
    if key is not None:
        names.add(pseudonym(customer, key=key))
    lists = []
    for one in manifest["audiences"]:
        if one.get("list_format"):
            continue  # they hold no id: made again from the actions' lists
        path = source / AUDIENCES / one["file"]
        with path.open(encoding="utf-8-sig", newline="") as handle:
            header, *rows = list(csv.reader(handle))
        position = header.index("customer_id")
        rows = [row for row in rows if unquoted(row[position]) not in names]
        fresh = target / AUDIENCES / one["file"]
        fresh.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("w", encoding="utf-8-sig", newline="") as handle:
            csv.writer(handle, lineterminator="\r\n").writerows([header, *rows])
        lists.append({**one, "rows": len(rows)})
    formats = manifest.get("list_formats", [])
    return lists + write_formats(
        folder=target / AUDIENCES, lists=lists, formats=formats
    )


def _word(customer: str) -> re.Pattern[bytes]:
    """The id's bytes, however it is written, with no letter or digit around them."""
    letter = rb"[A-Za-z0-9]"
    names = b"|".join(re.escape(one.encode("utf-8")) for one in spellings(customer))
    return re.compile(rb"(?<!" + letter + rb")(?:" + names + rb")(?!" + letter + rb")")


def _remove_files_with(customer: str, *, folder: Path, kept: set[Path]) -> list[str]:
    """Remove every file that holds the id as a word; return a line for each."""
    word = _word(customer)
    kept = {path.resolve() for path in kept}
    done = []
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.resolve() in kept:
            continue
        if word.search(path.read_bytes()):
            path.unlink()
            done.append(f"{path}: removed, it named the person")
    return done


def main(arguments: list[str] | None = None) -> int:
    """Erase; 1 where it cannot be done, 75 where a build is running."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("customer", help="the customer's id, as in the source")
    parser.add_argument("--seed", type=Path, default=SEED)
    parser.add_argument("--folders", type=Path, nargs="*", default=DBT_FOLDERS)
    options = parser.parse_args(arguments)
    home = home_folder()
    try:
        prepare_home(home)
        lines = erase(
            customer_id=options.customer,
            home=home,
            seed=options.seed,
            folders=options.folders,
        )
    except (HomeInUseError, ValueError, RuntimeError, OSError) as problem:
        print(problem, file=sys.stderr)
        return EXIT_IN_USE if isinstance(problem, HomeInUseError) else 1
    print("\n".join(lines))
    print("Now remove the person from the source, and run make build.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
