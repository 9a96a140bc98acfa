"""Carreau's sourcing beside other solvers, in tables: `sourcing.py DIR... [--week W]`

For each folder of data (`carreau generate` makes them) runs `carreau bench sourcing DIR --json
--plan --model FILE`, gives the same problems to the peers, and counts the values of each plan again
from the problem alone. Prints for each aim what Carreau reached and what the peers reach and prove;
then the time of each; then whether the goals are met.

`--peers` names other ones than `highs_lp,glop,highs_mip,cpsat`, `--seconds` is what each has for a day. The
program is `target/release/carreau`, else the debug one, or what `--carreau` names. `--told RESULTS
MODELS` takes what was written before in place of a folder.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import allocation
import judge
import program

ROOT = pathlib.Path(__file__).parents[2]
# At most so many lines are planned in so many milliseconds.
GOALS = ((4_500, 100), (45_000, 300))
# How an aim is told: name, unit, what of Carreau's own unit makes one of it.
SHOWN = {"promises": ("promises", "kg", 1000), "served": ("served", "kg", 1000),
         "fair_share": ("farthest from a fair share", "€", 100), "income": ("income", "€", 100),
         "splits_and_trips": ("splits and poor trips", "", 1),
         "kilometres": ("way of the farms", "km", 1000)}

MOST = ("promises", "served", "income")


def carreau():
    """The program, where it was compiled."""
    made = [ROOT / "target" / kind / "carreau" for kind in ("release", "debug")]
    return next((str(path) for path in made if path.exists()), "carreau")


def days_of(lines):
    """Each planned day by its name, of what Carreau prints: a week a line, and a total."""
    return {day["name"]: day for line in lines for day in json.loads(line).get("days", [])}


def planned(command, folder, week):
    """What Carreau makes of a folder: its days, and the problem of each."""
    with tempfile.TemporaryDirectory(prefix="carreau-peers-") as scratch:
        models = pathlib.Path(scratch, "models")
        words = [command, "bench", "sourcing", folder, "--json", "--plan", "--model", str(models)]
        words += ["--week", week] if week else []
        # It says seconds of the processor by itself; `cpu_clock` would stop its database's waits.
        clean = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
        told = subprocess.run(words, check=True, text=True, stdout=subprocess.PIPE, env=clean)
        return days_of(told.stdout.splitlines()), program.read(models)


class Beside:
    """A day of Carreau's with what its peers say of the same problem."""

    def __init__(self, day, model, peers, seconds):
        self.day, self.model = day, model
        self.aims = {one["aim"]: one for one in day["aims"]}
        near = model["tolerance"] / program.EURO
        reached = {aim: one["value"] for aim, one in self.aims.items()}
        self.peers = {name: allocation.solve(name, model, seconds, near, reached)
                      for name in peers}
        self.wrong = self.recounted()

    def recounted(self):
        """What the judge finds otherwise than Carreau says; None without a plan to look at."""
        if "plan" not in self.day:
            return None
        try:
            found = judge.judge(self.model, judge.by_code(self.model, self.day["plan"]))
        except judge.Wrong as wrong:
            return [str(wrong)]
        said = {aim: one["value"] for aim, one in self.aims.items()}
        return [f"{aim}: {said[aim]}, counted {found[aim]}" for aim in said
                if said[aim] != found[aim]]

    def ms(self, what):
        """Of the processor where that is known and was long enough to be counted."""
        return self.day.get(f"{what}_cpu_ms") or self.day[f"{what}_ms"]

    def of_peer(self, peer, aim):
        told = self.peers.get(peer, {"aims": []})["aims"]
        return next((one for one in told if one["aim"] == aim), {})

    def bound(self, aim):
        """The nearest bound that is proven for plans as good as ours in the aims before."""
        bounds = [self.of_peer(peer, aim).get("bound") for peer in self.peers]
        bounds = [bound for bound in bounds if bound is not None]
        return (min if aim in MOST else max)(bounds, default=None)

    def apart(self, aim):
        """How far Carreau is from the bound; below zero it would be beyond it."""
        bound = self.bound(aim)
        if bound is None:
            return None
        value = self.aims[aim]["value"]
        return bound - value if aim in MOST else value - bound

    def beyond(self):
        """Aims that are better than what is proven: then the two problems are not the same. A unit
        may be rounding, and a peer may be off by the millionth part."""
        apart = {aim: self.apart(aim) or 0 for aim in self.aims}
        return [aim for aim, by in apart.items() if -by > 1 + self.aims[aim]["value"] / 10**6]


def shown(value, aim):
    if value is None:
        return "–"
    _, unit, of = SHOWN[aim]
    number = f"{value:,}" if of == 1 else f"{value / of:,.{2 if of == 100 else 3}f}"
    return f"{number} {unit}".strip()


def row_of(days, aim):
    """Sums over days; of fair shares the day that is farthest from its bound."""
    has = [day for day in days if aim in day.aims]
    if aim == "fair_share":
        has = [max(has, key=lambda day: (day.apart(aim) or 0, day.aims[aim]["value"]))]

    def total(values):
        values = list(values)
        return None if None in values else sum(values)

    peers = [total(day.of_peer(peer, aim).get("value") for day in has) for peer in days[0].peers]
    own = [total(day.aims[aim][key] for day in has) for key in ("value", "bound")]
    bound, apart = (total(what(day, aim) for day in has) for what in (Beside.bound, Beside.apart))
    return [*own, *peers, bound, apart]


def values(packs, peers):
    """The table of values, its heading first."""
    yield ["pack", "days", "lines", "aim", "Carreau", "its bound", *peers, "bound of peers",
           "apart"]
    for name, days in packs.items():
        lines = sum(day.day["lines"] for day in days)
        for aim in days[0].aims:
            cells = [shown(cell, aim) for cell in row_of(days, aim)]
            yield [name, str(len(days)), f"{lines:,}", SHOWN[aim][0], *cells]


def times(packs, peers):
    """The table of times: milliseconds of the processor for a day, the slowest of the pack."""
    yield ["pack", "lines of the largest day", "Carreau, ms", "verified, ms",
           *[f"{peer}, ms to the fair share (to the end)" for peer in peers],
           *[f"{peer} in time" for peer in peers]]
    for name, days in packs.items():
        own = [max(day.ms(what) for day in days) for what in ("plan", "verify")]
        theirs = [slowest([day.peers[peer] for day in days]) for peer in peers]
        done = [sum(is_done(day.peers[peer]) for day in days) for peer in peers]
        yield [name, f"{max(day.day['lines'] for day in days):,}",
               *[f"{ms:,.1f}" for ms in own], *theirs,
               *[f"{count} of {len(days)}" for count in done]]


def slowest(answers):
    """Of a peer's days: to the fair share, and to the end of what it sought in time."""
    def fair(answer):
        order = [one["aim"] for one in answer["aims"]]
        count = order.index("fair_share") + 1 if "fair_share" in order else len(order)
        return sum(one["cpu"] for one in answer["aims"][:count])

    both = max(map(fair, answers)), max(answer["cpu"] for answer in answers)
    return "{:,.0f} ({:,.0f})".format(*(1000 * seconds for seconds in both))


def is_done(answer):
    """Every aim was sought to its end."""
    return answer["status"] == "done" and all(one["status"] == "optimal" for one in answer["aims"])


def goals(packs):
    """Pack, what is asked, and whether it is met."""
    for name, days in packs.items():
        yield name, "every value is as counted again", recount_of(days)
        yield name, "no value is beyond a bound", first_of(days, Beside.beyond)
        yield name, "every aim above the fair share at its optimum", verdict(map(at_best, days))
        yield name, "fair share within half a dearest crate of its bound", verdict(map(near, days))
        largest = max(day.day["lines"] for day in days)
        slowest = max(day.ms("plan") for day in days)
        limit = next((limit for most, limit in GOALS if largest <= most), None)
        if limit is not None:
            met = "yes" if slowest <= limit else "no"
            yield name, f"planned within {limit} ms", f"{met} ({slowest:.1f} ms)"


def recount_of(days):
    if any(day.wrong is None for day in days):
        return "not looked at"
    return first_of(days, lambda day: day.wrong)


def first_of(days, faults):
    """The first fault, if there is one."""
    found = [f"no: {day.day['name']} {one}" for day in days for one in faults(day)]
    return found[0] if found else "yes"


def at_best(day):
    order = day.model["aims"]
    above = order[:order.index("fair_share")] if "fair_share" in order else order[:2]
    # A peer does not seek what nobody asked for.
    apart = [day.apart(aim) for aim in above if day.aims[aim]["bound"]]
    return None if None in apart else max(apart, default=0) <= 0


def near(day):
    apart = day.apart("fair_share") if "fair_share" in day.aims else 0
    return None if apart is None else apart <= day.model["tolerance"] / program.CENT


def verdict(met):
    met = list(met)
    if None in met:
        return "not known"
    return "yes" if all(met) else f"no, on {met.count(False)} of {len(met)} days"


def table(rows):
    rows = [[str(cell) for cell in row] for row in rows]
    for at, row in enumerate(rows):
        print(f"| {' | '.join(row)} |")
        if at == 0:
            print("|" + "---|" * len(row))
    print()


def packs_of(given, peers):
    sources = [(pathlib.Path(folder).name, *planned(given.carreau, folder, given.week))
               for folder in given.folders]
    for results, models in given.told:
        days = days_of(pathlib.Path(results).read_text().splitlines())
        sources.append((pathlib.Path(results).stem, days, program.read(models)))
    packs = {}
    for name, days, models in sources:
        packs[name] = []
        for model in models:
            print(f"{name} {model['name']}", file=sys.stderr)
            packs[name].append(Beside(days[model["name"]], model, peers, given.seconds))
    return {name: days for name, days in packs.items() if days}


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("folders", nargs="*", metavar="DIR")
    words.add_argument("--told", nargs=2, action="append", default=[],
                       metavar=("RESULTS", "MODELS"))
    words.add_argument("--week")
    words.add_argument("--peers", default="highs_lp,glop,highs_mip,cpsat",
                       type=lambda text: text.split(","))
    words.add_argument("--seconds", type=float, default=20, help="of a peer for a day")
    words.add_argument("--carreau", default=carreau(), metavar="PROGRAM")
    given = words.parse_args()
    unknown = set(given.peers) - allocation.PEERS.keys()
    if unknown or not (given.folders or given.told):
        words.error(f"no peer is called {unknown.pop()}" if unknown else "no folder is named")
    # HiGHS greets on the standard output, whatever it is told.
    out = os.dup(1)
    os.dup2(2, 1)
    packs = packs_of(given, given.peers)
    sys.stdout.flush()
    os.dup2(out, 1)
    table(values(packs, given.peers))
    table(times(packs, given.peers))
    table([["pack", "goal", "met"], *goals(packs)])


if __name__ == "__main__":
    main()
