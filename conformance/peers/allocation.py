"""Peers of the sourcing planner: `allocation.py SOLVER FILE [--seconds S] [--gap EUR]`

SOLVER: `highs_lp` and `glop` (linear: crates may be cut), `highs_mip` and `cpsat` (whole crates),
`mcf` (OR-tools' flow of least cost: whole crates, but it cannot know of fair shares).

FILE holds the problem, as Carreau writes it, in one JSON object:

    {"name": str,
     "farms": [{"id": str,
                "target": number,          its fair share of this run, EUR
                "base": number}],          counted for it before this run, EUR; may be 0
     "supplies": [{"id": int,
                   "farm": int,            index into farms
                   "crates": int}],        what there is, in whole packs
     "wants": [{"id": int,
                "crates": int,             asked, in whole packs
                "promised": bool,
                "price": number,           EUR a pack
                "supplies": [int, ...]}]}  indexes into supplies: those that may serve it

The aims, in strict order: (1) the most promised crates served; (2) the most crates served, or with
`--by-value` the most EUR of them; (3) the smallest of the largest |base + value brought - target|
over all farms. Each is sought on its own, and then is a condition of the next. `--seconds` is for
all of them together. `--gap`: the third is good enough this near to its bound.

Prints a JSON object: `name`, `peer`, `version`, `status` (of the last aim sought), `served` and
`promised` (crates), `value` and `deviation` (EUR, worked out again from the answer by `program`),
`bound` (EUR: no such answer deviates less; null where none is known), `seconds` and `cpu` (of the
solver's own work, all aims), `rows` and `cols` of its program. What was not found is null.
"""

import argparse
import importlib.metadata
import json
import os
import time

import flow
import program
import solvers

PEERS = {"highs_lp": solvers.Highs, "highs_mip": solvers.HighsWhole, "glop": solvers.Glop,
         "cpsat": solvers.CpSat, "mcf": flow.Flow}


class Watch:
    """Adds up the wall and processor seconds spent within it."""

    wall = cpu = 0.0

    def __enter__(self):
        self.began = time.perf_counter(), time.process_time()

    def __exit__(self, *_):
        self.wall += time.perf_counter() - self.began[0]
        self.cpu += time.process_time() - self.began[1]


def in_order(peer, aims, seconds, watch):
    """The answer to the last aim that could be sought in time, the earlier ones kept.

    Its bound is that of the last aim alone: an earlier one bounds something else.
    """
    last = solvers.Answer("not begun")
    for at, (is_most, costs) in enumerate(aims):
        left = seconds - watch.wall
        if left <= 0:
            return solvers.Answer("time limit", last.columns)
        with watch:
            answer = peer.aim(is_most, costs, left)
        if answer.columns is None:
            return solvers.Answer(answer.status, last.columns)
        if at + 1 < len(aims):
            peer.keep(costs, answer.value)
            answer.bound = None
        last = answer
    return last


def solve(name, model, seconds, gap, by_value):
    """What a peer reaches on a model, as it is printed."""
    kind, watch = PEERS[name], Watch()
    task = program.Program(model, kind.SCALE)
    peer = kind(task, gap)
    answer = in_order(peer, task.aims(by_value), seconds, watch)
    worth = dict.fromkeys(["served", "promised", "value", "deviation"])
    if answer.columns is not None:
        crates = [round(n) if kind.IS_WHOLE else n for n in answer.columns]
        worth = program.judge(model, dict(zip(task.pairs, crates)), kind.IS_WHOLE)
    bound = None if answer.bound is None else round(answer.bound / kind.SCALE, 4)
    return {"name": model["name"], "peer": name,
            "version": importlib.metadata.version(kind.PACKAGE),
            "status": answer.status, **worth, "bound": bound,
            "seconds": round(watch.wall, 4), "cpu": round(watch.cpu, 4),
            "rows": len(task.rows), "cols": len(task.upper)}


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("solver", choices=PEERS)
    words.add_argument("file")
    words.add_argument("--seconds", type=float, default=60)
    words.add_argument("--gap", type=float, metavar="EUR")
    words.add_argument("--by-value", action="store_true")
    given = words.parse_args()
    with open(given.file) as file:
        model = json.load(file)
    # HiGHS greets on the standard output, whatever it is told: there the answer stands alone.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    answer = solve(given.solver, model, given.seconds, given.gap, given.by_value)
    print(json.dumps(answer), file=out, flush=True)


if __name__ == "__main__":
    main()
