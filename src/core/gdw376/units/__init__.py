"""Data units, one module per AFN, one class per Fn; labels in Chinese word for word from the standard."""
