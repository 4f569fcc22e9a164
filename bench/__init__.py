"""Benchmarks: Stairstep beside reference servers, in one run, as ratios. Start with README.md."""
