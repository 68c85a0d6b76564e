"""What every section needs: the tables, the formats, the segments' looks."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from segmentation.report.outlook import make_outlook
from segmentation.report.palette import Rules, segment_colours
from segmentation.report.tables import Published, plain, rows
from segmentation.wording.numbers import Formats, is_missing


@dataclass(frozen=True)
class Face:
    """How one segment appears everywhere: its letter, its colour class, its row."""

    segment_id: str
    name: str
    letter: str
    css: str
    number: int
    is_clustered: bool
    row: Mapping


@dataclass
class Page:
    """Context of one report."""

    published: Published
    settings: Mapping
    formats: Formats
    faces: list[Face]
    colours: list[str]
    rules: Rules = field(default_factory=Rules)

    def face(self, segment_id: object) -> Face | None:
        """The face of a segment, None for an id that is not among today's."""
        return self._by_id.get(segment_id)

    def __post_init__(self):
        self._by_id = {face.segment_id: face for face in self.faces}
        found = self.published.rows("publications")
        found.sort(key=lambda row: str(row.get("published_at")))
        self.publication = found[-1] if found else {}
        self.outlook = make_outlook(self.published)

    @property
    def clustered(self) -> list[Face]:
        """The segments that come from the model."""
        return [face for face in self.faces if face.is_clustered]

    @property
    def has_money(self) -> bool:
        """Whether any segment has revenue: attribute tables have none, or 0."""
        return any(face.row.get("revenue") for face in self.faces)

    @property
    def as_of(self) -> object:
        """The date the segments are of, None where the data has no time."""
        if self.publication.get("as_of_date") is not None:
            return self.publication["as_of_date"]
        people = self.published.frame("customer_segments", "as_of_date")
        return None if people is None else plain(people["as_of_date"].max())

    def unless_few(self, value: object, customer_count: int) -> object:
        """The value; None where so few customers are behind it that it is theirs."""
        return value if customer_count >= self.settings["minimum_cell_size"] else None

    def figure(self, value: object, kind: str, of: str | None = None, **extra):
        """A number as text that also carries its exact value and where it is from.

        `of` is 'table/key/column': the tests read it and compare with the table.
        """
        text = (
            self.formats.unit(value, **extra)
            if kind == "unit"
            else getattr(self.formats, kind)(value)
        )
        if is_missing(value):
            return Markup("{}").format(text)
        exact = value if not isinstance(value, float) else repr(value)
        title = Markup("")
        if kind == "money_short":
            title = Markup(' title="{}"').format(self.formats.money_exact(value))
        source = Markup(' data-of="{}"').format(of) if of else ""
        return Markup('<data value="{}"{}{}>{}</data>').format(
            exact, source, title, text
        )


def letter_of(position: int) -> str:
    """A, B, ... Z, then 27, 28, ..."""
    letters = string.ascii_uppercase
    return letters[position] if position < len(letters) else str(position + 1)


def make_faces(*, published: Published, colours: tuple[str, ...]):
    """The segments in display order, and their colours.

    Returns
    -------
    tuple of (list of Face, list of str)
        Faces, and one '#rrggbb' a face.
    """
    found = rows(published.need("segments", "segment_id", "segment_name"))

    def order(row):
        position = row.get("display_order")
        return (position is None, position or 0, str(row["segment_id"]))

    found.sort(key=order)
    clustered = [row.get("is_clustered") is not False for row in found]
    shades = segment_colours(clustered=clustered, colours=colours)
    faces = [
        Face(
            segment_id=row["segment_id"],
            name=str(row["segment_name"]),
            letter=letter_of(number),
            css=f"c{number}",
            number=number,
            is_clustered=clustered[number],
            row=row,
        )
        for number, row in enumerate(found)
    ]
    return faces, shades
