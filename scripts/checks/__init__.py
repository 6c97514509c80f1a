"""Checks of this repository's own; scripts/check runs them."""
