"""What a reason for refusing means for the record."""

# Where it goes: the first stage of this category in its pipeline, whatever the stage is called.
DISPOSITIONS = {"recycle": "recycled", "disqualify": "disqualified", "lose": "lost"}
