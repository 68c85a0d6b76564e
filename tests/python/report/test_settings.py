"""Settings of the report: which are used, and which are refused."""

from __future__ import annotations

import pytest

from report_fixture import make_tables
from report_pages import page_of
from segmentation.report import render_report
from segmentation.report.settings import with_defaults

TABLES = make_tables(count=300)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"colour": "#000000"}, "'colour' does not exist"),
        ({"colours": ["blue"]}, "#rrggbb"),
        ({"sure_confidence": 80}, "a share, 0 to 1"),
        ({"locale": "klingon"}, "'locale' is 'klingon'"),
    ],
)
def test_settings_are_judged(settings, message):
    with pytest.raises(ValueError, match=message):
        render_report(tables=TABLES, settings=settings)


def test_a_share_is_between_nothing_and_all():
    for name in ("sure_confidence", "border_confidence"):
        for share in (0, 1):
            assert with_defaults({name: share})[name] == share
        for share in (-0.01, 1.01):
            with pytest.raises(ValueError, match=name):
                with_defaults({name: share})
    page = page_of({"revenue": [1.0]})
    assert (page.unless_few(5, 10), page.unless_few(5, 9)) == (5, None)
