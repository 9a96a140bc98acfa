"""The peers of the sourcing planner, each behind the same three acts.

`rows(rows)` adds conditions; `seek(aim, seconds)` seeks a `program.Aim` and gives an `Answer`;
`keep(aim, value)` makes what was reached a condition of the next. `IS_EXACT`: the peer counts in
whole numbers alone; `MAY_CUT`: it may cut packs. One thread each.
"""

import math
from dataclasses import dataclass

from program import EURO

# What floating point may lose of an aim that is kept: less than a crate or a cent.
SLACK = 1e-6


@dataclass
class Answer:
    """`columns`: nothing if none was found. `bound`: no answer to this aim is better."""

    status: str
    columns: list | None = None
    value: float | None = None
    bound: float | None = None


class Highs:
    """HiGHS, as a linear program: packs may be cut."""

    PACKAGE, IS_EXACT, MAY_CUT = "highspy", False, True

    def __init__(self, program, gap):
        import highspy

        self.api, self.peer = highspy, highspy.Highs()
        self.gap, self.columns = gap, len(program.upper)
        self.set("output_flag", False)
        self.set("threads", 1)
        upper = [float(most) for most in program.upper]
        self.peer.addVars(self.columns, [0.0] * self.columns, upper)
        self.rows(program.rows)
        if not self.MAY_CUT:
            kinds = [highspy.HighsVarType.kInteger] * len(program.whole)
            self.peer.changeColsIntegrality(len(program.whole), program.whole, kinds)

    def set(self, option, value):
        if self.peer.setOptionValue(option, value) != self.api.HighsStatus.kOk:
            raise ValueError(f"HiGHS does not take {option} = {value}")

    def rows(self, rows):
        """All at once: one by one, each would move what is there."""
        starts, indices, values = [], [], []
        for _, _, entries in rows:
            starts.append(len(indices))
            indices += [column for column, _ in entries]
            values += [weight for _, weight in entries]
        lows, highs = [low for low, _, _ in rows], [high for _, high, _ in rows]
        self.peer.addRows(len(rows), lows, highs, len(indices), starts, indices, values)

    def seek(self, aim, seconds):
        sense = self.api.ObjSense
        self.peer.changeObjectiveSense(sense.kMaximize if aim.is_most else sense.kMinimize)
        weights = [0.0] * self.columns
        for column, weight in aim.costs:
            weights[column] = weight
        self.peer.changeColsCost(self.columns, list(range(self.columns)), weights)
        self.limits(aim, seconds)
        self.peer.run()
        status = self.peer.modelStatusToString(self.peer.getModelStatus()).lower()
        info = self.peer.getInfo()
        if info.primal_solution_status != self.api.SolutionStatus.kSolutionStatusFeasible:
            return Answer(status, bound=self.bound(status, info))
        columns = list(self.peer.getSolution().col_value)
        return Answer(status, columns, info.objective_function_value, self.bound(status, info))

    def limits(self, aim, seconds):
        # Its clock runs on from one call to the next.
        self.set("time_limit", self.peer.getRunTime() + seconds)

    def bound(self, status, info):
        return info.objective_function_value if status == "optimal" else None

    def keep(self, aim, value):
        self.rows([kept(aim, value, SLACK)])


def kept(aim, value, slack):
    """The row that keeps an aim."""
    low, high = (value - slack, math.inf) if aim.is_most else (-math.inf, value + slack)
    return low, high, aim.costs


class HighsWhole(Highs):
    """HiGHS, with whole packs. Only of what there is to be least less than the best is enough."""

    MAY_CUT = False

    def limits(self, aim, seconds):
        super().limits(aim, seconds)
        relative, absolute = (0.0, 1e-6) if aim.is_most else (1e-4, 1e-6)
        if self.gap is not None and aim.code == "fair_share":
            relative, absolute = 0.0, self.gap * EURO / aim.size
        self.set("mip_rel_gap", relative)
        self.set("mip_abs_gap", absolute)

    def bound(self, status, info):
        return info.mip_dual_bound


class Glop:
    """GLOP of OR-tools: a linear program."""

    PACKAGE, IS_EXACT, MAY_CUT = "ortools", False, True

    def __init__(self, program, _):
        from ortools.linear_solver import pywraplp

        self.peer = pywraplp.Solver.CreateSolver("GLOP")
        self.names = {getattr(pywraplp.Solver, name): name.lower().replace("_", " ")
                      for name in ("OPTIMAL", "FEASIBLE", "INFEASIBLE", "ABNORMAL", "NOT_SOLVED")}
        self.columns = [self.peer.NumVar(0, high, "") for high in program.upper]
        self.rows(program.rows)

    def rows(self, rows):
        for low, high, entries in rows:
            self.row(low, high, entries)

    def row(self, low, high, entries):
        row = self.peer.Constraint(low, high)
        for column, weight in entries:
            row.SetCoefficient(self.columns[column], weight)

    def seek(self, aim, seconds):
        objective = self.peer.Objective()
        objective.Clear()
        objective.SetOptimizationDirection(aim.is_most)
        for column, weight in aim.costs:
            objective.SetCoefficient(self.columns[column], weight)
        self.peer.SetTimeLimit(round(1000 * seconds))
        status = self.names[self.peer.Solve()]
        if status not in ("optimal", "feasible"):
            return Answer(status)
        bound = objective.Value() if status == "optimal" else None
        columns = [column.solution_value() for column in self.columns]
        return Answer(status, columns, objective.Value(), bound)

    def keep(self, aim, value):
        self.row(*kept(aim, value, SLACK))


class CpSat:
    """CP-SAT of OR-tools: whole packs and grams. Each aim starts from what the last one found."""

    PACKAGE, IS_EXACT, MAY_CUT = "ortools", True, False

    def __init__(self, program, gap):
        from ortools.sat.python import cp_model

        self.api, self.peer, self.gap = cp_model, cp_model.CpModel(), gap
        self.columns = [self.peer.new_int_var(0, high, "") for high in program.upper]
        self.rows(program.rows)

    def rows(self, rows):
        for low, high, entries in rows:
            self.row(low, high, entries)

    def sum(self, entries):
        columns = [self.columns[column] for column, _ in entries]
        return self.api.LinearExpr.weighted_sum(columns, [weight for _, weight in entries])

    def row(self, low, high, entries):
        low = self.api.INT_MIN if low == -math.inf else low
        high = self.api.INT_MAX if high == math.inf else high
        self.peer.add_linear_constraint(self.sum(entries), low, high)

    def seek(self, aim, seconds):
        (self.peer.maximize if aim.is_most else self.peer.minimize)(self.sum(aim.costs))
        solver = self.api.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = seconds
        if self.gap is not None and aim.code == "fair_share":
            solver.parameters.absolute_gap_limit = self.gap * EURO / aim.size
        status = solver.solve(self.peer)
        name = solver.status_name(status).lower()
        if status not in (self.api.OPTIMAL, self.api.FEASIBLE):
            return Answer(name)
        found = [solver.value(column) for column in self.columns]
        self.peer.clear_hints()
        for column, value in zip(self.columns, found):
            self.peer.add_hint(column, value)
        return Answer(name, found, round(solver.objective_value), solver.best_objective_bound)

    def keep(self, aim, value):
        self.row(*kept(aim, value, 0))
