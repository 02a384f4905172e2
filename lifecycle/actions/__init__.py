"""One function per verb of what moves."""
