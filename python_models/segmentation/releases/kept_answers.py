"""What was made of the same inputs before is taken over, not made again.

Most scheduled builds of a small shop find nothing new, and loading scikit-learn and
fitting again takes them longer than anything else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.metadata import version
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from segmentation.releases.release_folder import home_folder

CODE = Path(__file__).resolve().parents[2]
LIBRARIES = ("duckdb", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy")
MADE_FROM = b"made_from"


def kept_answer(
    name: str, make: Callable[..., pa.Table], /, **made_from: object
) -> pa.Table:
    """Return what `make` makes of its inputs; the last answer where they are the same.

    Parameters
    ----------
    name
        Of the file that holds the answer, in the folder `kept` of the build: figures
        and parameters alone, as it outlives the erasure of a customer.
    make
        A function of nothing but its inputs, and of the project's code and libraries.
    made_from
        The inputs: frames, settings, a published model. The order of a frame's rows
        makes no difference.
    """
    path = home_folder() / "kept" / f"{name}.arrow"
    told = json.dumps([_code(), _told(made_from)], sort_keys=True, default=_as_text)
    key = hashlib.sha256(told.encode()).digest()
    try:
        with pa.ipc.open_file(path) as file:
            if (file.schema.metadata or {}).get(MADE_FROM) == key:
                return file.read_all().replace_schema_metadata()
    except (OSError, pa.ArrowInvalid):
        pass  # None yet, or one that cannot be read: made anew.
    answer = make(**made_from).replace_schema_metadata({MADE_FROM: key})
    draft = path.with_suffix(".draft")
    try:
        path.parent.mkdir(exist_ok=True)
        with pa.ipc.new_file(draft, answer.schema) as file:
            file.write_table(answer)
        draft.replace(path)
    except OSError:
        # It is made anew next time; of a full disk the tables tell.
        with suppress(OSError):
            draft.unlink()
    return answer.replace_schema_metadata()


def _told(value: object) -> object:
    """Return what tells an input from any other: frames as the hashes of their rows."""
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return {name: _told(one) for name, one in value.items()}
    if not isinstance(value, pd.DataFrame | pd.Series):
        return value
    table = pa.Table.from_pandas(pd.DataFrame(value), preserve_index=False)
    with _connection().cursor() as cursor:
        rows = cursor.from_arrow(table).set_alias("rows")
        return [*table.schema, *rows.aggregate("count(*), sum(hash(rows))").fetchall()]


def _as_text(value: object) -> str:
    """Return what JSON has no form for; an input of another kind would not be told."""
    if isinstance(value, pa.Field | date | Decimal):
        return str(value)
    raise TypeError(f"kept answers: {type(value).__name__} cannot be told from others")


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """Return one for all frames of a build: opening it takes longer than a hash."""
    return duckdb.connect()


@cache
def _code() -> list[object]:
    """Return what tells this version of the project and its libraries from others."""
    texts = [path.read_bytes() for path in sorted(CODE.rglob("*.py"))]
    return [hashlib.sha256(b"".join(texts)).hexdigest(), *map(version, LIBRARIES)]
