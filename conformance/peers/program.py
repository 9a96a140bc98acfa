"""The sourcing model as a linear program, the same for every solver.

Columns, in this order: for each pair of a class of lines and a supply that may serve it, what is
brought; the largest deviation of a farm; for each farm whose way counts, whether it comes. A row
bounds a sum of columns. Quantities of the model are thousandths of sale units, money is 10^-7 EUR.
"""

import json
import math
from dataclasses import dataclass, field

# What a unit of a column is where fractions are allowed: sale units (kilos), euros.
UNIT, EURO = 1000, 10**7
CENT = 10**5


def read(path):
    """The models of a file, one a line."""
    with open(path) as file:
        return [json.loads(line) for line in file if line.strip()]


def merged(model):
    """The same model with one want for all that any solver must treat alike."""
    classes = {}
    for want in model["wants"]:
        key = (want["step"], want["promised"], want["cost"], want["worth"], *want["supplies"])
        known = classes.setdefault(key, {**want, "id": len(classes), "quantity": 0})
        known["quantity"] += want["quantity"]
    return {**model, "wants": [one for one in classes.values() if one["quantity"] > 0]}


@dataclass
class Aim:
    """What is sought: columns with weights; a value times `size` is in units of the model."""

    code: str
    is_most: bool
    costs: list
    size: float
    # Conditions that nothing but this aim needs.
    rows: list = field(default_factory=list)

    def told(self, value):
        """A value as Carreau tells it: thousandths of sale units, cents or metres."""
        if value is None or math.isinf(value):
            return None
        return round(value * self.size / self.told_in())

    def told_in(self):
        return CENT if self.code in ("fair_share", "income") else 1


@dataclass
class Program:
    """`is_exact`: every number is whole, for solvers that know no others."""

    model: dict
    is_exact: bool = False
    pairs: list = field(default_factory=list)
    # What one of a pair's column is, in thousandths.
    units: list = field(default_factory=list)
    upper: list = field(default_factory=list)
    # Columns of which there is no half; goods by weight are not among them.
    whole: list = field(default_factory=list)
    rows: list = field(default_factory=list)

    def __post_init__(self):
        wants = self.model["wants"]
        self.pairs = [(want, supply)
                      for want, one in enumerate(wants) for supply in one["supplies"]]
        self.units = [self.unit(wants[want]["step"]) for want, _ in self.pairs]
        self.stocks = self.cut_stocks()
        self.upper = [self.most(at) for at in range(len(self.pairs))]
        self.whole = [at for at, (want, _) in enumerate(self.pairs) if wants[want]["step"] > 1]
        worths = [unit * wants[want]["worth"] for unit, (want, _) in zip(self.units, self.pairs)]
        self.money = math.gcd(CENT, *worths) if self.is_exact else EURO
        self.deviation = len(self.upper)
        self.upper.append(math.ceil(self.worst() / self.money) + 1)
        self.come = {}
        for farm, one in enumerate(self.model["farms"]):
            if one["metres"] > 0 and not one["is_coming"]:
                self.come[farm] = len(self.upper)
                self.whole.append(len(self.upper))
                self.upper.append(1)
        self.add_wants()
        self.add_supplies()
        self.add_farms(worths)

    def unit(self, step):
        return step if step > 1 or self.is_exact else UNIT

    def cut_stocks(self):
        """What can be drawn of each supply: whole packs, where all who may draw want packs."""
        steps = [0] * len(self.model["supplies"])
        for want in self.model["wants"]:
            for supply in want["supplies"]:
                steps[supply] = math.gcd(steps[supply], want["step"])
        return [supply["quantity"] - supply["quantity"] % max(1, step)
                for supply, step in zip(self.model["supplies"], steps)]

    def most(self, pair):
        want, supply = self.pairs[pair]
        step = self.model["wants"][want]["step"]
        most = min(self.model["wants"][want]["quantity"], self.stocks[supply])
        most -= most % step
        return most // self.units[pair] if self.is_exact else most / self.units[pair]

    def worst(self):
        """No deviation is larger: of a farm that brings all that is wanted, or nothing."""
        wanted = sum(want["quantity"] * want["worth"] for want in self.model["wants"])
        off = (abs(farm["base"] - farm["target"]) for farm in self.model["farms"])
        return wanted + max(off, default=0)

    def row(self, low, high, entries, size):
        """A row in units of `size`; where all is whole, in the largest that divides it."""
        if not self.is_exact:
            return low / size, high / size, [(at, weight / size) for at, weight in entries]
        size = math.gcd(*(weight for _, weight in entries)) or 1
        low = low if math.isinf(low) else -(-low // size)
        high = high if math.isinf(high) else high // size
        return low, high, [(at, weight // size) for at, weight in entries]

    def add_sums(self, which, most):
        """What the pairs of each want or supply come to is at most so much."""
        sums = [[] for _ in most]
        for column, pair in enumerate(self.pairs):
            sums[pair[which]].append((column, self.units[column]))
        self.rows += [self.row(-math.inf, limit, entries, UNIT)
                      for limit, entries in zip(most, sums) if entries]

    def add_wants(self):
        self.add_sums(0, [want["quantity"] for want in self.model["wants"]])

    def add_supplies(self):
        self.add_sums(1, self.stocks)

    def add_farms(self, worths):
        """Two rows a farm: neither too much nor too little by more than the deviation."""
        sums = [[] for _ in self.model["farms"]]
        for column, (_, supply) in enumerate(self.pairs):
            sums[self.model["supplies"][supply]["farm"]].append((column, worths[column]))
        for farm, entries in zip(self.model["farms"], sums):
            share = farm["target"] - farm["base"]
            over, under = (self.deviation, -self.money), (self.deviation, self.money)
            self.rows.append(self.row(-math.inf, share, [*entries, over], EURO))
            self.rows.append(self.row(share, math.inf, [*entries, under], EURO))

    def aims(self):
        """Those that a peer seeks, in the order of the model."""
        known = {"promises": self.promises, "served": self.served, "fair_share": self.fair_share,
                 "income": self.income, "kilometres": self.kilometres}
        aims = [known[code]() for code in self.model["aims"] if code in known]
        return [aim for aim in aims if aim.costs]

    def over_pairs(self, code, weight, size):
        costs = [(at, self.units[at] * weight(self.model["wants"][want]))
                 for at, (want, _) in enumerate(self.pairs)]
        return self.aim(code, True, [(at, cost) for at, cost in costs if cost], size)

    def aim(self, code, is_most, costs, size):
        if self.is_exact:
            size = math.gcd(*(cost for _, cost in costs)) or 1
            return Aim(code, is_most, [(at, cost // size) for at, cost in costs], size)
        return Aim(code, is_most, [(at, cost / size) for at, cost in costs], size)

    def promises(self):
        return self.over_pairs("promises", lambda want: int(want["promised"]), UNIT)

    def served(self):
        return self.over_pairs("served", lambda want: 1, UNIT)

    def income(self):
        return self.over_pairs("income", lambda want: want["cost"], EURO)

    def fair_share(self):
        return Aim("fair_share", False, [(self.deviation, 1)], self.money)

    def kilometres(self):
        """A farm that brings some of a pair comes."""
        ways = [(column, self.model["farms"][farm]["metres"]) for farm, column in self.come.items()]
        aim = self.aim("kilometres", False, ways, UNIT)
        for column, (_, supply) in enumerate(self.pairs):
            farm = self.model["supplies"][supply]["farm"]
            if farm in self.come and self.upper[column] > 0:
                entries = [(column, 1), (self.come[farm], -self.upper[column])]
                aim.rows.append((-math.inf, 0, entries))
        return aim

    def kept(self, aim, value, reached=None):
        """What the aims after this one must leave of it: its best, less the tolerance.

        `reached`, as Carreau tells it: or as much as that, where it is worse.
        """
        value += self.in_units(aim, self.model["tolerance"] if aim.code == "fair_share" else 0)
        worse = -1 if aim.is_most else 1
        # One may be rounding.
        if reached is None or worse * (reached - aim.told(value)) <= 1:
            return value
        return self.in_units(aim, (reached + worse) * aim.told_in())

    def in_units(self, aim, exact):
        if not self.is_exact:
            return exact / aim.size
        return exact // aim.size if aim.is_most else -(-exact // aim.size)

    def parts(self, columns):
        """What an answer brings: (want, supply, thousandths), both by place."""
        for column, (want, supply) in enumerate(self.pairs):
            quantity = round(columns[column] * self.units[column])
            if quantity:
                yield want, supply, quantity
