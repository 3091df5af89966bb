"""What is read when: passes, retries, supplement, key points, broadcasts (device behaviour 6.1 to 6.7)."""

from core.terminal.acquisition.acquisition import Acquisition

__all__ = ["Acquisition"]
