"""Files of transactions, good and bad, each with the verdict it gets."""

from __future__ import annotations

import gzip

import duckdb

HEADER = "customer_id,ordered_at,amount,product_id"
LINE = "{name},2024-01-05,5.00,tea"
# name: (text or bytes, what the message must say) -> the build is rejected
REJECTED = {
    "0 bytes": (b"", "holds no transactions"),
    "only blanks": (b"\n\n  \n", "holds no transactions"),
    "header only": (f"{HEADER}\n", "only a header"),
    "required column missing": (
        "customer_id,ordered_at,product_id\na,2024-01-05,tea\n",
        "no column for amount",
    ),
    "mapped column duplicated": (
        "customer_id,ordered_at,amount,amount\na,2024-01-05,5,6\n",
        "two columns 'amount'",
    ),
    "quote never closed": (
        f'{HEADER}\na,2024-01-05,5,"tea\nb,2024-01-05,5,tea\nc,2024-01-05,5,tea\n',
        "line 2 and never closes it",
    ),
    "day and month cannot be told apart": (
        f"{HEADER}\na,01/02/2024,5,tea\nb,03/04/2024,5,tea\n",
        "can be read in two ways",
    ),
    "two-digit years that cannot be told apart": (
        f"{HEADER}\na,01/02/24,5,tea\n",
        "can be read in two ways",
    ),
    "dates in no known format": (
        f"{HEADER}\na,the fifth,5,tea\nb,the sixth,5,tea\n",
        "in no format this project knows",
    ),
    "line ends mixed": (
        f"{HEADER}\na,2024-01-05,5,tea\rb,2024-01-05,5,tea\nc,2024-01-05,5,tea\n",
        "near line 2",
    ),
    "UTF-16 with the high byte first, unmarked": (
        f"{HEADER}\n{LINE}\n".encode("utf-16-be"),
        "iconv -f UTF-16BE",
    ),
    "Windows code page": (
        f"{HEADER}\na,2024-01-05,\u20ac5,tea\n".encode("cp1252"),
        "iconv -f CP1252",
    ),
    "a line of megabytes": (
        f"{HEADER}\na,2024-01-05,5,{'x' * 3_000_000}\n",
        "more than 1 MB",
    ),
    "signs of two currencies": (
        f"{HEADER}\na,2024-01-05,$5,tea\nb,2024-01-05,\u20ac5,tea\n",
        "signs of several currencies",
    ),
    "a value more than names on each line": (
        f"{HEADER}\n" + 9 * "a,2024-01-05,5,20,tea\n",
        "a decimal comma splits a value in two",
    ),
    "day and month turned round by a spreadsheet": (
        f"{HEADER}\n"
        + "".join(f"a,{day}/01/2024,5,tea\n" for day in range(13, 29))
        + "".join(f"a,2024-{day:02}-01,5,tea\n" for day in range(1, 13)),
        "A spreadsheet has turned day and month round",
    ),
    "Parquet named CSV": (b"PAR1\x15\x04\x15", "rename it to end in .parquet"),
    "gzip named CSV": (gzip.compress(b"a,b\n1,2\n"), "rename it to end in .gz"),
    "workbook named CSV": (b"PK\x03\x04 \n ", "save it as CSV"),
    "Parquet with a list as amount": ("[5.0]", "is of type DECIMAL(2,1)[]"),
    "Parquet with a truth value as amount": ("true", "is of type BOOLEAN"),
    "packed file cut off": (
        gzip.compress(f"{HEADER}\n{LINE}\n".encode() * 500)[:60],
        "orders.csv.gz",
    ),
    "Parquet cut off": (None, "not a whole Parquet file"),
    "Parquet without rows": (None, "holds no rows"),
}
NAMES = {
    "packed file cut off": "orders.csv.gz",
    "Parquet cut off": "orders.parquet",
    "Parquet with a list as amount": "orders.parquet",
    "Parquet with a truth value as amount": "orders.parquet",
    "Parquet without rows": "orders.parquet",
}
# name: (text or bytes, {product_id: reason or None}) -> accepted or quarantined
READ = {
    "plain": (f"{HEADER}\n{LINE}\n", [None]),
    "byte order mark": (f"\ufeff{HEADER}\n{LINE}\n", [None]),
    "latin-1": (f"{HEADER}\n{LINE}\n".replace("tea", "th\u00e9").encode("latin-1"),
                [None]),
    "UTF-16": (f"{HEADER}\n{LINE}\n".encode("utf-16"), [None]),
    "tabs": (f"{HEADER}\n{LINE}\n".replace(",", "\t"), [None]),
    "semicolons": (f"{HEADER}\n{LINE}\n".replace(",", ";"), [None]),
    "pipes": (f"{HEADER}\n{LINE}\n".replace(",", "|"), [None]),
    "carriage return in a quoted value": (
        f'{HEADER},note\n{LINE},"a\rb"\n', [None]),
    "CRLF": (f"{HEADER}\r\n{LINE}\r\n", [None]),
    "no line end at the end": (f"{HEADER}\n{LINE}", [None]),
    "header in another case": (f"{HEADER.upper()}\n{LINE}\n", [None]),
    "header with blanks": (
        f"{HEADER.replace(',', ' , ').replace('_', ' ')}\n{LINE}\n", [None]),
    "extra columns": (f"{HEADER},colour\n{LINE},red\n", [None]),
    "other column order": (
        "amount,product_id,customer_id,ordered_at\n5.00,tea,{name},2024-01-05\n",
        [None]),
    "unmapped column twice": (f"{HEADER},a,a\n{LINE},1,2\n", [None]),
    "cut off in the last line": (
        f"{HEADER}\n{LINE}\n{{name}},2024-01", [None, "unreadable date"]),
    "too few values": (f"{HEADER}\n{LINE}\n{{name}},2024-01-05\n",
                       [None, "no amount"]),
    "too many values": (f"{HEADER}\n{LINE}\n{LINE},red,1\n",
                        [None, "more values than columns"]),
    "line break in quotes": (
        f'{HEADER}\n{{name}},2024-01-05,5,"green\ntea"\n{LINE}\n', [None, None]),
    "delimiter in quotes": (f'{HEADER}\n{{name}},2024-01-05,"1,234.00",tea\n', [None]),
    "inch marks": (f'{HEADER}\n{{name}},2024-01-05,5,6" pan\n{LINE}\n', [None, None]),
    "quotes behind a backslash": (
        f'{HEADER}\n{{name}},2024-01-05,5,"6\\" pan"\n{LINE}\n', [None, None]),
    "column named source_file": (f"{HEADER},source_file\n{LINE},x\n", [None]),
    "NUL byte in a product": (f"{HEADER}\n{{name}},2024-01-05,5,t\x00ea\n", [None]),
    "total row": (f"{HEADER}\n{LINE}\nTOTAL,,5.00,\n", [None, "total row"]),
    "total in another column": (
        f"{HEADER},order_id\n{LINE},1\n,,5.00,,Total\n", [None, "total row"]),
    "header again": (f"{HEADER}\n{LINE}\n{HEADER}\n{LINE}\n",
                     [None, "repeated header", None]),
    "title above the header": (
        f"Orders of 2024\nCreated 2024-02-01\n{HEADER}\n{LINE}\n{LINE}\n",
        [None, None]),
    "title padded by delimiters": (
        f"Orders of 2024,,,\n,,,\n{HEADER}\n{LINE}\n{LINE}\n", [None, None]),
    "sep line of a spreadsheet": (
        f"sep=;\n{HEADER}\n{LINE}\n{LINE}\n".replace(",", ";"), [None, None]),
    "blank lines": (f"{HEADER}\n\n{LINE}\n\n", [None]),
}  # fmt: skip


def write_case(folder, name, content):
    path = folder / NAMES.get(name, "orders.csv")
    if name == "Parquet cut off":
        duckdb.sql("select 1 as customer_id").write_parquet(str(path))
        content = path.read_bytes()[:40]
    elif name == "Parquet without rows":
        duckdb.sql("select 1 as customer_id where false").write_parquet(str(path))
        return path
    elif name.startswith("Parquet with a"):
        duckdb.sql(
            "select 'a' as customer_id, date '2024-01-05' as ordered_at, "
            f"{content} as amount"
        ).write_parquet(str(path))
        return path
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
