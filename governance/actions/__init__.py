"""One function per verb of change."""
