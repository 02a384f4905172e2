"""Real PostgreSQL and Valkey servers from the wheels of the lock file, on 127.0.0.1, gone when we are gone."""
