"""A treemap as SVG: rectangles whose areas are quantities (Bruls, Huizing, van Wijk: Squarified Treemaps, 2000)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, HEAD = 1200.0, 800.0, 40.0


@dataclass(frozen=True)
class Box:
    """A rectangle to draw: `group` chooses its colour, `note` is shown on pointing at it."""

    label: str
    group: str
    size: float
    note: str = ""


@dataclass(frozen=True)
class Place:
    """Where a rectangle is."""

    x: float
    y: float
    width: float
    height: float


def layout(sizes: Sequence[float], space: Place) -> list[Place]:
    """Places for sizes, which fall and add up to the space's area."""
    places: list[Place] = []
    rest = list(sizes)
    while rest:
        side = min(space.width, space.height)
        taken = 1
        while taken < len(rest) and _worst(rest[: taken + 1], side) <= _worst(rest[:taken], side):
            taken += 1
        row, rest = rest[:taken], rest[taken:]
        depth = sum(row) / side
        offset = 0.0
        for size in row:
            if space.width >= space.height:
                places.append(Place(space.x, space.y + offset, depth, size / depth))
            else:
                places.append(Place(space.x + offset, space.y, size / depth, depth))
            offset += size / depth
        if space.width >= space.height:
            space = Place(space.x + depth, space.y, space.width - depth, space.height)
        else:
            space = Place(space.x, space.y + depth, space.width, space.height - depth)
    return places


def _worst(row: Sequence[float], side: float) -> float:
    """The worst aspect ratio in a row laid along a side."""
    whole = sum(row)
    return max(max(side**2 * size / whole**2, whole**2 / (side**2 * size)) for size in row)


def svg(boxes: Sequence[Box], title: str, colours: dict[str, str]) -> str:
    """The picture. Groups are drawn in the order and colours of `colours`."""
    shown = sorted((box for box in boxes if box.size > 0), key=lambda box: -box.size)
    scale = WIDTH * HEIGHT / sum(box.size for box in shown)
    places = layout([box.size * scale for box in shown], Place(0, HEAD, WIDTH, HEIGHT))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT + HEAD:g}" font-family="sans-serif">',
        f'<text x="4" y="26" font-size="18">{escape(title)}</text>',
    ]
    for number, (group, colour) in enumerate(colours.items()):
        at = WIDTH - 110 * (len(colours) - number)
        parts.append(f'<rect x="{at:g}" y="12" width="14" height="14" fill="{colour}"/>')
        parts.append(f'<text x="{at + 19:g}" y="24" font-size="14">{escape(group)}</text>')
    for box, place in zip(shown, places, strict=True):
        fill = colours[box.group]
        parts.append(
            f'<g><title>{escape(f"{box.label}: {box.note}")}</title><rect x="{place.x:.1f}" y="{place.y:.1f}" '
            f'width="{place.width:.1f}" height="{place.height:.1f}" fill="{fill}" stroke="white"/>'
        )
        size = min(16.0, place.height * 0.6, 1.7 * place.width / max(len(box.label), 1))
        if size >= 5:
            x, y = place.x + place.width / 2, place.y + place.height / 2
            parts.append(
                f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.1f}" text-anchor="middle" '
                f'dominant-baseline="central">{escape(box.label)}</text>'
            )
        parts.append("</g>")
    return "\n".join([*parts, "</svg>"]) + "\n"
