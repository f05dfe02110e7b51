# SPDX-License-Identifier: MIT
"""The schema of a PostgreSQL server that one peer's tables are in."""
from dataset import TASKS

try:
    import psycopg2 as driver
except ImportError:
    try:
        import psycopg as driver
    except ImportError:
        driver = None       # then no peer can be there either


class Schema:
    def __init__(self, url, name):
        self.name = name
        self.connection = driver.connect(url, options="-csearch_path=" + name)
        self.connection.autocommit = True
        self.execute("CREATE SCHEMA " + name)

    def execute(self, sql):
        cursor = self.connection.cursor()
        cursor.execute(sql)
        return cursor

    def version(self):
        return self.execute("SHOW server_version").fetchone()[0].split()[0]

    def settle(self):
        """Nothing is left to do that the server would do behind a run's back."""
        self.execute("VACUUM (FREEZE, ANALYZE) users, tasks")
        self.execute("CHECKPOINT")

    def tidy(self):
        """The tasks as they were filled in, and so the next key."""
        self.execute("DELETE FROM tasks WHERE id > %d" % TASKS)
        self.execute("UPDATE tasks SET priority = id % 5 WHERE priority <> id % 5")
        self.execute("SELECT setval(pg_get_serial_sequence('tasks', 'id'), %d)" % TASKS)
        self.execute("VACUUM tasks")

    def drop(self):
        self.execute("DROP SCHEMA %s CASCADE" % self.name)
