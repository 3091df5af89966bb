"""Libraries of kind ``classes``: a meter that is selected, let in to, and read in classes of many packets.

`visit` enters a session and reads classes, `picture` cuts values out of them, `recipes` answer questions,
`driver` plays all that on a line; `contents` and `station` are the meter's end; `building` makes a library
from its file, `trial` tries one out.
"""
