#!/usr/bin/env python
"""The command line. `stack` and `run` start the servers first, so they come before Django's settings are read."""

import os
import sys


def main() -> None:
    """Run a management command, or bring the embedded servers up around one."""
    if len(sys.argv) > 1 and sys.argv[1] in ("stack", "run"):
        from devtools import stack

        raise SystemExit(stack.main(sys.argv[1:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revops.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
