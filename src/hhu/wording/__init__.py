"""Words for people: what an error means and what to do next, in English and Chinese."""
