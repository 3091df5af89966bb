"""The domain: what a concentrator knows and decides. No bytes of frames, no ports, no files."""
