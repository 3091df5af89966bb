"""The policy of the uplink, without a line: time and outcomes in, commands out (device behaviour 6.9)."""
