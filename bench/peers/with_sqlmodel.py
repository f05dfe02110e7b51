# SPDX-License-Identifier: MIT
"""SQLModel: its models and its session, which are SQLAlchemy's underneath."""
from datetime import datetime
from typing import List, Optional

import sqlmodel
from sqlmodel import Field, Relationship, SQLModel
import pydantic

import with_sqlalchemy


class User(SQLModel, table=True):
    __tablename__ = "users"

    id: Optional[int] = Field(default=None, primary_key=True)
    email: str = Field(max_length=255, sa_column_kwargs={"unique": True})
    name: str = Field(max_length=100)
    is_active: bool = True
    created_at: datetime
    tasks: List["Task"] = Relationship(back_populates="owner")


class Task(SQLModel, table=True):
    __tablename__ = "tasks"

    id: Optional[int] = Field(default=None, primary_key=True)
    title: str = Field(max_length=200)
    description: Optional[str] = None
    completed: bool = False
    priority: int = 1
    owner_id: int = Field(foreign_key="users.id", index=True)
    created_at: datetime
    owner: Optional[User] = Relationship(back_populates="tasks")


class Peer(with_sqlalchemy.Peer):
    User, Task, metadata = User, Task, SQLModel.metadata
    Session, select = sqlmodel.Session, staticmethod(sqlmodel.select)

    def versions(self):
        return {"SQLModel": sqlmodel.__version__, "pydantic": pydantic.VERSION,
                **super().versions()}

    def all(self, statement):
        return self.session.exec(statement).all()
