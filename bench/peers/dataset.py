# SPDX-License-Identifier: MIT
"""The rows that bench/dataset.c makes, and the checksum that bench-throughput has.

A row's values follow from its number alone; rows are dicts, for any library to take.
Times are naive and UTC; a peer that keeps them as numbers asks for time=int.
"""
from datetime import datetime, timedelta
from operator import attrgetter

USERS = 10_000
TASKS = 10 * USERS
PARENTS = 1_000         # users of the workloads that load relations
LIST_OWNERS = 5         # owners whose tasks one list looks through ..
LIST_ROWS = 20          # .. and the rows it gives

YEAR_2024_US = 1_704_067_200_000_000
EPOCH = datetime(1970, 1, 1)
MICROSECOND = timedelta(microseconds=1)


def moment(us):
    return EPOCH + us * MICROSECOND


def created_at(number):
    """Spread over a year, in no order."""
    return YEAR_2024_US + number * 7919 % 31_536_000 * 1_000_000 + number % 1_000_000


def users(time=moment):
    return [{
        "email": "user%06d@example.org" % number,
        "name": "User Number %d" % number,
        "is_active": number % 10 != 0,
        "created_at": time(created_at(number)),
    } for number in range(1, USERS + 1)]


def tasks(time=moment):
    return [{
        "title": "Task %d: water the plants" % number,
        "description": "Number %d, the ones on the balcony and the one in the hall" % number
                       if number % 3 else None,
        "completed": number % 7 < 3,
        "priority": number % 5,
        "owner_id": number % USERS + 1,
        "created_at": time(created_at(number)),
    } for number in range(1, TASKS + 1)]


def shuffled_keys():
    """All tasks' keys, in an order that is random but always the same."""
    keys = list(range(1, TASKS + 1))
    state = 42
    for i in range(TASKS - 1, 0, -1):
        state = (state * 6364136223846793005 + 1442695040888963407) & MASK
        j = (state >> 33) % (i + 1)
        keys[i], keys[j] = keys[j], keys[i]
    return keys


def list_owners(count):
    """The first owner of each list: different pages in turn."""
    return [number % 16 * 617 + 1 for number in range(count)]


# ---- checksums: bench/dataset.h, bench/throughput/workload.h ------------------

MASK = (1 << 64) - 1

task_columns = attrgetter("id", "title", "description", "completed", "priority", "owner_id",
                          "created_at")
user_columns = attrgetter("id", "email", "name", "is_active", "created_at")


def values(row, columns):
    """Of a row that is an object, or a tuple already."""
    return row if isinstance(row, tuple) else columns(row)


def microseconds(time):
    return time if isinstance(time, int) else (time - EPOCH) // MICROSECOND


def mix(total, value):
    return (total ^ value) * 0x9E3779B97F4A7C15 & MASK


def mix_text(total, text):
    return mix(total, 256 if text is None else ord(text[0]))


def mix_task(total, task):
    key, title, description, completed, priority, owner_id, created = task
    total = mix_text(mix_text(mix(total, key), title), description)
    return mix(total, (owner_id ^ microseconds(created) ^ priority) + completed)


def mix_user(total, user):
    key, email, name, is_active, created = user
    return mix_text(mix_text(mix(total, (key ^ microseconds(created)) + is_active), email), name)


def sum_tasks(rows, total=0):
    for row in rows:
        total = mix_task(total, values(row, task_columns))
    return total


def sum_sorted_tasks(rows, total=0):
    """In the order of their keys, which not every query asks for."""
    return sum_tasks(sorted((values(row, task_columns) for row in rows),
                            key=lambda task: task[0]), total)


def sum_families(pairs):
    """Users, each with its tasks."""
    total = 0
    for user, owned in pairs:
        total = sum_sorted_tasks(owned, mix_user(total, values(user, user_columns)))
    return total


def sum_numbers(numbers):
    total = 0
    for number in numbers:
        total = mix(total, number)
    return total
