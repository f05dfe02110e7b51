# SPDX-License-Identifier: MIT
"""What the drivers alone have in common: SQL by hand, rows as tuples."""
from itertools import groupby

from dataset import LIST_OWNERS, LIST_ROWS, moment

USER = "u.id, u.email, u.name, u.is_active, u.created_at"
TASK = "t.id, t.title, t.description, t.completed, t.priority, t.owner_id, t.created_at"
USER_COLUMNS = "email", "name", "is_active", "created_at"
TASK_COLUMNS = "title", "description", "completed", "priority", "owner_id", "created_at"

TABLES = """
CREATE TABLE users (id {key}, email varchar(255) NOT NULL UNIQUE, name varchar(100) NOT NULL,
    is_active boolean NOT NULL, created_at {time} NOT NULL);
CREATE TABLE tasks (id {key}, title varchar(200) NOT NULL, description text,
    completed boolean NOT NULL, priority integer NOT NULL,
    owner_id integer NOT NULL REFERENCES users, created_at {time} NOT NULL);
CREATE INDEX tasks_owner_id ON tasks (owner_id);
"""


class Driver:
    load_tracked = None     # nothing is tracked
    time = staticmethod(moment)
    key_type, time_type = "serial PRIMARY KEY", "timestamp"
    of_owners = "= ANY(?)"
    mark, named_mark = "%s", "%%(%s)s"      # of a parameter

    def sql(self, text):
        return text.replace("?", self.mark)

    def execute(self, sql, parameters=()):
        cursor = self.connection.cursor()
        cursor.execute(sql, parameters)
        return cursor

    def all(self, sql, parameters=()):
        return self.execute(sql, parameters).fetchall()

    def insert_into(self, table, columns):
        """With a parameter of its name for each column, as rows that are dicts want it."""
        return "INSERT INTO %s (%s) VALUES (%s)" % (
            table, ", ".join(columns), ", ".join(self.named_mark % name for name in columns))

    def fill(self, users, tasks):
        for statement in TABLES.format(key=self.key_type, time=self.time_type).split(";")[:-1]:
            self.execute(statement)
        self.connection.cursor().executemany(self.insert_into("users", USER_COLUMNS), users)
        self.insert_bulk(tasks)

    def forget(self):
        self.connection.commit()

    # ---- one table ---------------------------------------------------------------

    def get(self, keys):
        sql = self.sql(f"SELECT {TASK} FROM tasks t WHERE id = ?")
        return [self.execute(sql, (key,)).fetchone() for key in keys]

    def load_untracked(self):
        return self.all(f"SELECT {TASK} FROM tasks t")

    def lists(self, owners):
        sql = self.sql(f"SELECT {TASK} FROM tasks t WHERE owner_id >= ? AND owner_id < ?"
                       " AND completed = ? ORDER BY created_at DESC, id LIMIT ?")
        found = []
        for owner in owners:
            found += self.all(sql, (owner, owner + LIST_OWNERS, False, LIST_ROWS))
        return found

    def first(self, count):
        return self.all(self.sql(f"SELECT {TASK} FROM tasks t WHERE id <= ? ORDER BY id"),
                        (count,))

    def after(self, key):
        return self.all(self.sql(f"SELECT {TASK} FROM tasks t WHERE id > ? ORDER BY id"), (key,))

    # ---- users and their tasks ----------------------------------------------------

    def users(self, count):
        return self.all(self.sql(f"SELECT {USER} FROM users u WHERE id <= ? ORDER BY id"),
                        (count,))

    def each(self, count):
        sql = self.sql(f"SELECT {TASK} FROM tasks t WHERE owner_id = ?")
        return [(user, self.all(sql, (user[0],))) for user in self.users(count)]

    def selectin(self, count):
        users = self.users(count)
        owned = {user[0]: [] for user in users}
        sql = self.sql(f"SELECT {TASK} FROM tasks t WHERE owner_id {self.of_owners}")
        for task in self.all(sql, (self.keys_of(users),)):
            owned[task[5]].append(task)
        return [(user, owned[user[0]]) for user in users]

    def joined(self, count):
        rows = self.all(self.sql(f"SELECT {USER}, {TASK} FROM users u"
                                 " LEFT JOIN tasks t ON t.owner_id = u.id"
                                 " WHERE u.id <= ? ORDER BY u.id"), (count,))
        return [(user, [row[5:] for row in group if row[5] is not None])
                for user, group in groupby(rows, lambda row: row[:5])]

    def keys_of(self, rows):
        return [row[0] for row in rows]

    # ---- writing -----------------------------------------------------------------

    def delete(self, tasks):
        self.execute(self.sql("DELETE FROM tasks WHERE id = ANY(?)"), (self.keys_of(tasks),))
        self.connection.commit()

    def delete_after(self, key):
        self.execute(self.sql("DELETE FROM tasks WHERE id > ?"), (key,))
        self.connection.commit()
