"""What keeps the product running and says how it runs: heartbeats, rows set aside, readiness, metrics, logs."""
