"""The report: one self-contained HTML file drawn from the published tables."""

from segmentation.report.render import render_report

__all__ = ["render_report"]
