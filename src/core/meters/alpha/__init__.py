"""Elster/ABB ALPHA ("ABB square meter"): packets, classes, driver and the meter's end (§4)."""
