"""`python -m tests.faults.small_disk FOLDER`: the story of test_disk_full, inside its own file system."""

import asyncio
import sys
from pathlib import Path

from tests.faults.test_disk_full import story

if __name__ == "__main__":
    asyncio.run(story(Path(sys.argv[1])))
    sys.stdout.write("recovered\n")
