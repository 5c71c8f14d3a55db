"""One file: bytes in, an `Activity` out."""
