"""Text that is safe in a spreadsheet's cell, and as the name of a file."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from numbers import Number

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

# A spreadsheet runs a cell that starts with one of these (OWASP, CSV injection).
# The full-width forms are read as their ASCII twins by some.
FORMULA_STARTS = tuple("=+-@\t\r\n|%＝＋－＠")
# Where a spreadsheet's separator is a semicolon, a cell can also begin inside a text.
INNER_FORMULA = re.compile(r"([;\t]\s*[\"']*)(?=[=+\-@＝＋－＠])")
# What a cell of a CSV file may hold only in quotes (RFC 4180).
QUOTED = re.compile(r'[",\r\n]')
LINE_ENDS = re.compile(r"[\r\n]+")
# Names Windows keeps for devices, whatever the extension.
RESERVED = {"con", "prn", "aux", "nul"} | {
    f"{device}{number}" for device in ("com", "lpt") for number in range(10)
}
LONGEST_NAME = 60
LINE_END = "\r\n"


def safe_cell(value: object) -> str:
    """The cell as text; text that a spreadsheet would run starts with a quote.

    Numbers stay numbers: -5.00 is written as it is. Line ends inside text become
    blanks, NUL is left out.
    """
    # Letters and digits alone cannot do harm: most ids end here.
    if isinstance(value, str) and value.isalnum():
        return value
    if isinstance(value, float):
        is_missing = value != value
        return "" if is_missing else repr(round(float(value), 6)).removesuffix(".0")
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return value.date().isoformat()
    text = str(value).replace("\0", "")
    is_formula = text.lstrip(" \u00a0\ufeff\u200b\"'").startswith(FORMULA_STARTS)
    text = INNER_FORMULA.sub(r"\1'", LINE_ENDS.sub(" ", text))
    return f"'{text}" if is_formula else text


def csv_cells(column: pd.Series) -> pa.Array:
    """Every cell of a column made safe, and quoted where CSV needs it.

    Each distinct value is looked at once.
    """
    if pd.api.types.is_string_dtype(column) and column.notna().all():
        texts = pa.array(column, pa.large_string())
        if isinstance(texts, pa.ChunkedArray):
            texts = texts.combine_chunks()
        if pc.all(pc.ascii_is_alnum(texts)).as_py():
            # Millions of ids: `safe_cell` leaves them all as they are.
            return texts
    codes, distinct = pd.factorize(column)
    # The code of what is missing is -1: the last of the list.
    texts = [*(_quoted(safe_cell(value)) for value in distinct), ""]
    codes = np.where(codes < 0, len(texts) - 1, codes)
    return pa.array(texts, pa.large_string()).take(pa.array(codes))


def csv_lines(frame: pd.DataFrame) -> pa.Buffer:
    """Return rows as the bytes of CSV, every cell safe; no row is looked at alone."""
    comma, end = (pa.scalar(text, pa.large_string()) for text in (",", LINE_END))
    cells = [csv_cells(frame[name]) for name in frame]
    lines = pc.binary_join_element_wise(*cells, comma)
    # The texts of a column lie beside each other: together they are the file.
    ended = pc.binary_join_element_wise(lines, pa.scalar("", pa.large_string()), end)
    return ended.buffers()[2]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if QUOTED.search(text) else text


def unquoted(text: str) -> str:
    """The text before `safe_cell` put a quote in front of it."""
    return text[1:] if text.startswith("'") and safe_cell(text[1:]) == text else text


def file_names(names: dict[str, str], *, taken: Iterable[str] = ()) -> dict[str, str]:
    """A file name for each segment: ASCII letters, digits and hyphens, '.csv'.

    Two names that read alike get their segment's id, so that no file is lost.

    Examples
    --------
    >>> file_names({"s01": "Can't Lose / VIP", "s02": "../../etc/passwd"})
    {'s01': 'can-t-lose-vip.csv', 's02': 'etc-passwd.csv'}
    """
    found: dict[str, str] = {}
    taken = {name.removesuffix(".csv") for name in taken}
    for segment_id, name in names.items():
        stem = slug(name) or slug(segment_id) or "segment"
        if stem in taken:
            stem = f"{stem}-{slug(segment_id)}"
        while stem in taken:
            stem += "-2"
        taken.add(stem)
        found[segment_id] = f"{stem}.csv"
    return found


def slug(text: object) -> str:
    """Lower-case ASCII letters, digits and hyphens; '' where nothing is left."""
    plain = unicodedata.normalize("NFKD", str(text)).encode("ascii", "ignore").decode()
    found = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if len(found) > LONGEST_NAME:
        digest = hashlib.sha256(found.encode()).hexdigest()[:8]
        found = f"{found[: LONGEST_NAME - 9].rstrip('-')}-{digest}"
    return f"list-{found}" if found in RESERVED else found
