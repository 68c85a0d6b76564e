"""Draws the report: tables in, one HTML document out."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from segmentation.report.decisions import changes, forecast, header, lists, needs, plan
from segmentation.report.model import choice, cloud, explorer, placing
from segmentation.report.monthly import bridge, cohorts
from segmentation.report.page import Page, make_faces
from segmentation.report.palette import colour_css
from segmentation.report.sections import (
    campaigns,
    cards,
    grid,
    months,
    movement,
    overview,
    people,
    profile,
    quality,
    trust,
    value,
)
from segmentation.report.settings import with_defaults
from segmentation.report.tables import Published
from segmentation.wording.dates import day, short_day
from segmentation.wording.numbers import Formats
from segmentation.wording.sentences import full_stop

# id, what it is about, columns of twelve, builder: the first screen.
CARDS = (
    ("expect", "What to expect", 5, forecast.build),
    ("needs", "Who needs something now", 7, needs.build),
    ("lists", "Lists to work through", 12, lists.build),
    ("changed", "What changed", 6, changes.build),
    ("plan", "Did it work", 6, plan.build),
)
# id, word in the navigation, builder: in the order of the page. A builder that
# returns None leaves its section out.
SECTIONS = (
    ("share", "Share", overview.build_share),
    ("segments", "Segments", cards.build),
    ("value", "Value", value.build),
    ("months", "By month", months.build),
    ("bridge", "Revenue", bridge.build),
    ("cohorts", "New customers", cohorts.build),
    ("moves", "Who moved", movement.build),
    ("campaigns", "Campaigns", campaigns.build),
    ("trust", "Trust", trust.build),
    ("profiles", "Profiles", profile.build),
    ("map", "Map", cloud.build),
    ("rfm", "RFM grid", grid.build),
    ("why", "Why this many", choice.build),
    ("explore", "Other counts", explorer.build),
    ("place", "Place", placing.build),
    ("people", "Who they are", people.build),
    ("quality", "Quality", quality.build_quality),
    ("method", "Method", quality.build_method),
)


def render_report(
    *, tables: Mapping[str, pd.DataFrame], settings: Mapping | None = None
) -> str:
    """One self-contained HTML document about the published tables.

    The same tables and settings give the same text: no clock, no randomness.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The published tables by name. `segments` is needed; a section whose table is
        missing or empty is left out.
    settings : mapping, optional
        See `settings.DEFAULTS`.

    Raises
    ------
    ValueError
        Where `segments` is missing or a setting cannot be used.
    """
    found = with_defaults(settings or {})
    published = Published(tables)
    faces, colours = make_faces(published=published, colours=found["colours"])
    page = Page(
        published=published,
        settings=found,
        faces=faces,
        colours=colours,
        formats=Formats(currency=found["currency"], locale=found["locale"]),
    )
    sections = []
    for key, nav, build in SECTIONS:
        content = build(page) if page.faces or key in ("quality", "method") else None
        if content is not None:
            wording = found["wording"].get(key, {})
            sections.append({"id": key, "nav": nav, **content, **wording})
    cards_found = first_screen(page)
    # The body comes first: drawing it collects the style rules it needs.
    body = (
        environment()
        .get_template("body.html.j2")
        .render(
            page=page,
            sections=sections,
            fig=page.figure,
            f=page.formats,
            cards=cards_found,
            head=[] if cards_found else overview.build_head(page),
            refused=header.refused(page),
            settings=found,
            headline=header.headline(page),
            lede=header.write_lede(page),
        )
    )
    style = "\n".join((asset("report.css"), colour_css(colours), page.rules.css()))
    script = asset("report.js")
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            title=header.headline(page),
            body=Markup(body),
            style=Markup(style),
            script=Markup(script),
            policy=content_policy(style=style, script=script),
        )
    )


def first_screen(page: Page) -> list[dict]:
    """The cards of the first screen, in rows of twelve columns; [] where none."""
    found = [
        {"id": key, "kick": kick, "span": span, **card}
        for key, kick, span, build in CARDS
        if (card := build(page)) is not None
    ]
    # A card without its neighbour takes the whole row.
    row = 0
    for place, card in enumerate(found):
        row += card["span"]
        following = found[place + 1]["span"] if place + 1 < len(found) else 12
        if row < 12 and row + following > 12:
            card["span"] += 12 - row
            row = 12
        row %= 12
    return found


def content_policy(*, style: str, script: str) -> str:
    """Content security policy that allows this style and this script, nothing else."""

    def digest(text):
        raw = hashlib.sha256(text.encode()).digest()
        return f"'sha256-{base64.b64encode(raw).decode()}'"

    return (
        f"default-src 'none'; style-src {digest(style)}; script-src {digest(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def asset(name: str) -> str:
    """A style sheet or script of the package.

    Raises
    ------
    ValueError
        Where its text could end the element that carries it.
    """
    folder = resources.files("segmentation.report") / "templates"
    text = (folder / name).read_text("utf-8").strip()
    if re.search(r"</(?:style|script)|<!--", text, re.IGNORECASE):
        raise ValueError(f"{name} must not hold the end of its own element")
    return text


@cache
def environment() -> Environment:
    """The template environment: everything is escaped, nothing may be undefined."""
    found = Environment(
        loader=PackageLoader("segmentation.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["day"] = day
    found.filters["short_day"] = short_day
    found.filters["full_stop"] = full_stop
    found.filters["method"] = choice.method_name
    return found
