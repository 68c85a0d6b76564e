"""The map: where customers are drawn, worked out by hand."""

import re

import numpy as np

from report_fixture import make_tables
from segmentation.report import render_report
from segmentation.report.model.cloud import principal_components


def test_principal_components_of_a_line_and_its_breadth():
    along, across = np.array([3.0, 4.0]) / 5, np.array([-4.0, 3.0]) / 5
    steps = np.array([[-3, -1], [-3, 1], [3, -1], [3, 1]], float)
    points, shares, loadings = principal_components(steps @ [along, across] + [7, -2])
    # The largest loading of each is positive.
    np.testing.assert_allclose(loadings, [along, -across])
    np.testing.assert_allclose(points, steps * [1, -1], atol=1e-12)
    np.testing.assert_allclose(shares, [0.9, 0.1])


def test_the_map_fills_its_frame():
    html = render_report(tables=make_tables(count=300), settings={})
    drawn = html.split('id="chart-map"')[1].split("</svg>")[0]
    dots = np.array(re.findall(r"M(-?\d+) (-?\d+)h0", drawn), dtype=int)
    assert len(dots) > 100
    assert dots.min(axis=0).tolist() == [14, 14]
    assert dots.max(axis=0).tolist() == [520 - 14, 400 - 14]
