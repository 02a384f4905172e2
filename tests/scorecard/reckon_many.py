"""Reckon figures of many made-up companies twice: `python -m tests.scorecard.reckon_many --companies 5000`."""

import argparse
import os
import sys

import pytest

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--companies", type=int, default=5_000)
os.environ["RECKONED_COMPANIES"] = str(parser.parse_args().companies)
sys.exit(pytest.main(["tests/scorecard/test_second_reckoning.py", "-q", "-p", "no:randomly"]))
