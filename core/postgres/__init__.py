"""Django's PostgreSQL, whose silence is noticed: see `guard`."""
