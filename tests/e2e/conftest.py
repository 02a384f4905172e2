from tests.plugins.processes import worker_and_beat

__all__ = ["worker_and_beat"]
