"""A flow drawing: bands from last month's segments to today's, as inline SVG."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup, escape

WIDTH, HEIGHT, GAP, BAR = 440, 330, 10, 14
LEFT, RIGHT, TOP = 92, 348, 10
MIDDLE = (LEFT + BAR + RIGHT) / 2


def draw_ribbons(
    *,
    flows: list[tuple[int, int, int]],
    letters: dict[int, str],
    after: dict[int, int],
    name: str,
    label: str,
    count: Callable[[int], str],
) -> Markup:
    """Bands between two columns of segments; those who stayed are drawn faintly.

    Parameters
    ----------
    flows : list of (from, to, customers)
        Segment numbers, in display order.
    letters : dict
        Segment number to the letter shown beside it.
    after : dict
        Segment number to its customers now, new ones too: the numbers on the right.
    """
    numbers = sorted(letters)
    total = sum(size for _, _, size in flows) or 1
    scale = (HEIGHT - 2 * TOP - GAP * (len(numbers) - 1)) / total
    left, left_marks = _column(numbers, flows, side=0, scale=scale)
    right, right_marks = _column(numbers, flows, side=1, scale=scale)
    bands, strong = [], []
    for old, new, size in flows:
        thick = size * scale
        y0, y1 = left[old], right[new]
        left[old], right[new] = y0 + thick, y1 + thick
        x0, x1 = LEFT + BAR, RIGHT
        path = (
            f"M{x0} {y0:.1f}C{MIDDLE} {y0:.1f} {MIDDLE} {y1:.1f} {x1} {y1:.1f}"
            f"V{y1 + thick:.1f}C{MIDDLE} {y1 + thick:.1f} {MIDDLE} {y0 + thick:.1f} "
            f"{x0} {y0 + thick:.1f}Z"
        )
        opacity = "0.16" if old == new else "0.62"
        shape = f'<path d="{path}" fill="var(--s{old})" opacity="{opacity}"/>'
        (bands if old == new else strong).append(shape)
    marks = []
    for x, side, anchor, places in (
        (LEFT, LEFT - 8, "end", left_marks),
        (RIGHT, RIGHT + BAR + 8, "start", right_marks),
    ):
        for number, (top, size) in places.items():
            height = max(size * scale, 1)
            if anchor == "start":
                size = after[number]
            marks.append(
                f'<rect x="{x}" y="{top:.1f}" width="{BAR}" height="{height:.1f}" '
                f'fill="var(--s{number})"/><text x="{side}" '
                f'y="{top + height / 2 + 4:.1f}" text-anchor="{anchor}" '
                f'font-size="13" fill="var(--ink)"><tspan font-weight="bold">'
                f"{escape(letters[number])}</tspan> {escape(count(size))}</text>"
            )
    return Markup(
        f'<svg id="{name}" class="chart" role="img" aria-label="{escape(label)}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(bands + strong + marks)}</svg>'
    )


def _column(numbers, flows, *, side, scale):
    """Where each segment's band starts, and its top and size, down one column."""
    sizes = {n: sum(flow[2] for flow in flows if flow[side] == n) for n in numbers}
    starts, marks, y = {}, {}, float(TOP)
    for number in numbers:
        starts[number] = y
        marks[number] = (y, sizes[number])
        y += sizes[number] * scale + GAP
    return starts, marks
