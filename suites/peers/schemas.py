# SPDX-License-Identifier: MIT
"""Whether a run left its schemas behind: schemas.py URL."""
import sys

import psycopg2

cursor = psycopg2.connect(sys.argv[1]).cursor()
cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'bench\\_peers\\_%'")
left = [name for name, in cursor.fetchall()]
sys.exit("left behind: " + ", ".join(left) if left else 0)
