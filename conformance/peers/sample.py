"""A synthetic day for the peers of the sourcing planner: `sample.py SCALE OUT [--seed N]`

70 farms, 150 products, 300 x SCALE buyers of 15 lines each, as Carreau writes a problem. Three to
six farms offer a product, in all a quarter more than is wanted; 45 % of the farms are organic, and
a quarter of the lines want organic goods; one line in ten is promised. Shares follow what each farm
could bring. The same seed makes the same day.
"""

import argparse
import collections
import json
import math
import random

FARMS, PRODUCTS, BUYERS, LINES = 70, 150, 300, 15
# Ten kilos, in thousandths; ten-thousandths of a euro in a euro.
CRATE, UNIT, EURO = 10_000, 1_000, 10_000
ORGANIC_FARMS, ORGANIC_LINES, PROMISED_LINES = 0.45, 0.25, 0.1
SPARE = 1.25


def lines(draw, scale):
    """What is ordered: (product, wants organic, is promised, crates), one for each line."""
    return [(product, draw.random() < ORGANIC_LINES, draw.random() < PROMISED_LINES,
             draw.randint(1, 8))
            for _ in range(BUYERS * scale) for product in draw.sample(range(PRODUCTS), LINES)]


def offers(draw, ordered, organic):
    """product -> {farm: crates}: of each there is enough, of organic ones too."""
    wanted, wanted_organic = collections.Counter(), collections.Counter()
    for product, is_organic, _, crates in ordered:
        wanted[product] += crates
        wanted_organic[product] += is_organic * crates
    made = {}
    for product in range(PRODUCTS):
        farms = draw.sample(range(FARMS), draw.randint(3, 6))
        if not organic.intersection(farms):
            farms[0] = draw.choice(sorted(organic))
        weights = {farm: draw.uniform(0.5, 1.5) for farm in farms}
        part = SPARE * wanted[product] / sum(weights.values())
        made[product] = {farm: math.ceil(part * weight) for farm, weight in weights.items()}
        enough(made[product], organic, wanted_organic[product])
    return made


def enough(offered, organic, crates):
    """Raises what organic farms offer of a product to so many crates, each by the same part."""
    theirs = {farm: n for farm, n in offered.items() if farm in organic}
    missing = max(0, crates - sum(theirs.values())) / sum(theirs.values())
    for farm, n in theirs.items():
        offered[farm] = n + math.ceil(missing * n)


def day(scale, seed):
    """The problem, in crates of `CRATE`."""
    draw = random.Random(seed)
    organic = {farm for farm in range(FARMS) if draw.random() < ORGANIC_FARMS}
    prices = [draw.randint(8, 30) * EURO * UNIT // CRATE for _ in range(PRODUCTS)]
    ordered = lines(draw, scale)
    offered = offers(draw, ordered, organic)
    supplies = [(product, farm) for product in offered for farm in offered[product]]
    by_product = collections.defaultdict(list)
    could = [0] * FARMS
    for at, (product, farm) in enumerate(supplies):
        by_product[product].append((at, farm))
        could[farm] += offered[product][farm] * CRATE * prices[product]
    total = sum(crates * CRATE * prices[product] for product, _, _, crates in ordered)

    def want(at, product, is_organic, is_promised, crates):
        able = [supply for supply, farm in by_product[product] if not is_organic or farm in organic]
        return {"id": f"{at}", "quantity": crates * CRATE, "step": CRATE, "farms_most": 2,
                "promised": is_promised, "cost": prices[product], "worth": prices[product],
                "supplies": able}

    return {
        "name": f"sample-{scale}-{seed}",
        "aims": ["promises", "served", "fair_share", "income", "splits_and_trips", "kilometres"],
        "tolerance": CRATE * max(prices) // 2,
        "farms": [{"id": f"farm-{at}", "target": total * could[at] // sum(could), "base": 0,
                   "minimum_trip": 0, "is_coming": False, "metres": 0} for at in range(FARMS)],
        "supplies": [{"id": at, "farm": farm, "quantity": offered[product][farm] * CRATE}
                     for at, (product, farm) in enumerate(supplies)],
        "wants": [want(at, *line) for at, line in enumerate(ordered)],
    }


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("scale", type=int)
    words.add_argument("out")
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    with open(given.out, "w") as file:
        file.write(json.dumps(day(given.scale, given.seed)) + "\n")


if __name__ == "__main__":
    main()
