"""What each step of the ladder does, and who must act."""

TOUCH = 999  # the step of a first touch that is missing; it stands outside the ladder of the answer
TASK_KINDS = {"task": "breach", "raise": "raise", "touch": "first_touch", "late": "clock"}
WAITS = {"customer": "waiting", "packet": "asked"}  # by kind of pause, the kind of the task that comes with it
ASKS_FOR_ANSWER = ("breach", "raise", *WAITS.values())  # kinds of tasks that any answer closes
ANSWERS = {"accepted": "Accepted by {}.", "rejected": "Rejected by {}.", "recalled": "Taken back by {}."}
TASK_TITLES = {"task": "Not answered in time", "raise": "Still not answered", "touch": "No first touch in time"}
TASK_TITLES |= {"late": "Not done in time"}
EVENTS = {
    "warn": "handoff.warned",
    "breach": "handoff.breached",
    "task": "handoff.breached",
    "raise": "handoff.raised",
    "reassign": "handoff.reassigned",
    "touch": "handoff.touch_missed",
    "late": "handoff.clock_missed",
    "priority": "handoff.prioritised",
    "away": "handoff.set_away",
    "set": "handoff.property_set",
}
