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
import judge
import program
import routing
import sample
import solomon
import sourcing

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


EURO = program.EURO
CRATE = 10_000


def farm(code, target, base, metres=0, minimum_trip=0, is_coming=False):
    """In euros."""
    return {"id": code, "target": target * EURO, "base": base * EURO, "metres": metres,
            "minimum_trip": minimum_trip * EURO, "is_coming": is_coming}


def want(code, crates, price, supplies, is_promised=False, step=CRATE):
    """Crates of ten kilos at so many euros."""
    cost = price * EURO // CRATE
    return {"id": code, "quantity": crates * CRATE, "step": step, "farms_most": 2,
            "promised": is_promised, "cost": cost, "worth": cost, "supplies": supplies}


def task(farms, supplies, wants, tolerance=0):
    """`supplies`: farm and crates."""
    return {"name": "small", "aims": ["promises", "served", "fair_share", "income",
                                      "splits_and_trips", "kilometres"],
            "tolerance": tolerance * EURO, "farms": farms, "wants": wants,
            "supplies": [{"id": at + 1, "farm": of, "quantity": crates * CRATE}
                         for at, (of, crates) in enumerate(supplies)]}


def model():
    """Farm A has 6 crates, B 4, of 10 EUR a crate; 8 are wanted, 2 of them of B alone."""
    return task([farm("a", 50, 0), farm("b", 60, 30)], [(0, 6), (1, 4)],
                [want("1.1", 6, 10, [0, 1]), want("2.1", 2, 10, [1], True)])


def short():
    """Two wants, only one can be served: the cheaper one is promised."""
    return task([farm("a", 0, 0)], [(0, 5)],
                [want("1.1", 5, 20, [0]), want("2.1", 3, 10, [0], True)])


class Sharing(unittest.TestCase):
    def solved(self, name, given):
        """Aim -> (value, bound)."""
        found = allocation.solve(name, given, 10, None)
        self.assertEqual(found["status"], "done")
        return {one["aim"]: (one["value"], one["bound"]) for one in found["aims"]}

    def test_every_peer_finds_the_fairest(self):
        for name in allocation.PEERS:
            with self.subTest(name):
                found = self.solved(name, model())
                self.assertEqual(found["promises"], (2 * CRATE, 2 * CRATE))
                self.assertEqual(found["served"], (8 * CRATE, 8 * CRATE))
                self.assertEqual(found["fair_share"], (0, 0))
                self.assertEqual(found["income"], (8_000, 8_000))

    def test_too_little_counts_like_too_much(self):
        given = model()
        given["farms"][1]["target"] = 200 * EURO
        for name in allocation.PEERS:
            with self.subTest(name):
                # All of its 4 crates lead it to 70.
                self.assertEqual(self.solved(name, given)["fair_share"], (13_000, 13_000))

    def test_promises_come_before_money(self):
        for name in allocation.PEERS:
            with self.subTest(name):
                found = self.solved(name, short())
                self.assertEqual(found["promises"][0], 3 * CRATE)
                self.assertEqual(found["served"][0], 5 * CRATE)
                self.assertEqual(found["income"][0], 7_000)

    def test_aims_come_in_the_order_of_the_problem(self):
        given = short()
        given["aims"] = ["served", "income", "promises"]
        for name in allocation.PEERS:
            with self.subTest(name):
                found = self.solved(name, given)
                self.assertEqual(list(found), ["served", "income", "promises"])
                self.assertEqual((found["income"][0], found["promises"][0]), (10_000, 0))

    def test_a_crate_cut_in_two_is_fairer_than_a_whole_one(self):
        given = model()
        given["farms"][0]["target"], given["farms"][1]["target"] = 45 * EURO, 65 * EURO
        self.assertEqual(self.solved("highs_lp", given)["fair_share"][0], 0)
        for name in ("highs_mip", "cpsat"):
            self.assertEqual(self.solved(name, given)["fair_share"][0], 500)

    def test_goods_by_weight_have_no_crates(self):
        given = model()
        given["farms"][0]["target"], given["farms"][1]["target"] = 45 * EURO, 65 * EURO
        for one in given["wants"]:
            one["step"] = 1
        for name in allocation.PEERS:
            with self.subTest(name):
                self.assertEqual(self.solved(name, given)["fair_share"][0], 0)

    def test_an_odd_rest_of_an_offer_serves_nobody(self):
        given = model()
        for supply in given["supplies"]:
            supply["quantity"] = supply["quantity"] // 2 + 3_000
        for name in allocation.PEERS:
            with self.subTest(name):
                self.assertEqual(self.solved(name, given)["served"], (5 * CRATE, 5 * CRATE))

    def test_a_farm_stays_at_home_as_far_as_fairness_allows(self):
        for tolerance, metres in ((0, 7_000), (30, 2_000)):
            # Four crates of the near farm instead of two of each: 20 EUR from their shares.
            given = task([farm("near", 20, 0, 2_000), farm("far", 20, 0, 5_000)], [(0, 9), (1, 9)],
                         [want("1.1", 4, 10, [0, 1])], tolerance)
            for name in ("highs_mip", "cpsat"):
                with self.subTest(name, tolerance=tolerance):
                    self.assertEqual(self.solved(name, given)["kilometres"], (metres, metres))
            least = self.solved("highs_lp", given)["kilometres"][1]
            self.assertLessEqual(least, metres)

    def test_lines_that_are_alike_are_one_class(self):
        given = sample.day(1, 3)
        self.assertEqual(given, sample.day(1, 3))
        self.assertEqual(len(given["wants"]), 4500)
        merged = program.merged(given)
        self.assertLess(len(merged["wants"]), 610)
        sums = [sum(one["quantity"] for one in some["wants"]) for some in (given, merged)]
        self.assertEqual(*sums)


class Recounting(unittest.TestCase):
    def test_a_plan_is_worth_what_it_says(self):
        given = task([farm("a", 50, 0, 3_000, 60), farm("b", 60, 30, 5_000, 20, True)],
                     [(0, 6), (1, 4)], model()["wants"])
        plan = [("1.1", 1, 4 * CRATE), ("1.1", 2, CRATE), ("2.1", 2, 2 * CRATE)]
        # A brings 40 of its 50 EUR, and too little for its way; B comes anyway.
        self.assertEqual(judge.judge(given, judge.by_code(given, plan)),
                         {"promises": 2 * CRATE, "served": 7 * CRATE, "fair_share": 1_000,
                          "income": 7_000, "splits_and_trips": 2, "kilometres": 3_000})

    def test_a_plan_that_breaks_the_problem_is_refused(self):
        bad = [([(1, 0, CRATE)], "may not"), ([(0, 1, 3 * CRATE), (1, 1, 2 * CRATE)], "supply 1"),
               ([(0, 0, -CRATE)], "-10000"), ([(0, 0, CRATE + 1)], "10001"),
               ([(0, 0, 6 * CRATE), (0, 1, CRATE)], "want 0")]
        for parts, why in bad:
            with self.subTest(why), self.assertRaisesRegex(judge.Wrong, why):
                judge.judge(model(), parts)
        with self.assertRaisesRegex(judge.Wrong, "line 9.9"):
            list(judge.by_code(model(), [("9.9", 1, CRATE)]))

    def day(self, **changed):
        """The best plan of `model`, as Carreau tells it."""
        values = {"promises": 2 * CRATE, "served": 8 * CRATE, "fair_share": 0, "income": 8_000,
                  "splits_and_trips": 1, "kilometres": 0, **changed}
        return {"name": "small", "lines": 2, "offers": 2, "plan_ms": 1.0, "verify_ms": 1.0,
                "aims": [{"aim": aim, "value": n, "bound": n, "gap": 0}
                         for aim, n in values.items()],
                "plan": [["1.1", 1, 5 * CRATE], ["1.1", 2, CRATE], ["2.1", 2, 2 * CRATE]]}

    def beside(self, day):
        return sourcing.Beside(day, model(), ["highs_lp", "highs_mip"], 10)

    def test_a_good_plan_meets_its_goals(self):
        days = [self.beside(self.day())]
        met = {goal: verdict for _, goal, verdict in sourcing.goals({"small": days})}
        self.assertEqual(set(list(met.values())[:3]), {"yes"})
        self.assertEqual(met["planned within 100 ms"], "yes (1.0 ms)")
        rows = list(sourcing.values({"small": days}, ["highs_lp", "highs_mip"]))
        self.assertEqual(rows[1], ["small", "1", "2", "promises", *["20.000 kg"] * 5, "0.000 kg"])

    def test_a_plan_that_says_more_than_it_does_is_seen(self):
        found = self.beside(self.day(served=9 * CRATE))
        self.assertEqual(found.wrong, ["served: 90000, counted 80000"])
        self.assertEqual(found.beyond(), ["served"])
        less = self.beside(self.day(served=7 * CRATE))
        self.assertEqual((less.beyond(), sourcing.at_best(less)), ([], False))

    def test_a_bound_holds_for_plans_that_are_worse_in_an_aim_before(self):
        given = task([farm("near", 20, 0, 2_000), farm("far", 20, 0, 5_000)], [(0, 9), (1, 9)],
                     [want("1.1", 4, 10, [0, 1])])
        for name in allocation.PEERS:
            for reached, least in ((None, 7_000), (2_000, 2_000)):
                with self.subTest(name, reached=reached):
                    # All from the near farm is 20 EUR from fair, and spares a way.
                    aims = allocation.solve(name, given, 10, None, {"fair_share": reached})["aims"]
                    found = {one["aim"]: one["bound"] for one in aims}
                    self.assertEqual(found["fair_share"], 0)
                    self.assertLessEqual(found["kilometres"], least)

    def test_what_is_far_from_its_bound_is_not_near(self):
        found = self.beside(self.day(fair_share=500))
        self.assertEqual((found.apart("fair_share"), found.bound("served")), (500, 8 * CRATE))
        self.assertFalse(sourcing.near(found))


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
