# SPDX-License-Identifier: MIT
"""psycopg 3: the driver alone; many executions go through a pipeline."""
import psycopg

from driver import TASK_COLUMNS, Driver


class Peer(Driver):
    def __init__(self, url, schema):
        self.connection = psycopg.connect(url, options="-csearch_path=" + schema)

    def versions(self):
        return {"psycopg": "%s (%s)" % (psycopg.__version__, psycopg.pq.__impl__)}

    def insert(self, rows):
        cursor = self.connection.cursor()
        cursor.executemany(self.insert_into("tasks", TASK_COLUMNS) + " RETURNING id", rows,
                           returning=True)
        tasks = []
        for row in rows:
            tasks.append((cursor.fetchone()[0], *row.values()))
            cursor.nextset()
        self.connection.commit()
        return tasks

    def insert_bulk(self, rows):
        with self.connection.cursor().copy(
                "COPY tasks (%s) FROM STDIN" % ", ".join(TASK_COLUMNS)) as copy:
            for row in rows:
                copy.write_row(tuple(row.values()))
        self.connection.commit()

    def update(self, tasks):
        changes = [(task[4] + 1, task[0]) for task in tasks]
        self.connection.cursor().executemany("UPDATE tasks SET priority = %s WHERE id = %s",
                                             changes)
        self.connection.commit()
        return [priority for priority, key in changes]
