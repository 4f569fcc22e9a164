"""`python -m app.browser_files` fetches what is missing."""

import sys

from app.browser_files import fetch_missing
from app.errors import AppError

try:
    fetch_missing()
except AppError as error:
    sys.exit(f"stairstep: {error.sentence}")
