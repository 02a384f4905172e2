"""One function per verb of a handoff."""
