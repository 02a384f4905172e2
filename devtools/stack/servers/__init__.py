"""Real PostgreSQL and Valkey servers from the wheels of the lock file, on 127.0.0.1, gone when we are gone."""

from devtools.stack.servers.postgres import Postgres, postgres_programs
from devtools.stack.servers.server import Server, die_with_parent, free_port, is_free, package_folder
from devtools.stack.servers.valkey import Valkey, valkey_program

__all__ = [
    "Postgres",
    "Server",
    "Valkey",
    "die_with_parent",
    "free_port",
    "is_free",
    "package_folder",
    "postgres_programs",
    "valkey_program",
]
