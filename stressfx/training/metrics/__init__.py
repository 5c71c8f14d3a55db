"""Metrics of daily load: kernels over many athletes, their registry, tables and definitions side by side."""
