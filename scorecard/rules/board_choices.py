"""What an own board may ask for: days that move on by themselves, so that a board stays of use."""

from scorecard.rules.comparisons import COMPARISONS, CUSTOM
from scorecard.rules.periods import CHOICES

MOST_METRICS = 24
MOST_FILTERS = 3
PERIODS = {key: label for key, label in CHOICES.items() if key not in ("custom", "all")}
COMPARED = {key: label for key, label in COMPARISONS.items() if key != CUSTOM}
