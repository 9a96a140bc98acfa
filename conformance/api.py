"""schemathesis against the API, as the programs of six of the nine roles: no 5xx, no status or body
that the document does not have, and answers that lead on to other operations by their links. Two
controls have a planted fault each: a run on them must fail, and say why.

A coordinator's, a buyer's and a farm's program are tried in all ways. What the accountant, the dock
and the observer may do is a part of what the coordinator may: they are tried with fewer examples and
without the phase that goes through every edge of every schema. The driver, food aid and the
administrator have no run: they read and do what one of the others reads and does."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time

from demo import Demo
from proxy import Faulty

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = os.path.dirname(sys.executable)
# A run takes about a minute; one that takes five hangs.
PATIENCE = 300
EXAMPLES = os.environ.get("CARREAU_CONFORMANCE_EXAMPLES", "30")
# Of a role whose rights are a part of another's.
FEWER = ("--max-examples", "8")


def known(demo, token):
    """Words and numbers of this hub, so that what is tried gets behind the first door."""
    week = [one["week"] for one in demo.items(token, "/weeks")]
    words = {name: [] for name in ("day", "site", "order", "document", "line", "purchase",
                                   "product", "producer", "buyer")}
    for one in week:
        at = f"/weeks/{one}"
        words["line"] += [row["line"] for row in demo.items(token, f"{at}/price-list")][:20]
        words["day"] += [row["day"] for row in demo.items(token, f"{at}/closings")]
        for row in demo.items(token, f"{at}/orders"):
            words["order"].append(row["order"])
            words["day"].append(row["day"])
        words["document"] += [row["document"] for row in demo.items(token, f"{at}/documents")]
        for row in demo.items(token, f"{at}/purchases"):
            words["purchase"].append(row["purchase"])
            words["day"].append(row["day"])
        words["product"] += [row["product"] for row in demo.items(token, f"{at}/offers")]
        words["day"] += [row["day"] for row in demo.items(token, f"{at}/offers")]
    words["site"] = [row["site"] for row in demo.items(token, "/sites")]
    words["buyer"] = [row["buyer"] for row in demo.items(token, "/buyers")]
    words["producer"] = [row["producer"] for row in demo.items(token, "/producers")]
    words["product"] += [row["product"] for row in demo.items(token, "/products")][:10]
    me = json.loads(demo.ask("GET", "/api/v1/me", token=token)[1])
    if me["party"]:
        words["producer" if me["role"] == "producer" else "buyer"] = [me["party"]]
    words = {name: sorted(set(all))[:60] for name, all in words.items() if all}
    return words | ({"week": week} if week else {})


# Where each word may stand, and how often it is used instead of a made-up one.
PLACES = {
    "week": ["path.week"], "day": ["path.day", "query.day", "body.day", "body.offers[*].day"],
    "site": ["path.site", "body.site"], "order": ["path.order"], "document": ["path.document"],
    "line": ["body.lines[*].line"], "purchase": ["body.lines[*].purchase"],
    "product": ["body.offers[*].product"], "producer": ["body.producer", "query.producer"],
    "buyer": ["body.buyer", "query.buyer"],
}


def config(words):
    lines = []
    for name, all in words.items():
        lines.append(f"[dictionaries.{name}]\nvalues = {json.dumps(all)}\n")
    lines.append("[parameters]")
    for name in words:
        for place in PLACES.get(name, []):
            lines.append(f'"{place}" = {{ dictionary = "{name}", probability = 0.85 }}')
    # A rule may say no to what reads well (422); what does not read is a 400, and never expected.
    lines.append('''
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "422"]
''')
    return "\n".join(lines)


PHASES = "examples,coverage,fuzzing,stateful"


def run(host, token, words, *more, phases=PHASES):
    """One run of schemathesis: whether it passed, and what it said."""
    with tempfile.TemporaryDirectory(prefix="carreau-schemathesis-") as folder:
        with open(f"{folder}/config.toml", "w") as file:
            file.write(config(words))
        command = [
            f"{TOOLS}/st", "--config-file", f"{folder}/config.toml", "run",
            f"http://{host}/api/v1/openapi.json", "--header", f"Authorization: Bearer {token}",
            "--phases", phases, "--checks", "all", "--workers", "2",
            "--max-examples", EXAMPLES, "--seed", "7", "--no-color", "--continue-on-failure",
            "--generation-database", "none", "--suppress-health-check", "all",
            "--request-timeout", "30", *more]
        # The report of a failure names a request that begins it: no token may stand in a log.
        environment = os.environ | {"SCHEMATHESIS_HOOKS": f"{HERE}/hooks.py"}
        done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT, timeout=PATIENCE)
    return done.returncode == 0, done.stdout.replace(token, "$JETON")


def links(said):
    """How many of the document's links from an answer to another operation were followed, of how
    many; schemathesis counts those that it found by itself as well."""
    found = re.search(r"API Links:\s+(\d+)\s+covered\s+/\s+(\d+)\s+selected", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def checked(demo, role, words=None, more=(), phases=PHASES):
    token = demo.token(role)
    since = time.monotonic()
    passed, said = run(demo.host, token, words or known(demo, token), *more, phases=phases)
    took = time.monotonic() - since
    followed, of = links(said)
    if not passed or not followed:
        print(said)
        print(f"    {role}: failed after {took:.0f} s; {followed} of {of} links followed")
        return False
    told = [line.strip() for line in said.splitlines() if "generated" in line or "cases" in line]
    print(f"    {role}: passed in {took:.0f} s; {followed} of {of} links; {' '.join(told)}")
    return True


def control(name, faulty, token, words, operation, sign):
    """A run on a planted fault must fail, and name it."""
    with faulty:
        # One operation has nothing to lead to: no stateful phase.
        passed, said = run(faulty.host, token, words, "--include-operation-id", operation,
                           phases="examples,coverage,fuzzing")
    if passed or sign not in said:
        print(said)
        raise SystemExit(f"control: {name} was not found")
    print(f"    control: {name} is found")


def planted_500(method, path, status, text):
    if method == "GET" and "/sites" in path and status == 200 and "limit=" in path:
        return 500, b'{"code":"fault","reasons":[],"details":[]}'
    return status, text


def silent_on_404(document):
    del document["paths"]["/weeks/{week}"]["get"]["responses"]["404"]
    return document


def main():
    with Demo() as demo:
        roles = demo.roles()
        first = lambda kind: next(role for role in roles if role.startswith(kind))
        token = demo.token("coordinator")
        words = known(demo, token)
        control("a planted 500", Faulty(demo.host, answer=planted_500), token, words,
                "listSites", "Server error")
        control("a status that the document does not have",
                Faulty(demo.host, document=silent_on_404), token, words, "getWeek",
                "Undocumented status code")
        # The coordinator closes days: last.
        desks = ("observer", "accountant", "dock")
        failed = [role for role in desks
                  if not checked(demo, role, words, FEWER, "examples,fuzzing,stateful")]
        roles = (first("producer."), first("buyer."), "coordinator")
        failed += [role for role in roles if not checked(demo, role)]
        if failed:
            raise SystemExit(f"schemathesis failed as {', '.join(failed)}")
        if demo.child.poll() is not None:
            raise SystemExit("the program ended by itself")
    faults = [line for line in demo.told.splitlines() if "panicked" in line or "refusé" in line]
    if faults:
        raise SystemExit("the program said:\n" + "\n".join(faults))


main()
