"""IEC 62056-21 mode C, both ends: readout and programming mode of Landis+Gyr/Siemens meters B and D, A1700.

From the outside in: `driver` and `a1700_driver` answer questions of the common vocabulary; `sessions` are the
scripts they play, `runner` plays a script in time; `values` and `dialects` find quantities in `datalines`;
`reader` finds telegrams among bytes, `telegram` is one of them. `station` is the meter's end.
"""
