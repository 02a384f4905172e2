"""Undoing what was just done to handoffs, one or many: looked at together, refused one by one, given back together."""
