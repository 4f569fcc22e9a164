"""`python -m tests.faults.cut_off`: the story of test_cut_off, inside its own network."""

import asyncio
import sys

from tests.faults.test_cut_off import story

if __name__ == "__main__":
    asyncio.run(story())
    sys.stdout.write("recovered\n")
