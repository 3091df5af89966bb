"""DL/T 645-1997 and DL/T 645-2007: multi-function meters on RS485 and infrared.

From outside in: `reader` finds frames, `frame` takes them apart, `requests` and `answers` give their data a
meaning, `identifiers` the values in them; `master` and `slave` are the two ends of a bus.
"""
