"""`python -m tests.faults.read_only FOLDER`: the story of test_read_only, inside its own read-only file system."""

import asyncio
import sys
from pathlib import Path

from tests.faults.test_read_only import story

if __name__ == "__main__":
    asyncio.run(story(Path(sys.argv[1])))
    sys.stdout.write("served\n")
