"""Files that a query reads by DuckDB's functions, as external tables of Spark.

A view of Spark cannot say how a file is written; a table can, and copies nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from dbt_common.exceptions import DbtRuntimeError
from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

FORMATS = {"read_csv": "csv", "read_json": "json", "read_parquet": "parquet"}
# DuckDB's options of text files and Spark's.
CSV_OPTIONS = {"delim": "sep", "quote": "quote", "escape": "escape", "header": "header"}
ENCODINGS = {"utf-8": "UTF-8", "utf-16": "UTF-16", "latin-1": "ISO-8859-1"}
# What stands for no quote or escape.
NO_MARK = "\0"


def tables_for_files(tree: exp.Expression, schema: str) -> dict[str, str]:
    """Put a table in the place of each function that reads files.

    Parameters
    ----------
    tree
        A statement in the project's SQL; changed in place.
    schema
        Where the tables belong.

    Returns
    -------
    dict
        Name of each table, and the statement that makes it.

    Raises
    ------
    DbtRuntimeError
        If the files cannot be read by Spark.
    """
    made = {}
    for table in list(tree.find_all(exp.Table)):
        reader = table.this
        kind = FORMATS.get(_function_name(reader))
        if kind is None:
            continue
        paths, options = _arguments(reader)
        text = reader.sql(dialect=DuckDB)
        name = f"{schema}.input_{hashlib.md5(text.encode()).hexdigest()[:12]}"
        columns = ", ".join(f"`{one}` string" for one in options.get("columns", {}))
        written = {"path": _one_path(paths), **_spark_options(kind, options)}
        said = ", ".join(f"{key} {json.dumps(text)}" for key, text in written.items())
        made[name] = (
            f"create table {name} {f'({columns})' if columns else ''} "
            f"using {kind} options ({said})"
        )
        source = exp.select("*").from_(exp.to_table(name))
        if file_column := options.get("filename"):
            source = source.select(f"_metadata.file_path as {file_column}")
        table.replace(source.subquery(table.alias or "files"))
    return made


def _function_name(reader: exp.Expression) -> str:
    if isinstance(reader, exp.Anonymous):
        return reader.name.lower()
    return reader.sql_name().lower() if isinstance(reader, exp.Func) else ""


def _arguments(reader: exp.Expression) -> tuple[list[str], dict]:
    """Return the paths a reader is given, and its options."""
    values = list(reader.expressions)
    first = reader.this if isinstance(reader, exp.ReadCSV) else values.pop(0)
    paths = _value(first)
    options = {one.this.name.lower(): _value(one.expression) for one in values}
    return [paths] if isinstance(paths, str) else paths, options


def _value(node: exp.Expression) -> object:
    if isinstance(node, exp.Array):
        return [_value(one) for one in node.expressions]
    if isinstance(node, exp.Struct):
        return {one.this.name: _value(one.expression) for one in node.expressions}
    return node.to_py()


def _one_path(paths: list[str]) -> str:
    """Return paths as one pattern; DuckDB's `[*]`, a plain star, is Hadoop's `\\*`."""
    absolute = [str(Path(path).absolute()) for path in paths]
    plain = [re.sub(r"\[([*?[])\]", r"\\\1", path) for path in absolute]
    if len(plain) == 1:
        return plain[0]
    return "/{" + ",".join(path.removeprefix("/") for path in plain) + "}"


def _spark_options(kind: str, options: dict) -> dict[str, str]:
    if kind == "parquet":
        return {"mergeSchema": "true"}
    if kind == "json":
        return {"primitivesAsString": "true"}
    if options.get("skip"):
        raise DbtRuntimeError(
            "Spark cannot skip lines above a header.\n"
            f"  found:  {options['skip']} lines to skip\n"
            "  next:   remove them from the file"
        )
    written = {
        spark: str(options[ours]).lower()
        if ours == "header"
        else options[ours] or NO_MARK
        for ours, spark in CSV_OPTIONS.items()
        if ours in options
    }
    encoding = options.get("encoding", "utf-8")
    return {
        **written,
        "encoding": ENCODINGS.get(encoding.lower(), encoding),
        # Line breaks within quotes can only be followed by one reader a file.
        "multiLine": str(options.get("parallel") is False).lower(),
    }
