"""Files on their way in: reading them, guessing what they hold, mapping, running."""
