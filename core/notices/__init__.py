"""What people are told of: written by the statement that decides, shown at the bell, never instead of a task."""
