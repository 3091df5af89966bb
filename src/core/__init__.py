"""A whole metering concentrator: protocols, terminal, panel and what surrounds them."""
