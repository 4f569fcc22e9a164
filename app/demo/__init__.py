"""The demo: a throw-away installation with a past, and simulated people who take part in a live session.

It stands beside ``main``: it uses the actions, as every caller does, and reaches its own server only by HTTP and sockets.
"""
