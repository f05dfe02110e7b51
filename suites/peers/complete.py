# SPDX-License-Identifier: MIT
"""Whether the figures of a run are all there: complete.py FILE.

Python's own sqlite3 is always installed, so there is always something to look at.
"""
import json
import re
import sys

WORKLOADS = ["insert", "insert-bulk", "get", "load-untracked", "load-tracked", "list", "each",
             "selectin", "joined", "update", "delete"]
LIBRARIES = ["sqlalchemy", "sqlmodel", "peewee", "sqlite3"]
LACKS = {("peewee", "load-tracked"), ("peewee", "joined"), ("sqlite3", "load-tracked")}


def complaints(report):
    names = [peer["name"] for peer in report["peers"]]
    absent = [peer["name"] for peer in report["absent"]]
    rowan = "rowan" in names
    if sorted(set(names + absent) - {"rowan", "twin"}) != sorted(LIBRARIES):
        yield "present are %s, absent %s" % (names, absent)
    if "sqlite3" not in names or not report["database"].startswith("SQLite 3."):
        yield "what is always there is not: %s, %s" % (names, report["database"])
    for peer in report["peers"]:
        if peer["name"] in LIBRARIES and not all(peer["versions"].values()):
            yield "%s has no version" % peer["name"]
    if [workload["name"] for workload in report["workloads"]] != WORKLOADS:
        yield "workloads are missing"
    for workload in report["workloads"]:
        if not re.fullmatch("[0-9a-f]{16}", workload["checksum"]):
            yield "%s: checksum %s" % (workload["name"], workload["checksum"])
        for name in names:
            yield from complaints_of(workload, name, rowan)


def complaints_of(workload, name, rowan):
    what = "%s, %s" % (workload["name"], name)
    figures = workload["results"].get(name)
    if (figures is None) != ((name, workload["name"]) in LACKS):
        yield what + ": " + ("no figures" if figures is None else "figures of nothing")
    if figures is None:
        return
    ns = figures["ns"]
    if not 0 < ns["min"] <= ns["p10"] <= ns["median"] <= ns["p90"] <= ns["max"]:
        yield "%s: %s" % (what, ns)
    if abs(figures["per_second"] * ns["median"] - 1e9) > 1:
        yield "%s: %s per second" % (what, figures["per_second"])
    for ratio in "to_rowan", "cpu_to_rowan":
        if rowan != (figures.get(ratio, {}).get("median", 0) > 0):
            yield "%s: %s" % (what, "not compared with Rowan" if rowan else figures)


with open(sys.argv[1]) as file:
    found = list(complaints(json.load(file)))
for line in found:
    print(line)
sys.exit(1 if found else 0)
