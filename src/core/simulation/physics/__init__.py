"""Meters as physical things, apart from any protocol.

From the inside out: `load` is what flows, `registers` what was counted, `demand` the greatest of it,
`timepiece` the meter's clock, `meter` the whole with relay, money and its memory of what was done to it.
"""
