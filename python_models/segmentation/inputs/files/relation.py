"""DuckDB's SQL for reading files: the text that stands in the compiled models."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from segmentation.wording.sql import identifier, literal

from .options import WHITESPACE
from .text import TextFormat

# Values beyond the header's last column land here; such a row is left out.
SURPLUS_COLUMN = "__surplus"
# The path a row is from; a file may have a column source_file of its own.
FILE_COLUMN = "__source_file"


def _paths(paths: Sequence[str]) -> str:
    # A path that exists may hold glob characters: brackets keep them literal.
    escaped = [
        "".join(f"[{letter}]" if letter in "*?[" else letter for letter in path)
        for path in paths
    ]
    return "[" + ", ".join(literal(path) for path in escaped) + "]"


def csv_relation(paths: Sequence[str], text_format: TextFormat) -> str:
    """Return the FROM item for text files that are written alike; all text."""
    if text_format.delimiter == WHITESPACE:
        return _whitespace_relation(paths, text_format)
    names = [*text_format.names, SURPLUS_COLUMN]
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    options = [
        "auto_detect = false",
        f"columns = {{{columns}}}",
        f"delim = {literal(text_format.delimiter)}",
        f"quote = {literal(text_format.quote)}",
        f"escape = {literal(text_format.escape)}",
        f"encoding = {literal(text_format.encoding)}",
        f"header = {str(text_format.header).lower()}",
        f"skip = {text_format.skip_lines}",
        "strict_mode = false",
        "null_padding = true",
        f"parallel = {str(not text_format.is_serial).lower()}",
        f"filename = {literal(FILE_COLUMN)}",
    ]
    body = ",\n        ".join([_paths(paths), *options])
    return f"read_csv(\n        {body}\n    )"


def _whitespace_relation(paths: Sequence[str], text_format: TextFormat) -> str:
    columns = ", ".join(
        f"parts[{position}] as {identifier(name)}"
        for position, name in enumerate([*text_format.names, SURPLUS_COLUMN], start=1)
    )
    # \x1f, the unit separator, is in no text: each line is read as one value.
    lines = (
        f"read_csv({_paths(paths)}, auto_detect = false, columns = {{'line': "
        f"'VARCHAR'}}, delim = '\x1f', quote = '', escape = '', "
        f"header = {str(text_format.header).lower()}, skip = {text_format.skip_lines}, "
        f"encoding = {literal(text_format.encoding)}, "
        f"filename = {literal(FILE_COLUMN)})"
    )
    return (
        f"(\n        select {columns}, {FILE_COLUMN}\n        from (\n"
        f"            select\n"
        f"                regexp_split_to_array(trim(line), '\\s+') as parts,\n"
        f"                {FILE_COLUMN}\n"
        f"            from {lines}\n        )\n    )"
    )


def json_relation(paths: Sequence[str], names: Sequence[str]) -> str:
    """Return the FROM item for JSON lines; every value as text."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_json({_paths(paths)}, format = 'newline_delimited', "
        f"columns = {{{columns}}}, ignore_errors = true, "
        f"filename = {literal(FILE_COLUMN)})"
    )


def parquet_relation(paths: Sequence[str]) -> str:
    """Return the FROM item for Parquet files, typed as they are."""
    return (
        f"read_parquet({_paths(paths)}, union_by_name = true, "
        f"filename = {literal(FILE_COLUMN)})"
    )


def paths_in(relation: str) -> list[str]:
    """Return the files that a FROM item reads."""
    listed = re.search(r"\[('.*?')\]", relation, flags=re.DOTALL)
    quoted = re.findall(r"'((?:[^']|'')*)'", listed[1]) if listed else []
    # What `_paths` does to glob characters is undone.
    return [re.sub(r"\[([*?[])\]", r"\1", one).replace("''", "'") for one in quoted]


def states_of(relation: str) -> tuple:
    """Return size and time of change of each file that a FROM item reads."""
    states = [Path(one).stat() for one in paths_in(relation) if Path(one).exists()]
    return tuple((one.st_size, one.st_mtime_ns) for one in states)
