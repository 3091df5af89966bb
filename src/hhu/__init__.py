"""The technician's tool for the HX1088 concentrator: screens, command line and the client below them."""


def __getattr__(name: str) -> str:
    """Give ``__version__``, looked up when first asked for: it costs a quarter of the start of a command."""
    if name != "__version__":
        raise AttributeError(name)
    from importlib import metadata  # noqa: PLC0415 - slow to load

    try:
        return metadata.version("hhu")
    except metadata.PackageNotFoundError:  # run from a source tree that nobody installed
        return "0+source"
