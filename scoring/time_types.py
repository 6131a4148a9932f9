"""Instants and durations: plain whole numbers as the program runs, two types to the checker (time_types.pyi)."""

Instant = int
Duration = int
