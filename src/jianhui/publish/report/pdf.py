"""PDF copies of Word files, where LibreOffice is on the machine; else a message names the package."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TIMEOUT = 300
FONT_PACKAGE, OFFICE_PACKAGE = "fonts-noto-cjk", "libreoffice-writer"

_SUBSTITUTES = {
    "仿宋": "Noto Serif CJK SC",
    "楷体": "Noto Serif CJK SC",
    "宋体": "Noto Serif CJK SC",
    "方正小标宋简体": "Noto Serif CJK SC",
    "黑体": "Noto Sans CJK SC",
}


@dataclass(frozen=True)
class Printed:
    """The PDF files made, and (Chinese, English) what stood in the way."""

    files: tuple[Path, ...] = ()
    messages: tuple[tuple[str, str], ...] = ()


def office() -> str | None:
    """LibreOffice's program, if the machine has it."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def has_chinese_fonts() -> bool:
    """Whether the machine can set Chinese; where it cannot be asked, that it can is assumed."""
    ask = shutil.which("fc-list")
    if ask is None:
        return True
    told = subprocess.run([ask, ":lang=zh", "family"], capture_output=True, text=True, check=False)
    return bool(told.stdout.strip())


def print_pdf(documents: Sequence[Path]) -> Printed:
    """A PDF beside each Word file. A machine that cannot is no error: the Word files stand."""
    program = office()
    if program is None:
        return Printed(
            messages=(
                (
                    f"本机没有 LibreOffice（软件包 {OFFICE_PACKAGE}），未生成 PDF；Word 文件可照常打印。",
                    f"LibreOffice is not installed (package {OFFICE_PACKAGE}): no PDF was made.",
                ),
            )
        )
    if not has_chinese_fonts():
        return Printed(
            messages=(
                (
                    f"本机没有中文字体（软件包 {FONT_PACKAGE}），PDF 会缺字，未生成；安装后重新运行即可。",
                    f"there is no Chinese font (package {FONT_PACKAGE}): no PDF was made.",
                ),
            )
        )
    return _convert(program, documents)


def _substitutes(scratch: Path) -> dict[str, str]:
    """Fonts of official documents a machine lacks are set in what it has of the same kind."""
    aliases = "".join(
        f'<alias binding="same"><family>{family}</family><prefer><family>{kept}</family></prefer></alias>'
        for family, kept in _SUBSTITUTES.items()
    )
    path = scratch / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{aliases}</fontconfig>',
        encoding="utf-8",
    )
    return {"FONTCONFIG_FILE": str(path)}


def _convert(program: str, documents: Sequence[Path]) -> Printed:
    with tempfile.TemporaryDirectory() as scratch:
        profile = f"-env:UserInstallation={Path(scratch, 'profile').as_uri()}"
        command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", scratch]
        try:
            subprocess.run(
                [*command, *map(str, documents)],
                capture_output=True,
                check=True,
                timeout=TIMEOUT,
                env={**os.environ, **_substitutes(Path(scratch))},
            )
        except (OSError, subprocess.SubprocessError) as error:
            told = type(error).__name__
            return Printed(
                messages=((f"LibreOffice 未能生成 PDF（{told}）。", f"LibreOffice made no PDF ({told})."),)
            )
        made = []
        for document in documents:
            printed = Path(scratch, document.with_suffix(".pdf").name)
            if printed.is_file():
                shutil.copyfile(printed, document.with_suffix(".pdf"))
                made.append(document.with_suffix(".pdf"))
    return Printed(tuple(made))
