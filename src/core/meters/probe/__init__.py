"""Which family and speed a meter speaks: harmless questions in order of likelihood, and what answers them.

`order` says what is asked, `hearing` what an answer means, `sweep` what follows from it, `prober` when to
send and how long to listen on a line of our own; a relay of a terminal does the latter by itself.
"""
