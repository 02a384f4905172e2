"""Answering and giving many handoffs at once: each decides alone, and what is done is written together."""
