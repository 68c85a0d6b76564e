"""Which files a `transactions` or `customers` var means."""

from __future__ import annotations

import glob
import re
from collections import Counter
from pathlib import Path

from ..problem import InputProblem, closest, listed

# What a file's name says about its content, after a possible .gz.
FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".txt": "csv",
    ".asc": "csv",
    ".dat": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
}
BUILT_IN = ("completejourney", "sample")


def file_format(path: str) -> str | None:
    """Return 'csv', 'parquet' or 'json' by the file's name, or None if unknown.

    Examples
    --------
    >>> file_format("orders.CSV.gz")
    'csv'
    """
    return FORMATS.get(_suffix(path).removesuffix(".gz"))


def _suffix(path: str) -> str:
    """Return how a name ends, such as '.csv' or '.csv.gz'."""
    name = Path(path).name.lower()
    packed = ".gz" if name.endswith(".gz") else ""
    return Path(name.removesuffix(".gz")).suffix + packed


def is_table_name(value: str) -> bool:
    """Return whether a var looks like schema.table or database.schema.table."""
    return file_format(value) is None and bool(
        re.fullmatch(r'("[^"]+"|\w+)(\.("[^"]+"|\w+)){1,2}', value)
    )


def locate(value: object, *, var: str) -> list[str]:
    """Return the paths a var means, sorted within each glob.

    Parameters
    ----------
    value
        A path, a glob, or a list of these.
    var
        Name of the var, for messages.

    Raises
    ------
    InputProblem
        If a path does not exist, is a folder, or has no known format.
    """
    values = value if isinstance(value, list) else [value]
    paths: list[str] = []
    for one in values:
        if not isinstance(one, str) or not one.strip():
            raise InputProblem(
                f"The var {var} is {value!r}.",
                wanted="a path, a glob, a list of files, or schema.table",
                found="an empty text" if one == "" else f"{one!r}, no text",
                next_step=f"set {var} to your file, for example {var}: orders.csv",
            )
        paths.extend(_paths_of(one, var=var))
    if not paths:
        raise InputProblem(
            f"The var {var} is an empty list.",
            wanted="at least one file",
            found="none",
            next_step=f"list your files under {var}",
        )
    # A file that two globs match is read once.
    paths = list({Path(path).resolve(): path for path in reversed(paths)}.values())
    paths.reverse()
    formats = {file_format(path) for path in paths}
    if len(formats) > 1:
        raise InputProblem(
            f"The var {var} names files of several formats.",
            wanted="files of one format",
            found=", ".join(sorted(str(one) for one in formats)),
            next_step=f"convert them to one format, or narrow {var}",
        )
    return paths


def _paths_of(value: str, *, var: str) -> list[str]:
    if value.startswith("postgres:"):
        # Nobody else loads the driver.
        from .postgres import fetched

        return [fetched(value)]
    path = Path(value)
    if path.is_dir():
        inside = sorted(one.name for one in path.iterdir() if file_format(one.name))
        # The commonest ending; of equals, the one that is a table most often.
        found = Counter(_suffix(name) for name in inside)
        suffix = min(found, key=lambda one: (-found[one], list(FORMATS).index(
            one.removesuffix(".gz")))) if found else ".csv"  # fmt: skip
        raise InputProblem(
            f"{value!r} is a folder, not a file.",
            wanted="a file or a glob",
            found=f"a folder that holds {listed(inside)}",
            next_step=f"set {var}: {str(path / ('*' + suffix))}",
        )
    paths = [value] if path.exists() else sorted(glob.glob(value, recursive=True))
    paths = [one for one in paths if Path(one).is_file()]
    if not paths:
        _raise_missing(value, var=var)
    for one in paths:
        if file_format(one) is None:
            raise InputProblem(
                f"The kind of file cannot be told from the name {one!r}.",
                wanted="a name that ends in "
                + ", ".join(FORMATS)
                + " (or these + .gz)",
                found=f"a name that ends in {Path(one).suffix!r}",
                next_step=f"rename or convert the file, then set {var} to it",
            )
    return paths


def _raise_missing(value: str, *, var: str) -> None:
    folder = Path(value).parent
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    inside = sorted(one.name for one in folder.iterdir() if file_format(one.name))
    near = closest(Path(value).name, [*inside, *BUILT_IN])
    if near in BUILT_IN:
        hint = f"set {var}: {near}"
    elif near:
        hint = f"did you mean {str(folder / near)!r}? Set {var} to it"
    else:
        hint = f"set {var} to a file that exists, or to schema.table"
    raise InputProblem(
        f"No file matches {value!r}.",
        wanted=f"a file at {Path(value).absolute()}",
        found=f"in {folder.absolute()}: {listed(inside)}",
        next_step=hint,
    )
