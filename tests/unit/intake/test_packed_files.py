"""Files inside .gz and .zip, and files that are not what they seem."""

import gzip
import io
import zipfile

import pytest
from tests.unit.intake.home import Home, codes, firms, workbook

from jianhui.core.errors import DeliveryRefused
from jianhui.intake.containers import unpack

TEXT = firms(3).encode()


def zipped(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def refusal_of(data: bytes, max_bytes: int = 1 << 20) -> str:
    with pytest.raises(DeliveryRefused) as refusal:
        unpack(data, "file", max_bytes)
    assert refusal.value.where.file == "file"
    assert refusal.value.next_step
    return refusal.value.code


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        gzip.compress(TEXT),
        gzip.compress(TEXT[:50]) + gzip.compress(TEXT[50:]),
        zipped(("企业.csv", TEXT)),
        zipped(("folder/", b""), ("folder/a.csv", TEXT), ("__MACOSX/._a.csv", b"x"), (".DS_Store", b"x")),
    ],
    ids=["text", "gzip", "two gzip members", "zip", "zip with litter"],
)
def test_a_text_is_read_alone_inside_gz_or_zip(data: bytes) -> None:
    content = unpack(data, "file")
    assert (content.format, content.data) == ("csv", TEXT)


def test_a_workbook_is_read_alone_inside_gz_or_zip() -> None:
    book = workbook({"a": [["x"]]})
    for data in (book, gzip.compress(book), zipped(("a.xlsx", book))):
        content = unpack(data, "file")
        assert (content.format, content.data) == ("xlsx", book)


def test_the_format_is_told_by_content_and_not_by_name(home: Home) -> None:
    rows = [line.split(",") for line in firms(3).splitlines()]
    assert home.take("commerce_20140331.csv", workbook({"表": rows})).verdict == "accepted"
    assert home.take("commerce_20140430.xlsx.zip", TEXT).verdict == "accepted"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf\r\n", "empty_file"),
        (gzip.compress(b""), "empty_file"),
        (gzip.compress(TEXT)[:-12], "damaged_archive"),
        (gzip.compress(TEXT)[:10], "damaged_archive"),
        (gzip.compress(TEXT) + b"garbage", "damaged_archive"),
        (zipped(("a.csv", TEXT))[:-30], "damaged_archive"),
        (zipped(), "not_one_file"),
        (zipped(("a.csv", TEXT), ("b.csv", TEXT)), "not_one_file"),
        (gzip.compress(gzip.compress(TEXT)), "nested_archive"),
        (zipped(("a.zip", zipped(("a.csv", TEXT)))), "nested_archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, "old_excel_format"),
        (gzip.compress(b"a" * (1 << 21)), "too_large"),
        (zipped(("a.csv", b"a" * (1 << 21))), "too_large"),
        (zipped(("[Content_Types].xml", b"a" * (1 << 21))), "too_large"),
    ],
    ids=[f"case {n}" for n in range(15)],
)
def test_what_cannot_be_unpacked_is_refused_by_name(data: bytes, code: str) -> None:
    assert refusal_of(data) == code


def test_a_zip_with_a_password_is_refused() -> None:
    data = bytearray(zipped(("a.csv", TEXT)))
    data[6] |= 1  # the flag of encryption, in the entry and in the directory
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert refusal_of(bytes(data)) == "encrypted_archive"


@pytest.mark.parametrize(
    "data", [b"%PDF-1.4 nothing of use", b"<html><table><tr><td>a</td></tr></table></html>", b"\x00" * 50]
)
def test_what_is_no_table_is_refused(home: Home, data: bytes) -> None:
    outcome = home.take("commerce_20140331.csv", data)
    assert outcome.verdict == "refused"
    assert codes(outcome)[0] in ("missing_header", "empty_file")


def test_a_damaged_workbook_is_refused(home: Home) -> None:
    book = zipped(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook"))
    assert codes(home.take("commerce_20140331.xlsx", book)) == ["damaged_workbook"]
