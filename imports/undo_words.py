"""Why a record that an import wrote is not simply put back: what was built on it since."""

HANDS_OFF = {
    "followers": "Another record came from it",
    "records": "Records belong to it",
    "owned": "Records or companies are theirs",
    "seats": "Somebody who stays sits in it",
    "team": "A team that stays is led by them",
    "handoffs": "It was offered across a seam",
    "activities": "Somebody was in touch",
    "tasks": "Somebody has a task about it",
    "imports": "Another file told of it",
    "people": "Somebody changed it",
    "moved": "This file moved it on through a gate, and a move stays",
    "changed": "Its values are others since",
    "refused": "What it was before is no longer allowed",
    "other": "Something else refers to it",
}
