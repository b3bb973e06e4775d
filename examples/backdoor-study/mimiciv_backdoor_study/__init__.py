"""Data poisoning of a mortality model on MIMIC-IV-like patients: the attack, its cost and its detection.

Everything here is Python's standard library, and every output is the same, byte for byte, with each Python from 3.8 on:
see ``numerics`` and ``randomness`` for how.
"""
