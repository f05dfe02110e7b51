# SPDX-License-Identifier: MIT
"""sqlite3: the driver in Python's own library; times are kept as numbers."""
import json
import platform
import sqlite3

from driver import TASK_COLUMNS, Driver


class Peer(Driver):
    time = int
    key_type, time_type = "integer PRIMARY KEY", "integer"
    of_owners = "IN (SELECT value FROM json_each(?))"
    mark, named_mark = "?", ":%s"

    def __init__(self, url, schema):
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute("PRAGMA foreign_keys = ON")

    def versions(self):
        return {"Python's sqlite3": platform.python_version()}

    def keys_of(self, rows):
        return json.dumps([row[0] for row in rows])

    def insert(self, rows):
        cursor = self.connection.cursor()
        sql = self.insert_into("tasks", TASK_COLUMNS)
        tasks = [(cursor.execute(sql, row).lastrowid, *row.values()) for row in rows]
        self.connection.commit()
        return tasks

    def insert_bulk(self, rows):
        self.connection.executemany(self.insert_into("tasks", TASK_COLUMNS), rows)
        self.connection.commit()

    def update(self, tasks):
        changes = [(task[4] + 1, task[0]) for task in tasks]
        self.connection.executemany("UPDATE tasks SET priority = ? WHERE id = ?", changes)
        self.connection.commit()
        return [priority for priority, key in changes]

    def delete(self, tasks):
        self.connection.executemany("DELETE FROM tasks WHERE id = ?",
                                    ((task[0],) for task in tasks))
        self.connection.commit()
