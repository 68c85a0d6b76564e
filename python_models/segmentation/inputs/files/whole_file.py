"""What only a look at every byte of a file can tell."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..problem import InputProblem

# Files up to this size are read whole once, to find bytes and quotes that do not fit.
WHOLE_FILE_BYTES = 256 << 20
CHUNK_BYTES = 1 << 20
# First bytes of files that are often named .csv: what they are, and what to do.
KINDS = {
    b"PAR1": ("a Parquet file", "rename it to end in .parquet"),
    b"\x1f\x8b": ("a gzip file", "rename it to end in .gz, such as orders.csv.gz"),
    b"PK\x03\x04": ("a zip file or an Excel workbook", "unzip it, or save it as CSV"),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", "save it as CSV"),
    b"SQLite format 3": ("an SQLite database", "export the table as CSV"),
}
LONE_RETURN = re.compile(rb"\r(?!\n)")
# Times that a packed table is larger when unpacked.
PACKED_RATIO = 8


def is_read_whole(path: str) -> bool:
    """Return whether a file is small enough to look at every byte of it."""
    ratio = PACKED_RATIO if path.lower().endswith(".gz") else 1
    return Path(path).stat().st_size * ratio <= WHOLE_FILE_BYTES


def open_bytes(path: str) -> io.BufferedIOBase:
    """Open a file for reading bytes, unpacked if its name ends in .gz."""
    if path.lower().endswith(".gz"):
        return gzip.open(path, "rb")
    return open(path, "rb")


def chunks(path: str) -> Iterator[bytes]:
    """Yield the bytes of a file, unpacked, piece by piece."""
    with open_bytes(path) as file:
        try:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
        except EOFError as error:
            raise InputProblem(
                f"{path!r} is cut off.",
                wanted="a whole .gz file",
                found=str(error),
                next_step="copy or download the file again",
            ) from error


def check_kind(path: str, head: bytes) -> None:
    """Raise InputProblem if a text file's first bytes are another format's."""
    for magic, (kind, next_step) in KINDS.items():
        if head.startswith(magic):
            raise InputProblem(
                f"{path!r} is no text file.",
                wanted="text: CSV, TSV or JSON lines",
                found=kind,
                next_step=next_step,
            )


def count_marks(path: str, marks: Iterable[str]) -> Counter[str]:
    """Count texts of a file in one pass; one that spans two pieces is not counted."""
    counts: Counter[str] = Counter()
    encoded = {mark: mark.encode("utf-8") for mark in marks}
    for chunk in chunks(path):
        for mark, found in encoded.items():
            counts[mark] += chunk.count(found)
    return counts


def check_quotes(
    path: str, encoding: str, delimiter: str, quote: str, escape: str, *, var: str
) -> None:
    """Raise InputProblem at a quote that is never closed: it would swallow rows.

    To be called where the file holds an odd number of them.
    """
    line_number = _open_quote_line(path, encoding, delimiter, quote, escape)
    if line_number is not None:
        raise InputProblem(
            f"{path!r} opens a quote in line {line_number} and never closes it.",
            wanted=f"an even number of {quote}",
            found="an odd number, so the lines that follow would be swallowed",
            next_step=f"repair line {line_number}, or set {var.rstrip('s')}_format: "
            "{quote: ''} if the marks are part of the values",
        )


def check_line_ends(path: str, quote: str) -> None:
    """Raise InputProblem at a lone carriage return among other line ends.

    DuckDB takes it for the end of a line, and loses characters of the next one. To be
    called where the file holds more carriage returns than pairs with a line feed.
    """
    data = b"".join(chunks(path))
    # Between marks are values in quotes: what is in them ends no line.
    outside = data.split(quote.encode("utf-8"))[::2] if quote else [data]
    if not any(LONE_RETURN.search(part) for part in outside):
        return
    line_number = data[: LONE_RETURN.search(data).start()].count(b"\n") + 1
    raise InputProblem(
        f"{path!r} mixes line ends.",
        wanted="one kind of line end",
        found=f"a carriage return without a line feed, near line {line_number}",
        next_step="remove it, or make all line ends alike, for example by dos2unix",
    )


def _open_quote_line(
    path: str, encoding: str, delimiter: str, quote: str, escape: str
) -> int | None:
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    with io.TextIOWrapper(
        open_bytes(path), encoding=codec, errors="replace", newline=""
    ) as file:
        lines = (line.replace("\x00", "") for line in file)
        reader = csv.reader(
            lines,
            delimiter=delimiter,
            quotechar=quote,
            escapechar=escape if escape != quote else None,
        )
        csv.field_size_limit(WHOLE_FILE_BYTES)
        start = 1
        for record in reader:
            if any("\n" in cell and delimiter in cell for cell in record):
                return start
            start = reader.line_num + 1
    return None
