"""Complaints as cases: a demand, evidence, clocks, a reasoned answer."""
