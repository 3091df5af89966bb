"""A parser of the frame header, made by kaitai-struct-compiler 0.11 from the .ksy beside it, to compare."""
