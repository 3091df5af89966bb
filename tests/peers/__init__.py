"""Against programs not written here; they come with the extra ``peers`` and are skipped without it."""
