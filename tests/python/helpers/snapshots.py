"""What a build left, in a few words a column: compared with what is committed.

The same data is published as the same rows, so a test may hold what was published.
`SNAPSHOT=write` in the environment writes the files below `snapshots/` anew.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pandas as pd

from segmentation.publishing.summary import summary_lines
from segmentation.releases.release_tables import read_tables

FOLDER = Path(__file__).parents[1] / "snapshots"
IS_WRITING = os.environ.get("SNAPSHOT") == "write"
# These tell when and where a build ran, or every digit of its figures.
VOLATILE = {
    "publication_id", "published_at", "checksum", "source_file", "model_version",
    "published_model_version", "sha256", "byte_count", "bytes", "inputs", "source",
    "versions",
}  # fmt: skip
DIGITS = 4
LONG_NUMBER = re.compile(r"-?\d+\.\d{5,}(e-?\d+)?")
# In a text: when a build ran, as a time, an id or a checksum; by what; and folders.
MOMENT = re.compile(
    r"\d{1,2} \w{3} \d{4}, \d\d:\d\d UTC|\b\d{8}T\d+Z|\b[0-9a-f]{64}\b"
    r"|(dbt-core|duckdb|scikit-learn|pandas) [\d.]+"
)
PATH = re.compile(r"(?<![\w/])/(tmp|home|work|github|Users|private|var)/[^\s'\",;:)]*/")


def rounded(value: object) -> object:
    """A value without the digits that another machine may compute otherwise.

    Parameters
    ----------
    value
        Anything DuckDB returns; lists, and JSON as text, are rounded within.
    """
    if isinstance(value, float):
        # A hair more, so that a tie is no tie: 1.2345 with any noise is 1.235.
        value = float(f"{value * (1 + 1e-7):.{DIGITS}g}")
        return value if abs(value) > 1e-9 else 0.0
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items() if key not in VOLATILE}
    if isinstance(value, list | tuple):
        return [rounded(one) for one in value]
    if isinstance(value, str):
        if value[:1] in ("[", "{"):
            try:
                return json.dumps(rounded(json.loads(value)))
            except ValueError:
                pass
        value = LONG_NUMBER.sub(lambda found: str(rounded(float(found[0]))), value)
        return PATH.sub("", value)
    return value


def digest(texts: Iterable[object]) -> str:
    """A short checksum of texts in any order."""
    return f"{zlib.crc32(chr(10).join(sorted(map(str, texts))).encode()):08x}"


def column_words(values: Sequence[object], *, is_volatile: bool) -> str:
    """A column in one line: how many values, how many different, and which."""
    present = [value for value in values if value is not None]
    different = {str(value) for value in present}
    words = f"{len(present)} values, {len(different)} different"
    if not present or is_volatile:
        return words
    if all(type(value) in (int, float, Decimal) for value in present):
        total = rounded(sum(present))
        return f"{words}, {min(present)} to {max(present)}, sum {total}"
    if all(type(value) is bool for value in present):
        return f"{words}, {sum(present)} true"
    if len(different) == 1 and len(str(present[0])) <= 60:
        return f"{words}: {present[0]}"
    return f"{words}, {digest(present)}"


def table_words(names: Sequence[str], rows: Sequence[Sequence]) -> dict[str, str]:
    """A table in a line for its rows together and one for each column."""
    clean = [[rounded(value) for value in row] for row in rows]
    kept = [place for place, name in enumerate(names) if name not in VOLATILE]
    together = digest([row[place] for place in kept] for row in clean)
    columns = {
        name: column_words([row[place] for row in clean], is_volatile=name in VOLATILE)
        for place, name in enumerate(names)
    }
    return {"(rows)": f"{len(rows)}, {together}", **columns}


def frame_words(frame: pd.DataFrame) -> dict[str, str]:
    """A frame as `table_words` says a table; what is missing counts as none."""
    frame = frame.astype(object).where(frame.notna(), None)
    rows = [
        [value.tolist() if hasattr(value, "tolist") else value for value in row]
        for row in frame.itertuples(index=False, name=None)
    ]
    return table_words([str(name) for name in frame.columns], rows)


def database_words(path: Path, *, without: str = "") -> dict[str, dict[str, str]]:
    """Every table and view of a database but the seeds, and but `without%`."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables"
            " where table_schema = 'main'"
            " and (? = '' or not starts_with(table_name, ?))"
            " order by table_name",
            [without, without],
        ).fetchall()
        found = {}
        for (table,) in tables:
            relation = connection.sql(f'from "{table}"')
            words = table_words(relation.columns, relation.fetchall())
            types = zip(relation.columns, relation.types, strict=True)
            # A type is what others build on, even where the values fit another one.
            found[table] = words | {
                name: f"{str(kind).lower()}, {words[name]}" for name, kind in types
            }
        return found


class Words(HTMLParser):
    """The words of a page, a line for each paragraph, row or drawing.

    What is said by attributes stands in brackets; of embedded data, of the colours and
    of the elements with their classes there is a digest.
    """

    SAID = ("aria-label", "title", "alt", "href", "data-of", "placeholder")
    BLOCKS = frozenset(
        "p li tr h1 h2 h3 h4 section article div dl dt figure figcaption caption svg"
        " table details summary script style nav footer header button label".split()
    )

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines: list[list[str]] = [[]]
        self._within = ""
        self._elements: list[str] = []
        self.feed(html)
        self.lines.append([f"{len(self._elements)} elements, {digest(self._elements)}"])

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self._within = tag
        self._elements.append(f"{tag} {dict(attrs).get('class')}")
        if tag in self.BLOCKS:
            self.lines.append([])
        self.lines[-1] += [
            f"[{value}]"
            for name, value in attrs
            if name in self.SAID and value and not value.startswith("data:")
        ]

    def handle_data(self, data: str) -> None:
        if self._within == "style":
            colours = re.findall(r"--[\w-]+:\s*#\w+", data)
            data = f"{len(colours)} colours, {digest(colours)}"
        elif self._within == "script":
            is_data = data.strip()[:1] in ("[", "{")
            data = f"data {digest([rounded(data.strip())])}" if is_data else "a program"
        if data.strip():
            self.lines[-1].append(" ".join(data.split()))

    def handle_endtag(self, tag: str) -> None:
        self._within = ""


def page_words(html: str) -> str:
    """The words of a report without the moment it was written at."""
    lines = [str(rounded(" ".join(line))) for line in Words(html).lines if line]
    return "\n".join(MOMENT.sub("NOW", line) for line in lines) + "\n"


def release_words(folder: Path) -> dict[str, dict]:
    """What a release holds beside its report, and the lines said at the end."""
    lists = {}
    for path in sorted((folder / "audiences").rglob("*.csv")):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        name = str(path.relative_to(folder / "audiences"))
        lists[name] = table_words(list(frame), frame.values.tolist())
    tables = read_tables(folder / "segments.duckdb", names=("segments", "publications"))
    lines = summary_lines(tables=tables, folder=Path("published"))
    manifest = rounded(json.loads((folder / "manifest.json").read_text()))
    return {
        "lists": lists,
        "summary": {str(place): line for place, line in enumerate(lines)},
        "manifest": manifest,
    }


def build_words(home: Path) -> dict[str, dict]:
    """Everything a build published: tables, lists and the lines said at the end."""
    published = home / "published"
    tables = database_words(published / "segments.duckdb")
    return {"published": tables, **release_words(published)}


def leaves(found: object, name: str = "") -> dict[str, str]:
    """Nested mappings and lists as one mapping of dotted names."""
    if isinstance(found, list):
        found = dict(enumerate(found))
    if not isinstance(found, Mapping):
        return {name: str(found)}
    return {
        full: text
        for key, one in found.items()
        for full, text in leaves(one, f"{name}.{key}" if name else str(key)).items()
    }


def hold(name: str, found: Mapping) -> None:
    """Compare with `snapshots/<name>.json`; say what was and what is."""
    path = FOLDER / f"{name}.json"
    if IS_WRITING:
        text = json.dumps(found, indent=1, ensure_ascii=False, default=str)
        path.write_text(text + "\n", encoding="utf-8")
    before = leaves(json.loads(path.read_text(encoding="utf-8")))
    after = leaves(found)
    changed = [
        f"{leaf}\n  was {before.get(leaf, 'none')}\n  is  {after.get(leaf, 'none')}"
        for leaf in before | after
        if before.get(leaf) != after.get(leaf)
    ]
    assert not changed, _said(path, changed)


def hold_text(name: str, text: str) -> None:
    """Compare with `snapshots/<name>.txt`, line by line."""
    path = FOLDER / f"{name}.txt"
    if IS_WRITING:
        path.write_text(text, encoding="utf-8")
    before = path.read_text(encoding="utf-8").splitlines()
    changed = list(difflib.unified_diff(before, text.splitlines(), lineterm="", n=0))
    assert not changed, _said(path, changed[2:])


def _said(path: Path, changed: list[str]) -> str:
    return "\n".join(
        [
            f"{len(changed)} lines are not as in {path.name}. If they should be, write"
            " them again: CONTRIBUTING.md, 2.",
            *changed[:40],
        ]
    )
