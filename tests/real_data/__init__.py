"""Real files through the import page's own code path, with known figures at the end."""
