"""The squarified treemap."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from buildlib.treemap import Box, Place, layout, svg


def test_areas_are_the_sizes_and_fill_the_space() -> None:
    sizes = [6.0, 6, 4, 3, 2, 2, 1]
    places = layout(sizes, Place(0, 0, 6, 4))
    assert [place.width * place.height for place in places] == pytest.approx(sizes)
    assert max(place.x + place.width for place in places) == pytest.approx(6)
    assert max(place.y + place.height for place in places) == pytest.approx(4)
    # The paper's own example: the first two share the left half.
    assert places[0] == Place(0, 0, 3, 2)
    assert places[1] == Place(0, 2, 3, 2)


def test_the_picture_is_xml_with_a_box_for_each_size() -> None:
    boxes = [Box("a<b", "c", 3, "three"), Box("small", "python", 1), Box("nothing", "c", 0)]
    root = ET.fromstring(svg(boxes, "title & all", {"c": "red", "python": "blue"}))
    titles = [title.text for title in root.iter("{http://www.w3.org/2000/svg}title")]
    assert titles == ["a<b: three", "small: "]
