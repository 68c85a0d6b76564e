"""A shop with everything the sample has not, as two files: orders and customers.

Amounts are quantity times price, written as in Germany, in three currencies; orders
are cancelled by status or by id, copied, free, without an id or a channel; customers
have attributes, some say what they agree to, some were excluded or erased.
"""

from __future__ import annotations

import csv
import hashlib
import random
from datetime import datetime, timedelta
from pathlib import Path

from sample_shop import BEHAVIOURS, lines_of

ORDER_COLUMNS = (
    "Kunde", "Bestellt", "Bestellnummer", "Artikel", "Warengruppe", "Menge", "Preis",
    "Rabatt", "Kanal", "Währung", "Status",
)  # fmt: skip
MAPPING = dict(
    zip(
        ("customer_id", "ordered_at", "order_id", "product_id", "category", "quantity",
         "unit_price", "discount", "channel", "currency", "status"),
        ORDER_COLUMNS,
        strict=True,
    )
)  # fmt: skip
CITIES = ("Bonn", "Köln", "Wien", "Graz", "Basel")
EXCLUDED = {"K010": "a complaint", "K011": "a wish", "nobody": "unknown"}
ERASED = ("K020", "K100")
SALT = "a salt"
VARIABLES = {
    "transaction_columns": MAPPING,
    "currency": "EUR",
    "exchange_rates": {"USD": 0.92},
    "cancellation_prefix": "C",
    "exclusion_rule_sets": ["general", "online_retail"],
    "drop_exact_duplicates": True,
    "time_zone": "Europe/Berlin",
    "source_time_zone": "UTC",
    "customer_columns": {"customer_id": "Nr"},
    "consent_column": "Newsletter",
    "rfm_window_months": 9,
    "feature_window_months": 12,
    "history_months": 8,
    "minimum_cell_size": 6,
    # No word of the seed: somebody has to say what it means.
    "status_meanings": {"open": "sold"},
}
# Two builds: in the second three months more, and cancelled lines never happened.
FIRST = {
    **VARIABLES,
    "as_of_date": "2024-09-15",
    "algorithm": "gaussian_mixture",
    "quality_sample_rows": 600,
}
SECOND = {
    **VARIABLES,
    "as_of_date": "2024-12-20",
    "algorithm": "gaussian_mixture",
    "cancelled_lines": "leave_out",
}
# Customers alone, by whichever algorithm is best.
ALONE = {
    "transactions": None,
    "customer_columns": {"customer_id": "Nr"},
    "algorithm": "auto",
    "segment_count_max": 5,
}


def german(number: float) -> str:
    return f"{number:,.2f}".translate(str.maketrans(",.", ".,"))


def order_lines() -> list[list[str]]:
    """Every line of the shop, in no order."""
    chance = random.Random(71)
    lines = []
    number = 0
    for behaviour in BEHAVIOURS:
        for _ in range(round(behaviour.customers * 1.8)):
            number += 1
            customer = f"K{number:03}"
            currency = chance.choice(["EUR"] * 8 + ["usd", "USD"])
            has_ids, has_channel = chance.random() < 0.8, chance.random() < 0.9
            for row in lines_of(behaviour, customer, chance):
                _, moment, order, product, category, amount, count, discount, *rest = (
                    row
                )
                price = abs(float(amount) / float(count))
                is_free = chance.random() < 0.02
                lines.append([
                    customer,
                    # Of an evening in Berlin some are of the day before in UTC.
                    german_moment(moment, hours=chance.choice((0, 0, 3))),
                    order if has_ids else "",
                    product,
                    category if chance.random() < 0.95 else "",
                    count,
                    german(0 if is_free else price * chance.choice((1, 1, 15))),
                    german(float(discount)) if discount else "",
                    rest[0] if has_channel else "",
                    chance.choice([currency] * 40 + ["JPY", ""]),
                    rest[2],
                ])  # fmt: skip
    for line in chance.sample(lines, 60):
        lines.append(line.copy())  # a copy in every column
    for line in chance.sample(lines, 25):
        line[10] = chance.choice(("Cancelled", "REFUNDED", "open"))
    for line in chance.sample(lines, 15):
        line[2] = f"C{line[2] or 1}"
    odd = (("", "5"), ("Gast", "5"), ("guest", "5"), ("K001", "POST"), ("K002", "M"),
           ("K003", "postage"), ("test", "5"), ("K004", "sample"))  # fmt: skip
    for line in chance.sample(lines, 6):
        line[7] = "viel"
    for line in lines:
        if line[0] in ("K005", "K006"):
            line[0] = f"9{line[0][-1]}.0"  # a number that was once a float
    for place, (customer, product) in enumerate(odd):
        line = lines[place * 7].copy()
        line[0], line[3] = customer, product
        lines.append(line)
    chance.shuffle(lines)
    return lines


def german_moment(moment: str, *, hours: int) -> str:
    read = datetime.fromisoformat(moment) + timedelta(hours=hours)
    return f"{read:%d.%m.%Y %H:%M}"


def customer_lines() -> list[list[str]]:
    """Customers with attributes, one twice, some unknown to the orders."""
    chance = random.Random(72)
    lines = []
    for number in range(1, 260):
        if number % 17 == 0:
            continue
        is_city = number % 3 > 0
        age = round(chance.gauss(31 if is_city else 58, 4))
        lines.append([
            f"K{number:03}",
            str(age) if number % 29 else "",
            german(chance.lognormvariate(7.4 if is_city else 8.6, 0.2)).replace(
                ".", ""
            ).replace(",", "."),
            chance.choice(CITIES[:2] if is_city else CITIES[2:4])
            if number % 41 else "Ulm",
            str(number % 3),
            chance.choice(("ja", "Yes", "TRUE", "no", "")),
        ])  # fmt: skip
    return [*lines, lines[3].copy(), ["", "40", "2000", "Bonn", "1", "yes"]]


def write(folder: Path) -> dict[str, Path]:
    """Write both files; return their paths by the name of the var."""
    paths = {
        "transactions": folder / "bestellungen.csv",
        "customers": folder / "kunden.csv",
    }
    with paths["transactions"].open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerows([ORDER_COLUMNS, *order_lines()])
    with paths["customers"].open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        header = ["Nr", "Age", "Income", "City", "Plan", "Newsletter"]
        writer.writerows([header, *customer_lines()])
    return paths


def seeds() -> dict[str, str]:
    """The seeds that name customers, filled."""
    excluded = "".join(f"{one},{why}\n" for one, why in EXCLUDED.items())
    erased = "".join(
        f"{hashlib.sha256((SALT + one).encode()).hexdigest()},{SALT}\n"
        for one in ERASED
    )
    return {
        "seeds/exclude_from_exports.csv": f"customer_id,reason\n{excluded}",
        "seeds/erased_customers.csv": f"customer_digest,salt\n{erased}",
    }
