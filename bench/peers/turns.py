# SPDX-License-Identifier: MIT
"""One peer as a process of its own: a workload each time that it is its turn.

    turns.py NAME URL [SCHEMA]

In PostgreSQL the peer's tables are in a schema of their own.  The first line on stdout says
what the peer is, or why it is absent.  Each line "workload count" on stdin is then answered
by one: how long that took, and the checksum of what was read or written; {} if the peer has
no such thing.  At the end of stdin the schema goes, and the process ends.
`bench-throughput --turns` does the same for Rowan.
"""
import gc
import importlib
import json
import sqlite3
import sys
import time

import dataset
from dataset import TASKS
from server import Schema

WRITING = "insert", "insert-bulk", "update", "delete"


class Turns:
    def __init__(self, peer, schema):
        self.peer = peer
        self.schema = schema        # None on SQLite
        self.users = dataset.users(peer.time)
        self.tasks = dataset.tasks(peer.time)
        self.keys = dataset.shuffled_keys()
        # What a workload needs, the call that is timed, and what is seen of its result.
        self.workloads = {
            "insert": (self.rows, peer.insert, dataset.sum_tasks),
            "insert-bulk": (self.rows, peer.insert_bulk, self.sum_inserted),
            "get": (self.some_keys, peer.get, dataset.sum_tasks),
            "load-untracked": (None, peer.load_untracked, dataset.sum_sorted_tasks),
            "load-tracked": (None, peer.load_tracked, dataset.sum_sorted_tasks),
            "list": (dataset.list_owners, peer.lists, dataset.sum_tasks),
            "each": (int, peer.each, dataset.sum_families),
            "selectin": (int, peer.selectin, dataset.sum_families),
            "joined": (int, peer.joined, dataset.sum_families),
            "update": (peer.first, peer.update, dataset.sum_numbers),
            "delete": (self.inserted, peer.delete, self.count_deleted),
        }

    def rows(self, count):
        return self.tasks[:count]

    def some_keys(self, count):
        return self.keys[:count]

    def inserted(self, count):
        self.count = count
        return self.peer.insert(self.rows(count))

    def sum_inserted(self, nothing):
        return dataset.sum_tasks(self.peer.after(TASKS))

    def count_deleted(self, nothing):
        return self.count - len(self.peer.after(TASKS))

    def take(self, name, count):
        needs, call, look = self.workloads[name]
        if not call:
            return None
        arguments = [needs(count)] if needs else []
        gc.collect()
        started_cpu = time.process_time_ns()
        started = time.perf_counter_ns()
        result = call(*arguments)
        ns = time.perf_counter_ns() - started
        cpu_ns = time.process_time_ns() - started_cpu
        checksum = "%016x" % look(result)
        self.peer.forget()
        if name in WRITING:
            self.tidy()
        return {"ns": ns, "cpu_ns": cpu_ns, "checksum": checksum}

    def tidy(self):
        if self.schema:
            self.schema.tidy()
        else:
            self.peer.delete_after(TASKS)


def answer(**line):
    print(json.dumps(line), flush=True)


def missing(error):
    """Why something can't be imported; Debian's packages are named after the modules."""
    if not error.name:
        return str(error)
    module = error.name.partition(".")[0]
    return "no module %s (Debian: python3-%s)" % (module, module)


def connect(name, url, schema):
    """The peer and its schema, or none and an answer that says why."""
    try:
        peer = importlib.import_module("with_" + name).Peer(url, schema)
        return peer, Schema(url, schema) if schema else None
    except ImportError as error:
        answer(absent=missing(error))
    except Exception as error:
        answer(failed=str(error).partition("\n")[0])
    return None, None


def play(name, peer, schema):
    turns = Turns(peer, schema)
    peer.fill(turns.users, turns.tasks)
    peer.forget()
    if schema:
        schema.settle()
    answer(versions=peer.versions(),
           database="PostgreSQL " + schema.version() if schema
           else "SQLite " + sqlite3.sqlite_version)
    for line in sys.stdin:
        workload, count = line.split()
        figures = turns.take(workload, int(count))
        answer(**{name: figures} if figures else {})


def main(name, url, schema=None):
    peer, schema = connect(name, url, schema)
    if not peer:
        return
    try:
        play(name, peer, schema)
    finally:
        peer.forget()
        if schema:
            schema.drop()


if __name__ == "__main__":
    main(*sys.argv[1:])
