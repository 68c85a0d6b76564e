"""A map of customers: two principal components of a sample, and how sure each is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from segmentation.report.model.page_model import used_features, vectors
from segmentation.report.page import Page

WIDTH, HEIGHT, MARGIN = 520, 400, 14
FEWEST = 10  # customers a map is drawn for
NAMED = 2  # features named on each axis
ROWS_AT_ONCE = 200_000


def build(page: Page) -> dict | None:
    """The map as SVG, and the shares of firm and borderline placements."""
    people = page.published.frame("customer_segments", "customer_id", "segment_id")
    features = used_features(page)
    if people is None or not features:
        return None
    if not {row["feature"] for row in features} <= set(people.columns):
        return None
    clustered = {face.segment_id for face in page.clustered}
    is_clustered = people["segment_id"].isin(clustered)
    sample = sampled(people, is_clustered, most=int(page.settings["map_customers"]))
    if len(sample) < FEWEST or len(features) < 2:
        return None
    points, shares, loadings = principal_components(vectors(sample, features))
    labels = {
        row["feature"]: row.get("feature_label") or row["feature"]
        for row in page.published.rows("segment_profiles", "feature")
    }
    axes = [
        {"share": share, "words": _words(loading, features, labels)}
        for share, loading in zip(shares, loadings, strict=True)
    ]
    return {
        "title": "Map of customers",
        "question": "Which segments lie next to each other, and how firm are the "
        "borders?",
        "svg": _draw(page, sample["segment_id"].to_numpy(), points),
        "sample": len(sample),
        "all": int(is_clustered.sum()),
        "dimensions": len(features),
        "axes": axes,
        "sure": _sure(page, people),
    }


def sampled(people: pd.DataFrame, is_wanted: pd.Series, *, most: int) -> pd.DataFrame:
    """At most `most` of the wanted, chosen by a hash of the key: not by row order."""
    keys = people["customer_id"][is_wanted].astype(str)
    # Some keys at a time: pandas makes Python texts of those it hashes.
    order = pd.concat(
        pd.util.hash_pandas_object(keys.iloc[first : first + ROWS_AT_ONCE], index=False)
        for first in range(0, max(len(keys), 1), ROWS_AT_ONCE)
    )
    first = order.nsmallest(most, keep="all")
    chosen = pd.DataFrame({"hash": first, "key": keys[first.index]})
    chosen = chosen.sort_values(["hash", "key"]).index[:most]
    return people.loc[chosen].sort_values("customer_id")


def principal_components(z: np.ndarray):
    """First two principal components.

    Returns
    -------
    tuple of (ndarray (n, 2), ndarray (2,), ndarray (2, d))
        Points, shares of the spread, loadings (the largest of each is positive).
    """
    centred = z - z.mean(axis=0)
    _, sizes, loadings = np.linalg.svd(centred, full_matrices=False)
    loadings = loadings[:2]
    largest = np.abs(loadings).argmax(axis=1)
    loadings = loadings * np.sign(loadings[np.arange(2), largest])[:, None]
    total = float((sizes**2).sum()) or 1.0
    return centred @ loadings.T, sizes[:2] ** 2 / total, loadings


def _words(loading, features, labels) -> str:
    """'orders ↑, days since last order ↓': what changes along an axis."""
    order = np.argsort(-np.abs(loading), kind="stable")[:NAMED]
    parts = []
    for index in order:
        name = str(labels.get(features[index]["feature"], features[index]["feature"]))
        value = features[index].get("category_value")
        name = f"{name} = {value}" if value is not None else name
        parts.append(f"{name} {'↑' if loading[index] > 0 else '↓'}")
    return ", ".join(parts)


def _draw(page: Page, segments: np.ndarray, points: np.ndarray) -> Markup:
    # Extremes are drawn at the edge rather than squeezing everybody else.
    low, high = np.quantile(points, [0.005, 0.995], axis=0)
    unit = (np.clip(points, low, high) - low) / np.where(high > low, high - low, 1)
    x = MARGIN + unit[:, 0] * (WIDTH - 2 * MARGIN)
    y = HEIGHT - MARGIN - unit[:, 1] * (HEIGHT - 2 * MARGIN)
    dots, marks = [], []
    for face in page.clustered:
        mine = segments == face.segment_id
        if not mine.any():
            continue
        # One path a segment: a move and a line of no length make a round dot.
        path = "".join(
            f"M{a:.0f} {b:.0f}h0" for a, b in zip(x[mine], y[mine], strict=True)
        )
        dots.append(f'<path d="{path}" stroke="var(--s{face.number})"/>')
        cx, cy = x[mine].mean(), y[mine].mean()
        colour = page.colours[face.number]
        marks.append(
            f'<circle cx="{cx:.0f}" cy="{cy:.0f}" r="12" fill="{colour}" '
            f'stroke="#fff" stroke-width="2"/><text x="{cx:.0f}" y="{cy + 4.5:.0f}" '
            'fill="#fff" font-size="13" font-weight="bold" text-anchor="middle">'
            f"{escape(face.letter)}</text>"
        )
    return Markup(
        '<svg id="chart-map" class="chart map" role="img" aria-label="Sampled '
        'customers as dots. Letters mark the middle of each segment." '
        f'viewBox="0 0 {WIDTH} {HEIGHT}"><g fill="none" stroke-width="5" '
        f'stroke-linecap="round">{"".join(dots)}</g>{"".join(marks)}</svg>'
    )


def _sure(page: Page, people: pd.DataFrame) -> list[dict]:
    """Shares of firm, fairly firm and borderline placements by segment."""
    if "confidence" not in people or people["confidence"].isna().all():
        return []
    high, low = (
        float(page.settings[name]) for name in ("sure_confidence", "border_confidence")
    )
    found = []
    for face in page.clustered:
        values = people.loc[people["segment_id"] == face.segment_id, "confidence"]
        values = values.dropna().astype(float)
        if not len(values):
            continue
        sure, unsure = (values >= high).mean(), (values < low).mean()
        fair = max(0.0, round(1 - sure - unsure, 9))
        parts = [("firm", sure), ("fairly firm", fair), ("borderline", unsure)]
        found.append(
            {
                "face": face,
                "parts": [
                    {
                        "name": name,
                        "share": float(share),
                        "css": css,
                        "grow": page.rules.grow(share) if share > 0 else None,
                    }
                    for (name, share), css in zip(
                        parts, ("m-a", "m-b", "m-c"), strict=True
                    )
                ],
            }
        )
    return found
