"""Rounds with time windows as Solomon and Homberger wrote them, read and judged.

The convention is that of the 12th DIMACS challenge: distances and times have one decimal, what is
behind it is cut off; a plan costs its distance alone, and any number of vehicles up to the given
one is free. Everything here counts in tenths, so that all numbers are whole.
"""

import math
import pathlib
from dataclasses import dataclass


class Wrong(Exception):
    """A file that is no instance, or a plan that is no solution; the message says why."""


@dataclass(frozen=True)
class Stop:
    """A customer, or the depot as stop 0. Times in tenths, demand in units of the capacity."""

    x: int
    y: int
    demand: int
    ready: int
    due: int
    service: int


@dataclass(frozen=True)
class Instance:
    """What is asked. `distances[i][j]`: tenths from stop i to stop j, which is also the time."""

    name: str
    vehicles: int
    capacity: int
    stops: list[Stop]
    distances: list[list[int]]


def read(path):
    """The instance in a file of the classical format. Errors: `Wrong`."""
    lines = [line.split() for line in pathlib.Path(path).read_text().splitlines()]
    rows = [row for row in map(whole, lines) if row]
    name = next((line[0] for line in lines if line), "")
    if not rows or len(rows[0]) != 2 or any(len(row) != 7 for row in rows[1:]):
        raise Wrong(f"{path}: not a name, a fleet of two numbers and stops of seven")
    if [row[0] for row in rows[1:]] != list(range(len(rows) - 1)):
        raise Wrong(f"{path}: stops are not numbered from 0")
    (vehicles, capacity), stops = rows[0], [stop(row) for row in rows[1:]]
    return Instance(name, vehicles, capacity, stops, distances(stops))


def whole(words):
    """The words as whole numbers; nothing if one of them is none (a heading, an empty line)."""
    try:
        return [int(word) for word in words]
    except ValueError:
        if words and all(number(word) for word in words):
            raise Wrong(f"not in whole numbers: {' '.join(words)}") from None
        return []


def number(word):
    return word.replace(".", "", 1).isdigit()


def stop(row):
    _, x, y, demand, ready, due, service = row
    return Stop(x, y, demand, 10 * ready, 10 * due, 10 * service)


def distances(stops):
    """Straight lines in tenths, cut off: by whole numbers, so that no rounding comes into it."""
    return [[math.isqrt(100 * ((a.x - b.x) ** 2 + (a.y - b.y) ** 2)) for b in stops]
            for a in stops]


def cost(instance, routes):
    """Tenths of distance of a plan, each route a list of stops without the depot.

    Errors: `Wrong` unless every stop is served once, in time, with enough room and vehicles.
    """
    served = sorted(at for route in routes for at in route)
    if served != list(range(1, len(instance.stops))):
        raise Wrong("not every stop is served once")
    if len(routes) > instance.vehicles:
        raise Wrong(f"{len(routes)} vehicles, {instance.vehicles} there are")
    return sum(length(instance, route) for route in routes)


def length(instance, route):
    """Tenths of distance of one route. Errors: `Wrong` if it is overloaded or late."""
    stops, distances = instance.stops, instance.distances
    if not route:
        raise Wrong("a route without a stop")
    if sum(stops[at].demand for at in route) > instance.capacity:
        raise Wrong(f"overloaded: {route}")
    driven, before, leaves = 0, 0, stops[0].ready
    for at in [*route, 0]:
        driven += distances[before][at]
        begins = max(leaves + distances[before][at], stops[at].ready)
        if begins > stops[at].due:
            raise Wrong(f"late at stop {at}: {route}")
        before, leaves = at, begins + stops[at].service
    return driven
