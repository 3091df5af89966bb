"""What surrounds an emulated terminal."""
