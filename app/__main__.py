"""`python -m app` is the stairstep command."""

from app.cli import main

main()
