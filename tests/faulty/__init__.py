"""Machines that stop, fill up and turn back their clocks, played around the product's own commands."""
