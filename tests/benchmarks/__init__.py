"""Measurements, never timed tests. ``python -m tests.benchmarks`` prints them; every one asserts rows > 0."""
