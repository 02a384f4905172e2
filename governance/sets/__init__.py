"""Two versions of the blueprint asked about the same records, in one statement."""

from governance.sets.replay import Replay, ReplayedVersion, gate_lines, is_gate_changed

__all__ = ["Replay", "ReplayedVersion", "gate_lines", "is_gate_changed"]
