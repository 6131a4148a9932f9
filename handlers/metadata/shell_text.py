"""What a shell wrote of a program's output into a file, in its own coding of characters."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE


def shell_text(kept: bytes) -> str:
    """Read it as text: Windows PowerShell's `>` writes UTF-16, other shells UTF-8 with a mark or without."""
    is_wide = kept.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    return kept.decode("utf-16" if is_wide else "utf-8-sig", errors="replace")
