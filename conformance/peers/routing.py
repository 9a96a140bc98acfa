"""Peers of the rounds planner: `routing.py pyvrp|ortools|vroom SECONDS FILE...`

Solves each file (see `solomon`) on one thread and prints a JSON object a line: `instance`, `cost`
(distance; null if the peer found no plan that holds), `vehicles`, `seconds` and `cpu` (of the
solver's own work; the matrices are made before), `peer`, `version`. A peer may stop before its time
is up. Each works as its makers recommend; PyVRP alone draws lots (`--seed`).
"""

import argparse
import datetime
import importlib.metadata
import json
import sys
import time

import solomon


def pyvrp(instance, seconds, seed):
    """Iterated local search with its own defaults, which its makers tuned for such instances."""
    from pyvrp import Model, solve
    from pyvrp.stop import MaxRuntime

    depot, *customers = instance.stops
    model = Model()
    places = [model.add_location(stop.x, stop.y) for stop in instance.stops]
    base = model.add_depot(places[0], tw_early=depot.ready, tw_late=depot.due)
    for place, stop in zip(places[1:], customers):
        model.add_client(place, delivery=stop.demand, service_duration=stop.service,
                         tw_early=stop.ready, tw_late=stop.due)
    model.add_vehicle_type(instance.vehicles, instance.capacity, base, base,
                           tw_early=depot.ready, tw_late=depot.due)
    for begin, row in zip(places, instance.distances):
        for end, distance in zip(places, row):
            model.add_edge(begin, end, distance, duration=distance)
    data = model.data()

    def routes(found):
        if not found.is_feasible():
            return []
        return [[visit.idx + 1 for visit in route if visit.is_client()]
                for route in found.best.routes()]

    # Without statistics, as its own command runs when it measures.
    return lambda: solve(data, MaxRuntime(seconds), seed=seed, collect_stats=False), routes


def ortools(instance, seconds, _):
    """Guided local search, which its makers call the best for rounds, after cheap insertions."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    count, horizon = len(instance.stops), instance.stops[0].due
    nodes = pywrapcp.RoutingIndexManager(count, instance.vehicles, 0)
    model = pywrapcp.RoutingModel(nodes)
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(instance.distances))
    durations = [[stop.service + distance for distance in row]
                 for stop, row in zip(instance.stops, instance.distances)]
    model.AddDimension(model.RegisterTransitMatrix(durations), horizon, horizon, False, "time")
    loads = model.RegisterUnaryTransitVector([stop.demand for stop in instance.stops])
    model.AddDimension(loads, 0, instance.capacity, True, "load")
    times = model.GetDimensionOrDie("time")
    for at, stop in enumerate(instance.stops[1:], start=1):
        times.CumulVar(nodes.NodeToIndex(at)).SetRange(stop.ready, stop.due)

    how = pywrapcp.DefaultRoutingSearchParameters()
    how.first_solution_strategy = (
        routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION)
    how.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH)
    how.time_limit.FromMilliseconds(round(1000 * seconds))

    def route(found, vehicle):
        at = found.Value(model.NextVar(model.Start(vehicle)))
        while not model.IsEnd(at):
            yield nodes.IndexToNode(at)
            at = found.Value(model.NextVar(at))

    def routes(found):
        vehicles = range(instance.vehicles) if found else []
        return [stops for vehicle in vehicles if (stops := list(route(found, vehicle)))]

    return lambda: model.SolveWithParameters(how), routes


def vroom(instance, seconds, _):
    """Its heuristics and local search at the level that its own command takes, the deepest."""
    import numpy
    import vroom as peer

    depot, *customers = instance.stops
    task = peer.Input()
    task.set_durations_matrix("car", numpy.array(instance.distances, dtype=numpy.uint32))
    open_hours = peer.TimeWindow(depot.ready, depot.due)
    task.add_vehicle([
        peer.Vehicle(number, start=0, end=0, capacity=[instance.capacity], time_window=open_hours)
        for number in range(instance.vehicles)])
    task.add_job([
        peer.Job(at, location=at, default_service=stop.service,
                 delivery=peer.Amount([stop.demand]),
                 time_windows=[peer.TimeWindow(stop.ready, stop.due)])
        for at, stop in enumerate(customers, start=1)])

    def routes(found):
        visits = found.routes[found.routes.type == "job"]
        return [[int(at) for at in route.id]
                for _, route in visits.groupby("vehicle_id", sort=False)]

    patience = datetime.timedelta(seconds=seconds)
    return lambda: task.solve(exploration_level=5, nb_threads=1, timeout=patience), routes


# Each prepares, and gives what is to be measured and what makes routes of the answer; with the name
# of its package.
PEERS = {"pyvrp": (pyvrp, "pyvrp"), "ortools": (ortools, "ortools"), "vroom": (vroom, "pyvroom")}


def measured(peer, instance, seconds, seed):
    """The routes of a peer, and the wall and processor seconds of its solving alone."""
    solve, routes = peer(instance, seconds, seed)
    wall, cpu = time.perf_counter(), time.process_time()
    found = solve()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return routes(found), wall, cpu


def judged(name, instance, seconds, seed):
    """What a peer reached, as it is printed."""
    peer, package = PEERS[name]
    routes, wall, cpu = measured(peer, instance, seconds, seed)
    try:
        cost = solomon.cost(instance, routes) / 10
    except solomon.Wrong as wrong:
        print(f"{instance.name}: {name}: {wrong}", file=sys.stderr)
        cost = None
    return {"instance": instance.name, "cost": cost, "vehicles": len(routes),
            "seconds": round(wall, 3), "cpu": round(cpu, 3), "peer": name,
            "version": importlib.metadata.version(package)}


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("solver", choices=PEERS)
    words.add_argument("seconds", type=float, help="wall seconds for each file")
    words.add_argument("files", nargs="+", metavar="FILE")
    words.add_argument("--seed", type=int, default=0)
    given = words.parse_args()
    for file in given.files:
        result = judged(given.solver, solomon.read(file), given.seconds, given.seed)
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
