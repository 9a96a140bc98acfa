"""OR-tools' flow of least cost, as a peer of the sourcing planner behind the acts of `solvers`.

It knows crates and not money, since a farm's crates have several prices: it seeks the first two
aims, and leaves shares as they fall.
"""

import solvers


class Flow:
    """Wants send crates to supplies; a crate that is not served costs its weight."""

    PACKAGE, SCALE, IS_WHOLE = "ortools", 100, True

    def __init__(self, program, _):
        self.program = program
        self.wants, self.supplies = program.model["wants"], program.model["supplies"]
        # Of a crate of each want, for the aims kept so far and the one sought now.
        self.kept = [0] * len(self.wants)
        self.sought = self.kept

    def aim(self, is_most, costs, _):
        if not is_most:
            return solvers.Answer("knows no shares")
        weights = dict(costs)
        mine = [weights.get(self.program.served(at), 0) for at in range(len(self.wants))]
        # One step of a kept aim outweighs all of this one.
        above = 1 + sum(want["crates"] * weight for want, weight in zip(self.wants, mine))
        self.sought = [above * kept + weight for kept, weight in zip(self.kept, mine)]
        return self.flow(mine)

    def flow(self, mine):
        from ortools.graph.python import min_cost_flow

        peer = min_cost_flow.SimpleMinCostFlow()
        first, sink = len(self.wants), len(self.wants) + len(self.supplies)
        upper = self.program.upper
        arcs = [peer.add_arc_with_capacity_and_unit_cost(want, first + supply, upper[at], 0)
                for at, (want, supply) in enumerate(self.program.pairs)]
        for at, supply in enumerate(self.supplies):
            peer.add_arc_with_capacity_and_unit_cost(first + at, sink, supply["crates"], 0)
        for at, want in enumerate(self.wants):
            peer.add_arc_with_capacity_and_unit_cost(at, sink, want["crates"], self.sought[at])
            peer.set_node_supply(at, want["crates"])
        peer.set_node_supply(sink, -sum(want["crates"] for want in self.wants))
        status = peer.solve()
        if status != peer.OPTIMAL:
            return solvers.Answer(str(status).lower())
        crates = [peer.flow(arc) for arc in arcs]
        value = sum(n * mine[want] for n, (want, _) in zip(crates, self.program.pairs))
        return solvers.Answer("optimal", crates, value, value)

    def keep(self, *_):
        self.kept = self.sought
