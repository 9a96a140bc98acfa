"""Peers of the sourcing planner: `allocation.py SOLVER FILE [--seconds S] [--gap EUR]`

SOLVER: `highs_lp` and `glop` (linear: packs may be cut), `highs_mip` and `cpsat` (whole packs).
FILE: problems as Carreau writes them, one a line (`README.md` tells what stands in them).

The aims are sought in the order of the problem, each on its own, and then are conditions of the
next, without tolerance; but for the fair share, from which those after it may move a farm as far as
the problem says. `splits_and_trips` and the most farms of a line are left out: what is proven
without them holds with them. `--seconds` is for all aims together. `--gap`: a fair share is good
enough this near to its bound.

Prints an object of JSON a problem, with the keys of `carreau bench sourcing --json` where they mean
the same: `name`, `lines`, `offers`, `aims`, each with `aim`, `value`, `bound` (no answer is better
while the aims before stand; null where none is known), `gap`, and beside it `status`, `seconds` and
`cpu` (the solver's own work). Then `peer`, `version`, `seconds` and `cpu` of all aims, `rows` and
`cols` of its program. Values are the solver's own; whole answers are judged (`judge.judge`).
"""

import argparse
import importlib.metadata
import json
import os
import time

import judge
import program
import solvers

PEERS = {"highs_lp": solvers.Highs, "highs_mip": solvers.HighsWhole, "glop": solvers.Glop,
         "cpsat": solvers.CpSat}


class Watch:
    """Adds up the wall and processor seconds spent within it."""

    wall = cpu = 0.0

    def __enter__(self):
        self.began = time.perf_counter(), time.process_time()

    def __exit__(self, *_):
        self.wall += time.perf_counter() - self.began[0]
        self.cpu += time.process_time() - self.began[1]

    def told(self):
        return {"seconds": round(self.wall, 4), "cpu": round(self.cpu, 4)}


def in_order(peer, task, seconds, reached):
    """What is reached of each aim that could be sought in time, and the last answer's columns."""
    told, columns, spent = [], None, 0.0
    for aim in task.aims():
        watch = Watch()
        if seconds <= spent:
            return told, columns, "time limit"
        with watch:
            peer.rows(aim.rows)
            answer = peer.seek(aim, seconds - spent)
        spent += watch.wall
        value, bound = aim.told(answer.value), aim.told(answer.bound)
        gap = None if None in (value, bound) else abs(bound - value)
        told.append({"aim": aim.code, "value": value, "bound": bound, "gap": gap,
                     "status": answer.status, **watch.told()})
        if answer.columns is None:
            return told, columns, answer.status
        columns = answer.columns
        peer.keep(aim, task.kept(aim, answer.value, reached.get(aim.code)))
    return told, columns, "done"


def check(task, model, columns, told, kind):
    """A whole answer holds, and serves what its solver says; else `judge.Wrong`.

    The fair share is not looked at: later aims may have moved it.
    """
    # A gram for each part of goods by weight, where a solver counts in fractions.
    slack = 0 if kind.IS_EXACT else len(task.pairs)
    found = judge.judge(model, task.parts(columns), slack)
    for one in told:
        is_sum = one["aim"] in ("promises", "served") and one["value"] is not None
        if is_sum and abs(found[one["aim"]] - one["value"]) > slack:
            raise judge.Wrong(f"{one['aim']} is {found[one['aim']]}, not {one['value']}")


def solve(name, model, seconds, gap, reached=None):
    """What a peer reaches on a model, as it is printed.

    `reached`: aim -> what another plan came to. An aim is then kept as far as that plan keeps it,
    so that every bound holds for it.
    """
    kind, lines = PEERS[name], len(model["wants"])
    model = program.merged(model)
    task = program.Program(model, kind.IS_EXACT)
    watch = Watch()
    peer = kind(task, gap)
    told, columns, status = in_order(peer, task, seconds, reached or {})
    if columns is not None and not kind.MAY_CUT:
        check(task, model, columns, told, kind)
    watch.wall = sum(one["seconds"] for one in told)
    watch.cpu = sum(one["cpu"] for one in told)
    return {"name": model["name"], "lines": lines, "offers": len(model["supplies"]), "aims": told,
            "peer": name, "version": importlib.metadata.version(kind.PACKAGE), "status": status,
            **watch.told(), "rows": len(task.rows), "cols": len(task.upper)}


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("solver", choices=PEERS)
    words.add_argument("file")
    words.add_argument("--seconds", type=float, default=60)
    words.add_argument("--gap", type=float, metavar="EUR")
    given = words.parse_args()
    # HiGHS greets on the standard output, whatever it is told: there the answer stands alone.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for model in program.read(given.file):
        answer = solve(given.solver, model, given.seconds, given.gap)
        print(json.dumps(answer), file=out, flush=True)


if __name__ == "__main__":
    main()
