"""What the tool does to a terminal, without a screen: link, calls, plan (diff, write, read back), names."""
