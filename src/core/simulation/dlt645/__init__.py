"""Meters that speak DL/T 645: the faces of `core.simulation.physics` for both editions.

`shown` turns what a meter holds into the values of its display, `energies`, `variables`, `events`, `freezes`
and `parameters` answer the families of 2007, `contents_1997` all of 1997; `rights` guards what changes the
meter, `orders` carries it out, `meter` puts them behind a `MeterSlave`.
"""
