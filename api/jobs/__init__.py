"""Rebuilds asked for over HTTP: each runs in a process of its own, and tells every worker how far it is."""
