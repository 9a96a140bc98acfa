"""The sourcing model as a linear program, the same for every solver, and the judge of an answer.

Columns, in this order: for each pair of a want and a supply that may serve it the crates brought;
for each want the crates served; the largest deviation of a farm. A row bounds a sum of columns.
"""

import math
from dataclasses import dataclass, field


class Wrong(Exception):
    """An answer that breaks the model; the message says how."""


@dataclass
class Program:
    """`scale`: in how many parts of a euro the deviation is counted; above 1 all is whole."""

    model: dict
    scale: int = 1
    pairs: list = field(default_factory=list)
    upper: list = field(default_factory=list)
    rows: list = field(default_factory=list)

    def __post_init__(self):
        wants, supplies = self.model["wants"], self.model["supplies"]
        self.pairs = [(want, supply)
                      for want, one in enumerate(wants) for supply in one["supplies"]]
        self.upper = [min(wants[want]["crates"], supplies[supply]["crates"])
                      for want, supply in self.pairs]
        self.upper += [want["crates"] for want in wants] + [self.worst()]
        self.add_wants()
        self.add_supplies()
        self.add_farms()

    def served(self, want):
        """The column of the crates served of a want."""
        return len(self.pairs) + want

    def deviation(self):
        """The column of the largest deviation; the last one."""
        return len(self.upper) - 1

    def money(self, euros):
        return euros if self.scale == 1 else round(self.scale * euros)

    def worst(self):
        """No deviation is larger: of a farm that brings all that is wanted, or nothing."""
        wanted = sum(want["crates"] * want["price"] for want in self.model["wants"])
        off = max(abs(farm["base"] - farm["target"]) for farm in self.model["farms"])
        return math.ceil(self.scale * (wanted + off)) + 1

    def add_wants(self):
        sums = [[] for _ in self.model["wants"]]
        for column, (want, _) in enumerate(self.pairs):
            sums[want].append((column, 1))
        for want, entries in enumerate(sums):
            self.rows.append((0, 0, [*entries, (self.served(want), -1)]))

    def add_supplies(self):
        sums = [[] for _ in self.model["supplies"]]
        for column, (_, supply) in enumerate(self.pairs):
            sums[supply].append((column, 1))
        for supply, entries in zip(self.model["supplies"], sums):
            self.rows.append((0, supply["crates"], entries))

    def add_farms(self):
        """Two rows a farm: neither too much nor too little by more than the deviation."""
        sums = [[] for _ in self.model["farms"]]
        for column, (want, supply) in enumerate(self.pairs):
            price = self.money(self.model["wants"][want]["price"])
            sums[self.model["supplies"][supply]["farm"]].append((column, price))
        for farm, entries in zip(self.model["farms"], sums):
            share = self.money(farm["target"]) - self.money(farm["base"])
            self.rows.append((-math.inf, share, [*entries, (self.deviation(), -1)]))
            self.rows.append((share, math.inf, [*entries, (self.deviation(), 1)]))

    def aims(self, by_value):
        """What is sought, in this order: (whether the most of it, its columns with weights)."""
        wants = list(enumerate(self.model["wants"]))
        promised = [(self.served(at), 1) for at, want in wants if want["promised"]]
        served = [(self.served(at), self.money(want["price"]) if by_value else 1)
                  for at, want in wants]
        aims = [(True, promised), (True, served), (False, [(self.deviation(), 1)])]
        return [aim for aim in aims if aim[1]]


def judge(model, brought, is_whole):
    """What an answer is worth: `served` and `promised` crates, `value` and `deviation` in EUR.

    `brought`: (want, supply) -> crates. Errors: `Wrong` if a supply is overdrawn, a want served
    beyond what it asks or by another than it allows, or a crate is cut where none may be.
    """
    slack = 0 if is_whole else 1e-5
    wants, supplies = model["wants"], model["supplies"]
    left = [supply["crates"] for supply in supplies]
    served, value = [0] * len(wants), [farm["base"] for farm in model["farms"]]
    for (want, supply), crates in brought.items():
        if supply not in wants[want]["supplies"]:
            raise Wrong(f"want {want} may not be served by supply {supply}")
        if crates < -slack or is_whole and crates != int(crates):
            raise Wrong(f"{crates} crates of supply {supply}")
        left[supply] -= crates
        served[want] += crates
        value[supplies[supply]["farm"]] += crates * wants[want]["price"]
    if min(left, default=0) < -slack:
        raise Wrong(f"supply {left.index(min(left))} is overdrawn")
    for at, want in enumerate(wants):
        if served[at] > want["crates"] + slack:
            raise Wrong(f"want {at} is served {served[at]} of {want['crates']}")
    off = [abs(one - farm["target"]) for one, farm in zip(value, model["farms"])]
    return {"served": tidy(sum(served)),
            "promised": tidy(sum(n for n, want in zip(served, wants) if want["promised"])),
            "value": round(sum(n * want["price"] for n, want in zip(served, wants)), 2),
            "deviation": round(max(off), 2)}


def tidy(crates):
    """A sum of crates, whole when it is that but for what floating point leaves."""
    return round(crates) if abs(crates - round(crates)) < 1e-4 else round(crates, 4)
