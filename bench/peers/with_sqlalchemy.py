# SPDX-License-Identifier: MIT
"""SQLAlchemy: the ORM's session."""
from importlib.util import find_spec

import sqlalchemy
from sqlalchemy import (Boolean, Column, DateTime, ForeignKey, Integer, String, Text,
                        create_engine, delete, event, insert, select)
from sqlalchemy.orm import Session, declarative_base, joinedload, relationship, selectinload

from dataset import LIST_OWNERS, LIST_ROWS, moment

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    email = Column(String(255), nullable=False, unique=True)
    name = Column(String(100), nullable=False)
    is_active = Column(Boolean, nullable=False, default=True)
    created_at = Column(DateTime, nullable=False)
    tasks = relationship("Task", back_populates="owner")


class Task(Base):
    __tablename__ = "tasks"

    id = Column(Integer, primary_key=True)
    title = Column(String(200), nullable=False)
    description = Column(Text)
    completed = Column(Boolean, nullable=False, default=False)
    priority = Column(Integer, nullable=False, default=1)
    owner_id = Column(ForeignKey("users.id"), nullable=False, index=True)
    created_at = Column(DateTime, nullable=False)
    owner = relationship("User", back_populates="tasks")


def open_engine(url, schema):
    if url.startswith("sqlite"):
        engine = create_engine(url, future=True)

        @event.listens_for(engine, "connect")
        def enforce_foreign_keys(connection, record):
            connection.execute("PRAGMA foreign_keys = ON")

        return engine
    # Updates and deletes of one shape are sent a hundred at a time.
    return create_engine(url, future=True, executemany_mode="values_plus_batch",
                         connect_args={"options": "-csearch_path=" + schema})


def has_extensions():
    """Whether the parts that exist in C are there, of 1.4 or of 2: they matter."""
    try:
        return bool(find_spec("sqlalchemy.cresultproxy") or
                    find_spec("sqlalchemy.cyextension.util"))
    except ModuleNotFoundError:
        return False


class Peer:
    User, Task, metadata = User, Task, Base.metadata
    Session, select = Session, staticmethod(select)
    time = staticmethod(moment)

    def __init__(self, url, schema):
        self.engine = open_engine(url, schema)
        self.session = self.Session(self.engine, expire_on_commit=False)

    def versions(self):
        driver = self.engine.dialect.dbapi
        version = sqlalchemy.__version__
        found = {"SQLAlchemy": version if has_extensions() else version + " without its C parts"}
        if self.engine.dialect.name == "postgresql":
            found[driver.__name__] = driver.__version__.split()[0]
        return found

    def fill(self, users, tasks):
        self.metadata.create_all(self.engine)
        self.session.execute(insert(self.User), users)
        self.session.execute(insert(self.Task), tasks)
        self.session.commit()

    def forget(self):
        self.session.close()

    def all(self, statement):
        return self.session.scalars(statement).all()

    # ---- one table ---------------------------------------------------------------

    def get(self, keys):
        return [self.session.get(self.Task, key) for key in keys]

    def load_untracked(self):
        return self.session.execute(select(*self.Task.__table__.columns)).all()

    def load_tracked(self):
        return self.all(self.select(self.Task))

    def lists(self, owners):
        found, Task = [], self.Task
        for owner in owners:
            found += self.all(
                self.select(Task)
                .where(Task.owner_id >= owner, Task.owner_id < owner + LIST_OWNERS,
                       Task.completed.is_(False))
                .order_by(Task.created_at.desc(), Task.id)
                .limit(LIST_ROWS))
            self.session.expunge_all()
        return found

    def first(self, count):
        return self.all(self.select(self.Task).where(self.Task.id <= count).order_by(self.Task.id))

    def after(self, key):
        return self.all(self.select(self.Task).where(self.Task.id > key).order_by(self.Task.id))

    # ---- users and their tasks ----------------------------------------------------

    def families(self, count, *options):
        User = self.User
        users = self.session.scalars(
            select(User).where(User.id <= count).order_by(User.id).options(*options)).unique()
        return [(user, user.tasks) for user in users]

    def each(self, count):
        return self.families(count)

    def selectin(self, count):
        return self.families(count, selectinload(self.User.tasks))

    def joined(self, count):
        return self.families(count, joinedload(self.User.tasks))

    # ---- writing -----------------------------------------------------------------

    def insert(self, rows):
        tasks = [self.Task(**row) for row in rows]
        self.session.add_all(tasks)
        self.session.commit()
        return tasks

    def insert_bulk(self, rows):
        self.session.execute(insert(self.Task), rows)
        self.session.commit()

    def update(self, tasks):
        for task in tasks:
            task.priority += 1
        self.session.commit()
        return [task.priority for task in tasks]

    def delete(self, tasks):
        for task in tasks:
            self.session.delete(task)
        self.session.commit()

    def delete_after(self, key):
        self.session.execute(delete(self.Task).where(self.Task.id > key),
                             execution_options={"synchronize_session": False})
        self.session.commit()
