"""How a text file is written: encoding, delimiter, header, and whether it is whole."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..problem import InputProblem, listed
from .options import ENCODINGS, WHITESPACE
from .surplus import check_surplus
from .whole_file import (
    check_kind,
    check_line_ends,
    check_quotes,
    chunks,
    count_marks,
    is_read_whole,
    open_bytes,
)

# Bytes read to see how a file is written; a bounded sample of a file of any size.
HEAD_BYTES = 1 << 20
# Larger files are read by several threads, which cannot follow line breaks in quotes.
SERIAL_FILE_BYTES = 64 << 20
DELIMITERS = (",", ";", "\t", "|")


# Each line of a JSON file is read as one value: no text holds this, the unit separator.
JSON_DELIMITER = "\x1f"
WINDOWS_BYTES = frozenset(range(0x80, 0xA0))
# Lines above the header in which a title is looked for.
TITLE_LINES = 20
# A cell of a header is a name: neither a number nor a date.
DATA_CELL = re.compile(r"\s*[-+]?\d[\d.,:/\-T ]*\s*")


@dataclass(frozen=True)
class TextFormat:
    """How one text file is written; `names` are the columns in file order."""

    encoding: str
    delimiter: str
    quote: str
    escape: str
    header: bool
    names: tuple[str, ...]
    skip_lines: int
    is_serial: bool


def sniff_text(path: str, options: Mapping[str, object], *, var: str) -> TextFormat:
    """Return how the file at `path` is written; `options` override what is seen.

    Raises
    ------
    InputProblem
        If the file is empty, has no row below its header, or is damaged.
    """
    head = _head(path, var=var)
    encoding = str(options.get("encoding") or _encoding(path, head))
    text = _decode_head(head, encoding)
    skip_lines = int(str(options.get("skip_lines") or 0))
    lines = text.splitlines()[skip_lines:]
    if len(head) == HEAD_BYTES:
        lines = lines[:-1]
        if len(lines) < 2:
            raise _no_lines(path, options, skip_lines)
    quote = '"' if options.get("quote") is None else str(options["quote"])
    escape = str(options.get("escape") or _escape(text, quote))
    said = re.fullmatch(r"\ufeff?sep=(.)\r?", lines[0]) if lines else None
    delimiter = str(
        options.get("delimiter") or (said and said[1]) or _delimiter(lines, quote)
    )
    if options.get("delimiter") and delimiter not in (WHITESPACE, JSON_DELIMITER):
        _check_delimiter(path, lines, delimiter, quote)
    if (
        delimiter not in (JSON_DELIMITER, WHITESPACE)
        and options.get("skip_lines") is None
        and _names_are_seen(options)
    ):
        skip_lines = _title_lines(lines, delimiter, quote)
        lines = lines[skip_lines:]
        check_surplus(
            path,
            list(_records(lines[:200], delimiter, quote)),
            lines=[
                skip_lines + at
                for at, line in enumerate(lines[:200], start=1)
                if line.strip()
            ],
        )
    records = list(_records(lines[:200], delimiter, quote))
    if not records:
        raise _no_rows(path, "an empty file", var=var)
    first = records[0]
    names = options.get("names")
    header = options.get("header")
    if header is None:
        header = names is None and not any(
            DATA_CELL.fullmatch(cell) for cell in first if cell
        )
    if names is None:
        names = first if header else [f"column{i + 1}" for i in range(len(first))]
    if header and len(records) == 1 and len(lines) <= 1:
        raise _no_rows(path, f"only a header: {listed(first)}", var=var)
    if is_read_whole(path):
        counts = count_marks(path, {"\r", "\n", "\r\n", quote or "\n"})
        is_mixed = counts["\r"] > counts["\r\n"] and counts["\n"] > 0
        if encoding != "utf-16" and is_mixed:
            check_line_ends(path, quote)
        if delimiter != WHITESPACE and quote and counts[quote] % 2 == 1:
            check_quotes(path, encoding, delimiter, quote, escape, var=var)
    in_quotes = any("\n" in cell for record in records for cell in record)
    return TextFormat(
        encoding=encoding,
        delimiter=delimiter,
        quote=quote,
        escape=escape,
        header=bool(header),
        names=_unique(_clean_name(str(name)) for name in names),
        skip_lines=skip_lines,
        is_serial=in_quotes or Path(path).stat().st_size <= SERIAL_FILE_BYTES,
    )


def _names_are_seen(options: Mapping[str, object]) -> bool:
    """Return whether column names come from the file's first line."""
    return options.get("names") is None and options.get("header") is not False


def _no_lines(path: str, options: Mapping, skip_lines: int) -> InputProblem:
    return InputProblem(
        f"{path!r} has a line of more than {HEAD_BYTES >> 20} MB near its start.",
        wanted="one order line a line",
        found=f"fewer than two line ends below line {skip_lines + 1}",
        next_step="end each line in a line break, or take the long value out",
    )


def _escape(text: str, quote: str) -> str:
    """Return what stands before a quote inside quotes: a backslash, or the quote."""
    is_backslash = quote and re.search(rf"\\{re.escape(quote)}[\w ]", text)
    return "\\" if is_backslash else quote


def _check_delimiter(path: str, lines: list[str], delimiter: str, quote: str) -> None:
    if any(delimiter in line for line in lines[:200]):
        return
    seen = _delimiter(lines, quote)
    raise InputProblem(
        f"{path!r} has no {delimiter!r}, the delimiter that was set.",
        wanted=f"values with {delimiter!r} between them",
        found=repr(lines[0][:80]) if lines else "nothing",
        next_step=f"set delimiter: {seen!r}, or leave it out, and it is detected",
    )


def _title_lines(lines: list[str], delimiter: str, quote: str) -> int:
    """Return how many lines stand above the header: a title, sep=;, blank ones."""
    rows = [
        (at, next(_records([line], delimiter, quote), []))
        for at, line in enumerate(lines[:200])
        if line.strip()
    ]
    if len(rows) < 3:
        return 0
    usual = Counter(len(row) for _at, row in rows).most_common(1)[0][0]
    if usual < 3:
        return 0
    for at, row in rows:
        # A title has one or two cells filled, whatever marks stand behind them.
        if sum(bool(cell.strip()) for cell in row) > max(2, usual // 2 - 1) or (
            usual == 3 and len(row) == usual and all(row)
        ):
            is_below = at > rows[0][0] or at > 0
            return at if is_below and at <= TITLE_LINES else 0
    return 0


def _no_rows(path: str, found: str, *, var: str) -> InputProblem:
    return InputProblem(
        f"{path!r} holds no transactions."
        if var == "transactions"
        else f"{path!r} holds no rows.",
        wanted="a header line and at least one row",
        found=found,
        next_step=f"export the file again, or set {var} to another one",
    )


def _head(path: str, *, var: str) -> bytes:
    try:
        with open_bytes(path) as file:
            head = file.read(HEAD_BYTES)
    except (OSError, EOFError) as error:
        raise InputProblem(
            f"{path!r} cannot be read.",
            wanted="a readable file, whole if it is packed",
            found=str(error),
            next_step="copy or download the file again",
        ) from error
    check_kind(path, head)
    if not head.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise _no_rows(path, f"{len(head)} bytes and no text", var=var)
    return head


def _encoding(path: str, head: bytes) -> str:
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    if head.count(0) > len(head) // 4:
        if head[:1] == b"\x00":
            raise _unreadable_encoding(path, "UTF-16BE")
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        if is_read_whole(path):
            for chunk in chunks(path):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        else:
            decoder.decode(head)
    except UnicodeDecodeError:
        # These are control characters in latin-1, and the euro sign in Windows' page.
        if any(byte in WINDOWS_BYTES for byte in head):
            raise _unreadable_encoding(path, "CP1252") from None
        return "latin-1"
    return "utf-8"


def _unreadable_encoding(path: str, name: str) -> InputProblem:
    return InputProblem(
        f"{path!r} is written in {name}, which cannot be read.",
        wanted=f"one of {', '.join(ENCODINGS)}",
        found=f"bytes of {name}",
        next_step=f"convert the file: iconv -f {name} -t UTF-8 in.csv > out.csv",
    )


def _decode_head(head: bytes, encoding: str) -> str:
    if encoding == "utf-16" and head[:2] not in (
        codecs.BOM_UTF16_LE,
        codecs.BOM_UTF16_BE,
    ):
        encoding = "utf-16-le" if head[1:2] == b"\x00" else "utf-16-be"
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    return head.decode(codec, errors="replace")


def _records(lines: list[str], delimiter: str, quote: str) -> Iterator[list[str]]:
    filled = [line for line in lines if line.strip()]
    if delimiter == WHITESPACE:
        yield from (line.split() for line in filled)
        return
    # The reader joins a quoted line break only where lines keep their end.
    kept = (line.replace("\x00", "") + "\n" for line in filled)
    if quote:
        yield from csv.reader(kept, delimiter=delimiter, quotechar=quote)
    else:
        yield from csv.reader(kept, delimiter=delimiter, quoting=csv.QUOTE_NONE)


def _delimiter(lines: list[str], quote: str) -> str:
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        widths = [len(one) for one in _records(lines[:200], delimiter, quote)]
        if not widths or max(widths) < 2:
            continue
        # The first line may be a title, of one value.
        usual = widths[0]
        if usual < 2:
            usual = Counter(widths).most_common(1)[0][0]
        if usual < 2:
            continue
        score = (sum(w == usual for w in widths) / len(widths), usual)
        if score > best_score:
            best, best_score = delimiter, score
    if best_score == (0.0, 0):
        widths = [len(line.split()) for line in lines[:200] if line.strip()]
        if len(set(widths)) == 1 and widths[0] > 2:
            return WHITESPACE
    return best


def _clean_name(name: str) -> str:
    return name.strip(" \t\r\n\u00a0\u200b\ufeff")


def _unique(names: Iterator[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    result = []
    for position, name in enumerate(names, start=1):
        name = name or f"column{position}"
        seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        count = seen[name.casefold()]
        result.append(name if count == 1 else f"{name} ({count})")
    return tuple(result)
