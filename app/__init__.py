"""Stairstep: a live workshop app for business relationships."""

VERSION = "0.1.0"
