# SPDX-License-Identifier: MIT
"""peewee: active records, each saved by itself; there is no unit of work."""
import peewee
from peewee import (BooleanField, CharField, DatabaseProxy, DateTimeField, ForeignKeyField,
                    IntegerField, Model, SqliteDatabase, TextField, chunked, prefetch)
from playhouse import db_url

from dataset import LIST_OWNERS, LIST_ROWS, moment

database = DatabaseProxy()


class Base(Model):
    class Meta:
        database = database


class User(Base):
    email = CharField(255, unique=True)
    name = CharField(100)
    is_active = BooleanField(default=True)
    created_at = DateTimeField()

    class Meta:
        table_name = "users"


class Task(Base):
    title = CharField(200)
    description = TextField(null=True)
    completed = BooleanField(default=False)
    priority = IntegerField(default=1)
    owner = ForeignKeyField(User, backref="tasks")
    created_at = DateTimeField()

    class Meta:
        table_name = "tasks"


class Peer:
    time = staticmethod(moment)
    load_tracked = None     # there is no identity map
    joined = None           # a join gives a user for each task, not users with tasks

    def __init__(self, url, schema):
        self.driver = {}
        if url.startswith("sqlite"):
            self.database = SqliteDatabase(":memory:", pragmas={"foreign_keys": 1})
        else:
            import psycopg2     # without it peewee speaks of a wrong configuration
            self.driver = {"psycopg2": psycopg2.__version__.split()[0]}
            self.database = db_url.connect(url, options="-csearch_path=" + schema)
        database.initialize(self.database)
        self.database.connect()

    def versions(self):
        return {"peewee": peewee.__version__, **self.driver}

    def fill(self, users, tasks):
        self.database.create_tables([User, Task])
        with self.database.atomic():
            for rows in chunked(users, 1000):
                User.insert_many(rows).execute()
        self.insert_bulk(tasks)

    def forget(self):
        pass

    # ---- one table ---------------------------------------------------------------

    def get(self, keys):
        return [Task.get_by_id(key) for key in keys]

    def load_untracked(self):
        return list(Task.select().tuples())

    def lists(self, owners):
        found = []
        for owner in owners:
            found.extend(
                Task.select()
                .where(Task.owner >= owner, Task.owner < owner + LIST_OWNERS, ~Task.completed)
                .order_by(Task.created_at.desc(), Task.id)
                .limit(LIST_ROWS))
        return found

    def first(self, count):
        return list(Task.select().where(Task.id <= count).order_by(Task.id))

    def after(self, key):
        return list(Task.select().where(Task.id > key).order_by(Task.id))

    # ---- users and their tasks ----------------------------------------------------

    def each(self, count):
        users = User.select().where(User.id <= count).order_by(User.id)
        return [(user, list(user.tasks)) for user in users]

    def selectin(self, count):
        users = User.select().where(User.id <= count).order_by(User.id)
        return [(user, user.tasks) for user in prefetch(users, Task)]

    # ---- writing -----------------------------------------------------------------

    def insert(self, rows):
        tasks = [Task(**row) for row in rows]
        with self.database.atomic():
            if self.database.returning_clause:
                Task.bulk_create(tasks, batch_size=1000)
            else:
                for task in tasks:
                    task.save(force_insert=True)
        return tasks

    def insert_bulk(self, rows):
        with self.database.atomic():
            for some in chunked(rows, 1000):
                Task.insert_many(some).execute()

    def update(self, tasks):
        with self.database.atomic():
            for task in tasks:
                task.priority += 1
                task.save(only=[Task.priority])
        return [task.priority for task in tasks]

    def delete(self, tasks):
        with self.database.atomic():
            for task in tasks:
                task.delete_instance()

    def delete_after(self, key):
        Task.delete().where(Task.id > key).execute()
