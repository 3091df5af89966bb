"""The maker's extension inside AFN F0H (vendor extension §1, §2): envelope and contents; sans-IO."""
