"""What a user may set about the report, with its defaults."""

from __future__ import annotations

from collections.abc import Mapping

from segmentation.report.palette import COLOURS, parse

DEFAULTS = {
    "title": "Who our customers are, and what to do next",
    "organisation": None,  # shown above the title
    "currency": None,  # ISO code, for example EUR
    "locale": "en",  # separators of numbers: see wording.numbers
    "colours": COLOURS,  # of the segments, in display order
    "audiences": (),  # what write_audiences returned: the cards link to these
    "audiences_folder": "audiences",  # relative to the report
    "map_customers": 1200,  # dots on the map of customers
    "sure_confidence": 0.8,  # from here on a placement counts as sure
    "border_confidence": 0.6,  # below this it counts as borderline
    "at_risk_r_score": 2,  # recency scores up to this count as gone quiet
    "minimum_cell_size": 10,  # customers from which the money of a part is shown
    # Share of the median margin by which another segment must be ahead, as in the build
    "hysteresis_margin_share": 0.0,
    "months": 24,  # months shown in charts over time
    "versions": {},  # software and its version, shown under Method
    "wording": {},  # section id -> {"title": ..., "question": ...}
}


def with_defaults(settings: Mapping) -> dict:
    """The settings, completed and judged.

    Raises
    ------
    ValueError
        For a setting that does not exist, a colour that is not #rrggbb, or a share
        that is not between 0 and 1.
    """
    unknown = sorted(set(settings) - set(DEFAULTS))
    if unknown:
        raise ValueError(
            f"report setting {unknown[0]!r} does not exist: use {', '.join(DEFAULTS)}"
        )
    given = {name: value for name, value in settings.items() if value is not None}
    found = {**DEFAULTS, **given}
    found["colours"] = tuple(found["colours"]) or COLOURS
    for colour in found["colours"]:
        parse(colour)
    for name in ("sure_confidence", "border_confidence"):
        if not 0 <= float(found[name]) <= 1:
            raise ValueError(
                f"report setting {name!r} is {found[name]!r}: use a share, 0 to 1"
            )
    return found
