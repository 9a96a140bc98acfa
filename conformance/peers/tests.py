"""The peers' own judges are judged: each must see what is planted, and all peers must agree.

`run tests`: some seconds.
"""

import contextlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import allocation
import program
import routing
import sample
import solomon

HERE = pathlib.Path(__file__).parent
# Two stops on each side of the depot, 5 and 10 away; a vehicle holds two of the four loads.
INSTANCE = """SMALL

VEHICLE
NUMBER     CAPACITY
   2          20

CUSTOMER
CUST NO.  XCOORD.  YCOORD.  DEMAND  READY TIME  DUE DATE  SERVICE TIME

    0       0        0        0         0         60         0
    1       3        4       10         0         60         1
    2       6        8       10        20         30         1
    3      -3       -4       10         0         60         1
    4      -6       -8       10         0         60         1
"""


def written(text):
    folder = tempfile.TemporaryDirectory(prefix="carreau-peers-")
    path = pathlib.Path(folder.name, "file")
    path.write_text(text)
    return folder, path


def instance(text=INSTANCE):
    folder, path = written(text)
    with folder:
        return solomon.read(path)


class Reading(unittest.TestCase):
    def test_a_file_is_read_in_tenths(self):
        read = instance()
        self.assertEqual((read.name, read.vehicles, read.capacity), ("SMALL", 2, 20))
        self.assertEqual(read.stops[2], solomon.Stop(6, 8, 10, 200, 300, 10))
        self.assertEqual(read.distances[0], [0, 50, 100, 50, 100])

    def test_what_is_behind_the_first_decimal_is_cut_off(self):
        at = [solomon.Stop(x, x, 0, 0, 0, 0) for x in (0, 1, 4)]
        # 1.414 and 5.657
        self.assertEqual(solomon.distances(at)[0], [0, 14, 56])

    def test_another_file_is_refused(self):
        bad = ["", "NAME : X\nDIMENSION : 3\n", INSTANCE.replace("   3      -3", "   5      -3"),
               INSTANCE.replace("   6        8  ", "   6.5      8  ")]
        for text in bad:
            with self.subTest(text[:20]), self.assertRaises(solomon.Wrong):
                instance(text)


class Judging(unittest.TestCase):
    def test_a_plan_costs_its_distance(self):
        # Waits at stop 2 until 20, which costs nothing.
        self.assertEqual(solomon.cost(instance(), [[1, 2], [4, 3]]), 400)

    def test_a_plan_that_does_not_hold_is_refused(self):
        bad = [([[1, 2], [3]], "served once"), ([[1, 2], [3, 4, 4]], "served once"),
               ([[0, 1, 2], [3, 4]], "served once"), ([[1], [2], [3, 4]], "3 vehicles"),
               ([[1, 2, 3], [4]], "overloaded"), ([[4, 2], [1, 3]], "late at stop 2"),
               ([[], [1, 2, 3, 4]], "without a stop")]
        for plan, why in bad:
            with self.subTest(plan), self.assertRaisesRegex(solomon.Wrong, why):
                solomon.cost(instance(), plan)

    def test_late_at_the_depot_is_late(self):
        with self.assertRaisesRegex(solomon.Wrong, "late at stop 0"):
            early = INSTANCE.replace("         60         0", "         29         0")
            solomon.cost(instance(early), [[1, 2], [3, 4]])


class Rounds(unittest.TestCase):
    def test_every_peer_finds_the_best_of_a_small_plan(self):
        for name in routing.PEERS:
            with self.subTest(name):
                found = routing.judged(name, instance(), 0.3, 0)
                self.assertEqual((found["cost"], found["vehicles"]), (40.0, 2))

    def test_a_plan_that_does_not_hold_has_no_cost(self):
        broken = {"broken": (lambda *_: (lambda: None, lambda _: [[1, 2]]), "numpy")}
        told = io.StringIO()
        with mock.patch.dict(routing.PEERS, broken), contextlib.redirect_stderr(told):
            self.assertIsNone(routing.judged("broken", instance(), 0.1, 0)["cost"])
        self.assertIn("served once", told.getvalue())


def model():
    """Farm A has 6 crates, B 4, of which 10 EUR a crate; 8 are wanted, 2 of B alone."""
    return {"name": "small",
            "farms": [{"id": "a", "target": 50, "base": 0}, {"id": "b", "target": 60, "base": 30}],
            "supplies": [{"id": 0, "farm": 0, "crates": 6}, {"id": 1, "farm": 1, "crates": 4}],
            "wants": [{"id": 0, "crates": 6, "promised": False, "price": 10, "supplies": [0, 1]},
                      {"id": 1, "crates": 2, "promised": True, "price": 10, "supplies": [1]}]}


def short():
    """Two wants, only one can be served: the cheaper one is promised."""
    return {"name": "short", "farms": [{"id": "a", "target": 0, "base": 0}],
            "supplies": [{"id": 0, "farm": 0, "crates": 5}],
            "wants": [{"id": 0, "crates": 5, "promised": False, "price": 20, "supplies": [0]},
                      {"id": 1, "crates": 3, "promised": True, "price": 10, "supplies": [0]}]}


class Sharing(unittest.TestCase):
    def solved(self, name, task, by_value=False):
        return allocation.solve(name, task, 10, None, by_value)

    def test_every_peer_that_knows_shares_finds_the_fairest(self):
        for name in allocation.PEERS.keys() - {"mcf"}:
            with self.subTest(name):
                found = self.solved(name, model())
                self.assertEqual((found["served"], found["promised"]), (8, 2))
                self.assertAlmostEqual(found["deviation"], 0, places=3)
                self.assertAlmostEqual(found["bound"], 0, places=3)

    def test_too_little_counts_like_too_much(self):
        task = model()
        task["farms"][1]["target"] = 200
        for name in allocation.PEERS.keys() - {"mcf"}:
            with self.subTest(name):
                # All of its 4 crates lead it to 70.
                self.assertAlmostEqual(self.solved(name, task)["deviation"], 130, places=3)

    def test_promises_come_before_money_and_money_before_shares(self):
        for name in allocation.PEERS:
            for by_value in (False, True):
                with self.subTest(name, by_value=by_value):
                    found = self.solved(name, short(), by_value)
                    self.assertEqual((found["served"], found["promised"]), (5, 3))
                    self.assertAlmostEqual(found["value"], 70, places=3)
                    self.assertAlmostEqual(found["deviation"], 70, places=3)

    def test_value_may_count_instead_of_crates(self):
        task = short()
        task["wants"][1]["promised"] = False
        for name in allocation.PEERS:
            with self.subTest(name):
                self.assertAlmostEqual(self.solved(name, task, True)["value"], 100, places=3)

    def test_a_crate_cut_in_two_is_fairer_than_a_whole_one(self):
        task = model()
        task["farms"][0]["target"], task["farms"][1]["target"] = 45, 65
        self.assertAlmostEqual(self.solved("highs_lp", task)["deviation"], 0, places=3)
        for name in ("highs_mip", "cpsat"):
            self.assertAlmostEqual(self.solved(name, task)["deviation"], 5, places=3)

    def test_an_answer_that_breaks_the_model_is_refused(self):
        bad = [({(1, 0): 1}, "may not"), ({(0, 1): 3, (1, 1): 2}, "overdrawn"),
               ({(0, 0): -1}, "-1"), ({(0, 0): 1.5}, "1.5"), ({(0, 0): 6, (0, 1): 1}, "of 6")]
        for brought, why in bad:
            with self.subTest(why), self.assertRaisesRegex(program.Wrong, why):
                program.judge(model(), brought, True)

    def test_a_week_is_the_same_again_and_its_lines_can_be_merged(self):
        merged, each = sample.week(1, 3, True), sample.week(1, 3, False)
        self.assertEqual(merged, sample.week(1, 3, True))
        self.assertEqual(len(each["wants"]), 4500)
        self.assertEqual(merged["supplies"], each["supplies"])
        found = [self.solved("mcf", task) for task in (merged, each)]
        for key in ("served", "promised", "value"):
            self.assertEqual(found[0][key], found[1][key])


class CpuClock(unittest.TestCase):
    def test_every_clock_goes_by_the_processor(self):
        code = """if True:
            import time
            for clock in (time.monotonic_ns, time.perf_counter_ns):
                before, now, after = time.process_time_ns(), clock(), time.process_time_ns()
                print(before <= now <= after)
            """
        for command, expected in ([HERE / "cpu_clock"], "True"), ([], "False"):
            with self.subTest(command):
                told = subprocess.run([*command, sys.executable, "-c", code],
                                      capture_output=True, text=True, check=True)
                self.assertEqual(told.stdout.split(), [expected, expected])


class Beside(unittest.TestCase):
    def told(self, *lines, best="instance,cost,proven\nR1,100,1\nR2,200,1\nR3,50,0\n"):
        folder, table = written(best)
        with folder:
            results = table.with_name("mine.jsonl")
            results.write_text("".join(json.dumps(line) + "\n" for line in lines))
            return subprocess.run([sys.executable, HERE / "beside", table, results],
                                  capture_output=True, text=True)

    def test_gaps_and_their_median_stand_in_the_table(self):
        told = self.told({"instance": "r1", "cost": 101}, {"instance": "R2", "cost": 206},
                         {"instance": "R2", "cost": 202}, {"instance": "R3", "cost": 50})
        rows = [[cell.strip() for cell in line.strip("|").split("|")]
                for line in told.stdout.splitlines()]
        self.assertEqual(rows[0], ["instance", "best known", "mine"])
        self.assertEqual(rows[2:], [["R1", "100.0", "1.00"], ["R2", "200.0", "2.00"],
                                    ["R3", "50.0", "0.00"], ["median", "", "1.00"],
                                    ["worst", "", "2.00"]])

    def test_a_plan_that_does_not_hold_is_the_worst(self):
        told = self.told({"instance": "R1", "cost": None}, {"instance": "R2", "cost": 200})
        self.assertEqual(told.stdout.count("none"), 3)

    def test_without_a_best_known_cost_there_is_no_gap(self):
        told = self.told({"instance": "R9", "cost": 1})
        self.assertEqual((told.returncode, told.stdout), (1, ""))
        self.assertIn("R9", told.stderr)


if __name__ == "__main__":
    unittest.main()
