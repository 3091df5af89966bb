"""Describing bytes: one declaration gives decode, encode, dissection, JSON, form fields and test values.

Strategy
- A *codec* turns some bytes into a value and back. Three kinds: leaves (`leaf`, `bcd`, `times`), repetitions
  (`repeat`) and records (`record`, `bits`), which are frozen dataclasses whose annotations carry codecs.
- Decoding is strict: short input, digits above 9 and impossible dates raise ``DecodeError`` with offset and
  field. Encoding is strict: what the wire cannot carry raises ``EncodeError``.
- "No value" (every byte EEH) is ``None``, never zero.
- Speed matters in `Layout.take` only: runs of fixed-size fields are decoded from a plan made once.
  Dissection walks the same codecs field by field and may be slow.
"""
