"""The inside of intake: the shape of rows, the statement, and running it. The way in is `lifecycle.actions.intake`."""
