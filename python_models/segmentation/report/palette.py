"""Colours of the segments, made readable, and the style sheet rules they need.

The page's content security policy allows no style attributes: every width and
colour is a class whose rule is written into the one hashed style element.
"""

from __future__ import annotations

import re

# Each has a contrast of 4.5 or more with white. Letters accompany colours
# everywhere, so that nothing depends on telling two hues apart.
COLOURS = (
    "#0b6e4f",
    "#1f6fb2",
    "#b45f06",
    "#7a5195",
    "#b0305c",
    "#0a6c78",
    "#756300",
    "#4f5bc4",
    "#8a4b2a",
    "#3f6b1f",
)
GREYS = ("#5d6675", "#767676")
WHITE = "#ffffff"
DARK_CARD = "#18202b"
CONTRAST = 4.5  # WCAG 2 AA for text


def parse(colour: str) -> tuple[int, int, int]:
    """Red, green and blue (0 to 255) of '#rrggbb'.

    Raises
    ------
    ValueError
        For anything else: a colour goes into the style sheet as it is.
    """
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", str(colour)):
        raise ValueError(
            f"report setting 'colours' has {colour!r}: write colours as #rrggbb"
        )
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    linear = []
    for channel in parse(colour):
        value = channel / 255
        linear.append(
            value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        )
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str, *, on: str) -> str:
    """`colour`, shifted away from `on` just until text in it can be read there."""
    target = 0 if luminance(on) > 0.18 else 255
    channels = parse(colour)
    for step in range(101):
        mixed = "#" + "".join(
            f"{round(c + (target - c) * step / 100):02x}" for c in channels
        )
        if contrast(mixed, on) >= CONTRAST:
            return mixed
    raise ValueError(f"no readable shade of {colour!r} on {on!r}")


def segment_colours(
    *, clustered: list[bool], colours: tuple[str, ...] = COLOURS
) -> list[str]:
    """One colour a segment: hues for clustered ones in order, greys for the rest.

    Every colour returned carries white text (contrast of 4.5 or more).
    """
    hues, greys, found = 0, 0, []
    for is_clustered in clustered:
        if is_clustered:
            colour, hues = colours[hues % len(colours)], hues + 1
        else:
            colour, greys = GREYS[greys % len(GREYS)], greys + 1
        found.append(readable(colour, on=WHITE))
    return found


class Rules:
    """Collects the style rules that depend on the data; each gets a class name."""

    def __init__(self) -> None:
        self._rules: dict[str, str] = {}

    def width(self, share: float) -> str:
        """Class of an element that is `share` (0 to 1) of its parent wide."""
        tenths = round(min(max(float(share), 0.0), 1.0) * 1000)
        self._rules[f"w{tenths}"] = f".w{tenths}{{width:{tenths / 10:g}%}}"
        return f"w{tenths}"

    def grow(self, share: float) -> str:
        """Class of a flex item that takes its part of the row by `share`."""
        tenths = max(1, round(float(share) * 1000))
        self._rules[f"g{tenths}"] = f".g{tenths}{{flex-grow:{tenths}}}"
        return f"g{tenths}"

    def tint(self, strength: float) -> str:
        """Class of a cell tinted by its segment's colour, 6 to 40 per cent."""
        level = 6 + round(34 * min(max(float(strength), 0.0), 1.0))
        self._rules[f"m{level}"] = f".m{level}{{--m:{level}%}}"
        return f"m{level}"

    def add(self, name: str, rule: str) -> None:
        """Any other rule: never with text from the data."""
        self._rules[name] = rule

    def css(self) -> str:
        """All rules, in a fixed order."""
        return "\n".join(self._rules[name] for name in sorted(self._rules))


def colour_css(colours: list[str]) -> str:
    """Rules of the segment classes: --c under white text, --ct as text or line."""
    light = [f".c{n}{{--c:{c};--ct:{c}}}" for n, c in enumerate(colours)] + [
        ":root{" + "".join(f"--s{n}:{c};" for n, c in enumerate(colours)) + "}"
    ]
    dark = [
        f".c{n}{{--ct:{readable(c, on=DARK_CARD)}}}" for n, c in enumerate(colours)
    ] + [
        ":root{"
        + "".join(f"--s{n}:{readable(c, on=DARK_CARD)};" for n, c in enumerate(colours))
        + "}"
    ]
    wrapped = "\n".join(dark)
    return (
        "\n".join(light)
        + f"\n@media screen and (prefers-color-scheme:dark){{\n{wrapped}\n}}"
    )
