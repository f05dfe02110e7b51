#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Other libraries beside Rowan: the same rows, the same work, in turns.

Each library that is installed runs in a process of its own, on tables of its own, and in
each round every one does the same work once; what is told are medians.  With --rowan,
Rowan and its hand-written twin take part, and every checksum has to be theirs.  A library
that is not installed is named as absent.
"""
import argparse
import json
import os
import platform
import re
import signal
import subprocess
import sys
from collections import namedtuple

HERE = os.path.dirname(os.path.abspath(__file__))

Peer = namedtuple("Peer", "name title engines")
BOTH, SQLITE, POSTGRES = ("sqlite", "postgresql"), ("sqlite",), ("postgresql",)
PEERS = [
    Peer("sqlalchemy", "SQLAlchemy", BOTH),
    Peer("sqlmodel", "SQLModel", BOTH),
    Peer("peewee", "peewee", BOTH),
    Peer("sqlite3", "sqlite3 alone", SQLITE),
    Peer("psycopg2", "psycopg2 alone", POSTGRES),
    Peer("psycopg", "psycopg 3 alone", POSTGRES),
]
OURS = [{"name": "rowan", "title": "Rowan", "versions": {}},
        {"name": "twin", "title": "C by hand", "versions": {}}]

# `rowan`: what the workload is called in bench-throughput.
Workload = namedtuple("Workload", "name rowan title unit count quick")
WORKLOADS = [
    Workload("insert", "insert", "insert objects, keys read back", "row", 10000, 2000),
    Workload("insert-bulk", "insert-bulk", "insert in bulk", "row", 10000, 2000),
    Workload("get", "get", "get by key, cold", "row", 2000, 1000),
    Workload("load-untracked", "load-untracked", "load 100,000 rows", "row", 100000, 100000),
    Workload("load-tracked", "load-tracked", "load 100,000 objects, tracked", "row",
             100000, 100000),
    Workload("list", "list-built", "filtered list of 20", "list", 200, 200),
    Workload("each", "each", "1,000 x 10, one query each (N+1)", "parent", 1000, 1000),
    Workload("selectin", "selectin", "1,000 x 10, select-in", "parent", 1000, 1000),
    Workload("joined", "joined", "1,000 x 10, joined", "parent", 1000, 1000),
    Workload("update", "update", "update one column, object by object", "row", 10000, 2000),
    Workload("delete", "delete", "delete, object by object", "row", 10000, 2000),
]


def die(message):
    clear_progress()
    sys.exit("peers.py: " + message)


# ---- processes ---------------------------------------------------------------------

class Process:
    """Competitors that live in one process, which measures when it is told to."""

    def __init__(self, title, command, renamed=None):
        self.title = title
        self.renamed = renamed or {}
        try:
            # Out of the reach of Ctrl-C: the end of its stdin ends it, and its tables go.
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, text=True,
                                            start_new_session=True)
        except OSError as error:
            die("%s: %s" % (command[0], error.strerror))

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            die("%s ended early, with status %d" % (self.title, self.process.wait()))
        return json.loads(line)

    def take_turn(self, workload, count):
        """What each of the competitors came to, by name."""
        name = self.renamed.get(workload, workload)
        try:
            self.process.stdin.write("%s %d\n" % (name, count))
            self.process.stdin.flush()
        except BrokenPipeError:
            pass        # read() tells what happened
        return self.read()

    def close(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.wait()


def start_peer(peer, url):
    command = [sys.executable, "-B", os.path.join(HERE, "turns.py"), peer.name, url]
    if not url.startswith("sqlite"):
        command.append("bench_peers_%s_%d" % (peer.name, os.getpid()))
    return Process(peer.title, command)


def start_rowan(program, url):
    command = [program, "--turns"]
    if not url.startswith("sqlite"):
        command += ["--engine", url]
    return Process("Rowan", command, {work.name: work.rowan for work in WORKLOADS})


# ---- figures -----------------------------------------------------------------------

def percentile(values, percent):
    """Interpolated between neighbours, as the other benchmarks do it."""
    values = sorted(values)
    place = percent / 100 * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def spread(values):
    return {"median": percentile(values, 50), "p10": percentile(values, 10),
            "p90": percentile(values, 90), "min": min(values), "max": max(values)}


def compare_checksums(workload, seen):
    """`seen`: by competitor, of one round.  The one that all have."""
    if len(set(seen.values())) > 1:
        die("%s: not all did the same work: %s" % (
            workload.name, ", ".join("%s %s" % item for item in seen.items())))
    return next(iter(seen.values()), None)


def measure(workload, processes, options):
    count = workload.quick if options.quick else workload.count
    rounds = {}     # by competitor: its figures of each round
    # Round 0 warms up and is not counted.
    for number in range(options.rounds + 1):
        seen = {}
        first = number % len(processes)
        for process in processes[first:] + processes[:first]:
            show_progress("%s: round %d of %d, %s" % (workload.name, number, options.rounds,
                                                      process.title))
            for name, figures in process.take_turn(workload.name, count).items():
                seen[name] = figures["checksum"]
                if number:
                    rounds.setdefault(name, []).append(figures)
        checksum = compare_checksums(workload, seen)
    return {"name": workload.name, "title": workload.title, "unit": workload.unit,
            "count": count, "checksum": checksum,
            "results": {name: result(figures, rounds.get("rowan"), count)
                        for name, figures in rounds.items()}}


def result(rounds, rowan, count):
    ns = [figures["ns"] / count for figures in rounds]
    found = {"ns": spread(ns), "per_second": 1e9 / percentile(ns, 50)}
    if rowan:
        found["to_rowan"] = spread(ratios("ns", rounds, rowan))
        found["cpu_to_rowan"] = spread(ratios("cpu_ns", rounds, rowan))
    return found


def ratios(kind, mine, others):
    """Of the same rounds."""
    return [a[kind] / b[kind] for a, b in zip(mine, others)]


def ratio_of(report):
    """On a busy machine a short run is not disturbed and a long one is, and Rowan's are
    short.  In SQLite nobody waits, so that processor time can be compared instead."""
    return "cpu_to_rowan" if report["engine"] == "sqlite" else "to_rowan"


# ---- telling -----------------------------------------------------------------------

def show_progress(text):
    if sys.stderr.isatty():
        sys.stderr.write("\r%-78.78s" % text)
        sys.stderr.flush()


def clear_progress():
    if sys.stderr.isatty():
        sys.stderr.write("\r%78s\r" % "")


def print_cells(title, cells):
    print("%-36s" % title + "".join("%20s" % cell for cell in cells), flush=True)


def print_row(workload, peers, ratio):
    cells = []
    for peer in peers:
        figures = workload["results"].get(peer["name"])
        if not figures:
            cells.append("-")
        elif ratio in figures and peer["name"] != "rowan":
            cells.append("{:,.0f} ({:.2f})".format(figures["per_second"],
                                                  figures[ratio]["median"]))
        else:
            cells.append("{:,.0f}".format(figures["per_second"]))
    clear_progress()
    print_cells(workload["title"], cells)


# ---- the run -----------------------------------------------------------------------

def parse_options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [workload.name for workload in WORKLOADS]
    parser.add_argument("--engine", metavar="URL", default="sqlite://",
                        help="sqlite:// (in memory, the default) or postgresql://..")
    parser.add_argument("--rowan", metavar="PROGRAM", help="bench-throughput, to take part")
    parser.add_argument("--only", metavar="NAME", choices=names,
                        help="one workload: " + ", ".join(names))
    parser.add_argument("--without", metavar="NAME", action="append", default=[],
                        choices=[peer.name for peer in PEERS],
                        help="as if this peer were not installed; may be repeated")
    parser.add_argument("--rounds", metavar="N", type=int, help="per workload [5, quick: 1]")
    parser.add_argument("--quick", action="store_true", help="fewer rows and rounds")
    parser.add_argument("--json", metavar="FILE", help="write the figures here")
    options = parser.parse_args()
    if options.rounds is None:
        options.rounds = 1 if options.quick else 5
    if options.rounds < 1:
        parser.error("--rounds takes a number from 1 on")
    # The old name, which not every library knows.
    options.engine = re.sub("^postgres://", "postgresql://", options.engine)
    if options.engine != "sqlite://" and not options.engine.startswith("postgresql://"):
        parser.error("--engine is sqlite:// (in memory) or a postgresql:// URL")
    return options


def start_all(options, processes, report):
    """Start Rowan and the peers that are installed; they fill their tables at once."""
    kind = options.engine.partition(":")[0]
    started = []
    if options.rowan:
        processes.append(start_rowan(options.rowan, options.engine))
    for peer in PEERS:
        if kind not in peer.engines:
            continue
        if peer.name in options.without:
            report["absent"].append(absent(peer, "left out"))
            continue
        started.append((peer, start_peer(peer, options.engine)))
        processes.append(started[-1][1])
    if options.rowan:
        processes[0].read()
        report["peers"] += OURS
    for peer, process in started:
        hello = process.read()
        if "failed" in hello:
            die("%s: %s" % (peer.title, hello["failed"]))
        if "absent" in hello:
            report["absent"].append(absent(peer, hello["absent"]))
            processes.remove(process)
            process.close()
        else:
            report["database"] = hello["database"]
            report["peers"].append({"name": peer.name, "title": peer.title,
                                    "versions": hello["versions"]})


def absent(peer, why):
    return {"name": peer.name, "title": peer.title, "why": why}


def print_peers(report):
    for peer in report["peers"]:
        versions = ", ".join("%s %s" % item for item in peer["versions"].items())
        if versions:
            print("%s: %s" % (peer["title"], versions))
    for peer in report["absent"]:
        print("%s is absent: %s" % (peer["title"], peer["why"]))


def run(options, processes):
    report = {"schema": 1, "kind": "peers", "engine": options.engine.partition(":")[0],
              "database": "", "python": platform.python_version(), "rounds": options.rounds,
              "peers": [], "absent": [], "workloads": []}
    show_progress("filling the tables")
    start_all(options, processes, report)
    clear_progress()
    print_peers(report)
    if not report["database"]:
        print("There is no other library here to compare with.")
        return report
    ratio = ratio_of(report)
    time = "processor time" if ratio.startswith("cpu") else "time"
    print("Per second%s; %s\n" % (" (%s over Rowan's)" % time if options.rowan else "",
                                  report["database"]))
    print_cells("", [peer["title"] for peer in report["peers"]])
    for workload in WORKLOADS:
        if options.only in (None, workload.name):
            report["workloads"].append(measure(workload, processes, options))
            print_row(report["workloads"][-1], report["peers"], ratio)
    return report


def stop(number, frame):
    """Once is enough: the processes still have to end."""
    for each in signal.SIGINT, signal.SIGTERM:
        signal.signal(each, signal.SIG_IGN)
    clear_progress()
    sys.exit(128 + number)


def main():
    options = parse_options()
    processes = []
    for number in signal.SIGINT, signal.SIGTERM:
        signal.signal(number, stop)
    try:
        report = run(options, processes)
    finally:
        for process in processes:
            process.close()
    if options.json:
        with open(options.json, "w") as file:
            json.dump(report, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
