"""What the staging models need to know about an input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

# Once an order, whatever `order_columns` says.
ORDER_AMOUNTS = ("order_amount", "refunded_amount")
# What a var says goes before what is read off the source.
SAID_BY_VARS = ("time_zone", "source_time_zone", "currency")


@dataclass
class Part:
    """A FROM item and SQL for each of our columns."""

    relation: str
    columns: dict[str, str]
    source_file: str | None
    surplus: str | None


@dataclass
class Source:
    """Everything the staging models need to know about an input.

    `types` are DuckDB's types of the raw columns. `date_formats`, `date_replacements`
    (what is replaced in dates before they are read) and `decimal_marks` (by our column;
    else a point) apply to those of text. `statuses` are those that are no sale, by
    word; `undoes_lines`: whether an order holds a sale and, as a row, its taking back.
    `order_columns` hold one value an order, on each or one of its lines. Of `files`, a
    later one holds newer states of the same orders.
    """

    kind: str
    parts: list[Part] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)
    date_formats: list[str] = field(default_factory=lambda: ["iso"])
    date_replacements: list[list[str]] = field(default_factory=list)
    decimal_marks: dict[str, str] = field(default_factory=dict)
    has_times: bool = True
    has_mails: bool = False
    currency: str | None = None
    header: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    undoes_lines: bool = False
    order_columns: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    time_zone: str = "UTC"
    source_time_zone: str = "UTC"

    def as_json(self, settings: Mapping | None = None) -> dict:
        """Return plain lists and dicts, with what the vars say of zones and money."""
        settings = settings or {}
        said = {name: settings.get(name) for name in SAID_BY_VARS}
        return {
            **asdict(self),
            **{name: value for name, value in said.items() if value is not None},
            **self._order_money(
                is_discount_off=settings.get("discount_taken_off", True)
            ),
        }

    def _order_money(self, *, is_discount_off: bool) -> dict:
        """Return what comes off money besides refunds, and what is an order's.

        Shipping and tax are mapped only where they are in the money and shall not be.
        """
        taken_off = [
            name
            for name in ("shipping", "tax", "discount")
            if name in self.types and not (name == "discount" and is_discount_off)
        ]
        of_order = [name for name in taken_off if name in self.order_columns]
        wide = [
            name
            for name in dict.fromkeys([*self.order_columns, *ORDER_AMOUNTS])
            if name in self.types
        ]
        return {
            "line_deductions": [name for name in taken_off if name not in of_order],
            "order_deductions": of_order,
            "order_wide": wide,
            "has_order_money": bool(of_order or set(wide) & set(ORDER_AMOUNTS)),
        }
