"""The technician's tool for the HX1088 concentrator: screens, command line and the client below them."""

from importlib import metadata

try:
    __version__ = metadata.version("hhu")
except metadata.PackageNotFoundError:  # run from a source tree that nobody installed
    __version__ = "0+source"
