# SPDX-License-Identifier: MIT
"""psycopg2: the driver alone, a thousand rows in a statement."""
import psycopg2
from psycopg2.extras import execute_values

from driver import TASK_COLUMNS, Driver

INSERT = "INSERT INTO tasks (%s) VALUES %%s" % ", ".join(TASK_COLUMNS)
ROW = "(%s)" % ", ".join("%%(%s)s" % name for name in TASK_COLUMNS)


class Peer(Driver):
    def __init__(self, url, schema):
        self.connection = psycopg2.connect(url, options="-csearch_path=" + schema)

    def versions(self):
        return {"psycopg2": psycopg2.__version__.split()[0]}

    def insert(self, rows):
        keys = execute_values(self.connection.cursor(), INSERT + " RETURNING id", rows, ROW,
                              page_size=1000, fetch=True)
        self.connection.commit()
        return [(key, *row.values()) for (key,), row in zip(keys, rows)]

    def insert_bulk(self, rows):
        execute_values(self.connection.cursor(), INSERT, rows, ROW, page_size=1000)
        self.connection.commit()

    def update(self, tasks):
        changes = [(task[0], task[4] + 1) for task in tasks]
        execute_values(self.connection.cursor(),
                       "UPDATE tasks SET priority = new.priority"
                       " FROM (VALUES %s) AS new (id, priority) WHERE tasks.id = new.id",
                       changes, page_size=1000)
        self.connection.commit()
        return [priority for key, priority in changes]
