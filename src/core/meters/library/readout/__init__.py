"""Libraries of kind ``readout``: a meter that is called, and then says all it knows in lines of text.

`sitting` plays the states of a session until the text is there; `driver` finds quantities in it; `sheet` and
`station` are the meter's end; `building` makes a library from its file, `trial` tries one out.
"""
