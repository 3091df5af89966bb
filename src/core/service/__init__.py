"""Orders and questions of AFN 376.1, answered by the domain: one module per AFN."""
