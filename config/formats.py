"""What a file is that is no text: told by its first bytes; and what encoding a text has."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE

GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_BEGINNINGS = (
    (GZIP, "a gzip file"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (xls)"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"Obj\x01", "an Avro file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a rar archive"),
)
_IN_ZIP = (
    (b"[Content_Types].xml", "an Excel workbook (xlsx)"),
    (b"_rels/.rels", "an Excel workbook (xlsx)"),
    (b"xl/", "an Excel workbook (xlsx)"),
    (b"docProps/", "an Excel workbook (xlsx)"),
    (b"opendocument", "an OpenDocument spreadsheet"),
    (b"Index/", "a Numbers spreadsheet"),
)
_MARKS = (
    (BOM_UTF8, "utf-8-sig"),
    (BOM_UTF32_LE, "utf-32"),
    (BOM_UTF32_BE, "utf-32"),
    (BOM_UTF16_LE, "utf-16"),
    (BOM_UTF16_BE, "utf-16"),
)
_BEGINNING = 32
"""How many bytes a text begins with that are plain letters and marks, whatever follows."""

LOOKED_AT = 512
"""How many bytes from its beginning say what a file is."""


def other_than_text(head: bytes) -> str | None:
    """Say what a file is by its first bytes; None where it may be text."""
    if head.startswith(_ZIP):
        return next((said for sign, said in _IN_ZIP if sign in head), "a zip archive")
    if head[257:262] == b"ustar":
        return "a tar archive"
    return next((said for sign, said in _BEGINNINGS if head.startswith(sign)), None)


def encoding_of(head: bytes) -> str:
    """Name the encoding of a text by its first bytes: by its mark, or else by where its NUL bytes stand."""
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if marked is not None:
        return marked
    even, odd = head[:_BEGINNING:2], head[1:_BEGINNING:2]
    if odd and not odd.strip(b"\0") and b"\0" not in even:
        return "utf-16-le"
    return "utf-16-be" if odd and not even.strip(b"\0") and b"\0" not in odd else "utf-8"
