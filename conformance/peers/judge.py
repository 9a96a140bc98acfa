"""What a plan is worth, counted from the model alone: no solver and no planner had a hand in it."""

import program


class Wrong(Exception):
    """A plan that breaks the model; the message says how."""


def judge(model, parts, slack=0):
    """Aim -> value, in thousandths of sale units, cents, a number, metres.

    `parts`: (want, supply, thousandths), both by place. `slack`: thousandths that a sum may be
    over, of solvers that count in fractions. Errors: `Wrong` if a supply is overdrawn, a want
    served beyond what it asks or by another than it allows, or a pack is cut.
    """
    wants, supplies, farms = model["wants"], model["supplies"], model["farms"]
    given, taken = [0] * len(wants), [0] * len(supplies)
    paid, worth = [0] * len(farms), [0] * len(farms)
    by = [set() for _ in wants]
    for want, supply, quantity in parts:
        known, farm = wants[want], supplies[supply]["farm"]
        if supply not in known["supplies"]:
            raise Wrong(f"want {want} may not be served by supply {supply}")
        if quantity <= 0 or quantity % known["step"]:
            raise Wrong(f"{quantity} thousandths of supply {supply} in steps of {known['step']}")
        given[want] += quantity
        taken[supply] += quantity
        by[want].add(farm)
        paid[farm] += quantity * known["cost"]
        worth[farm] += quantity * known["worth"]
    check_sums("supply", taken, supplies, slack)
    check_sums("want", given, wants, slack)
    off = [abs(farm["base"] + one - farm["target"]) for farm, one in zip(farms, worth)]
    ways = [(farm, one) for farm, one in zip(farms, paid) if one and not farm["is_coming"]]
    splits = sum(len(several) > 1 for several in by)
    poor = sum(one < farm["minimum_trip"] for farm, one in ways)
    return {"promises": sum(n for n, want in zip(given, wants) if want["promised"]),
            "served": sum(given), "fair_share": cents(max(off, default=0)),
            "income": cents(sum(paid)), "splits_and_trips": splits + poor,
            "kilometres": sum(farm["metres"] for farm, _ in ways)}


def check_sums(what, sums, most, slack):
    for at, (quantity, one) in enumerate(zip(sums, most)):
        if quantity > one["quantity"] + slack:
            raise Wrong(f"{what} {at} gives or gets {quantity} of {one['quantity']}")


def cents(exact):
    """Rounded as Carreau rounds: halves away from zero."""
    return (exact + program.CENT // 2) // program.CENT


def by_code(model, plan):
    """A plan as Carreau prints it, (line, offer, thousandths), with places for codes."""
    wants = {want["id"]: at for at, want in enumerate(model["wants"])}
    supplies = {supply["id"]: at for at, supply in enumerate(model["supplies"])}
    for line, offer, quantity in plan:
        if line not in wants or offer not in supplies:
            raise Wrong(f"line {line} or offer {offer} is not in the model")
        yield wants[line], supplies[offer], quantity
