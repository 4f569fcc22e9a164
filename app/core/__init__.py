"""The pure part of Stairstep: no clock, no database, no network, no people's names."""
