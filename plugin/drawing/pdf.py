"""Writing a paper to print: A4, letters that every name can be written with, the same bytes for the same figures."""

from __future__ import annotations

from html import escape
from io import BytesIO
from typing import Any

from babel.numbers import format_decimal

from plugin.drawing.table import Cell, Document, Table

LOCALE = "id"
FONT, BOLD = "Huruf", "Huruf-Tebal"
MARGIN = 48
PICTURE = 300  # points wide
FIRST = 1.9  # times as wide as the others is a table's first column
PALE, HEAD = "#66727f", "#e8eef4"


def write_pdf(document: Document) -> bytes:
    """The paper as a PDF. Takes a while: not to be called on the loop."""
    # Not at the top, for the start's sake.
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import Image, Paragraph, SimpleDocTemplate, Spacer

    letters()
    styles = _styles()
    story: list[Any] = [
        Paragraph(escape(document.title), styles["title"]),
        Paragraph(escape(document.subtitle), styles["pale"]),
        Spacer(0, 10),
        *(Paragraph(escape(line), styles["text"]) for line in document.lines),
    ]
    if document.picture:
        image = Image(BytesIO(document.picture))
        image.drawHeight, image.drawWidth = PICTURE * image.imageHeight / image.imageWidth, PICTURE
        image.hAlign = "LEFT"
        story += [Spacer(0, 10), image]
    for table in document.tables:
        story += [Spacer(0, 12), Paragraph(escape(table.heading), styles["heading"]), _table(table, styles)]
    story += [Spacer(0, 12), *(Paragraph(escape(note), styles["note"]) for note in document.notes)]
    out = BytesIO()
    paper = SimpleDocTemplate(
        out, pagesize=A4, title=document.title, invariant=1,
        leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
    )  # fmt: skip

    def foot(canvas: Any, page: Any) -> None:
        canvas.setFont(FONT, 8)
        canvas.setFillColor(PALE)
        canvas.drawString(MARGIN, MARGIN / 2, document.foot)
        canvas.drawRightString(A4[0] - MARGIN, MARGIN / 2, str(page.page))

    paper.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _table(table: Table, styles: dict[str, Any]) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import LongTable, Paragraph, TableStyle

    words = [n for n in range(len(table.columns)) if any(isinstance(row[n], str) for row in table.rows)]
    figures = [n for n in range(len(table.columns)) if n not in words]
    # The first column is the widest: it names what the row is about.
    width = (A4[0] - 2 * MARGIN) / (len(table.columns) + FIRST - 1)
    looks = [styles["right" if n in figures else "cell"] for n in range(len(table.columns))]
    rows = [
        [Paragraph(escape(_said(cell)), look) for cell, look in zip(row, looks, strict=True)]
        for row in (table.columns, *table.rows)
    ]
    style: Any = [
        ("BACKGROUND", (0, 0), (-1, 0), HexColor(HEAD)), ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.3, HexColor(PALE)), ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2), ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]  # fmt: skip
    widths = [FIRST * width, *[width] * (len(table.columns) - 1)]
    return LongTable(rows, widths, repeatRows=1, style=TableStyle(style))


def _said(cell: Cell) -> str:
    if cell is None:
        return "–"
    return format_decimal(cell, locale=LOCALE) if isinstance(cell, int | float) else str(cell)


def _styles() -> dict[str, Any]:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.enums import TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle

    text = ParagraphStyle("text", fontName=FONT, fontSize=10, leading=15)
    cell = ParagraphStyle("cell", text, fontSize=7.5, leading=10)
    return {
        "text": text,
        "cell": cell,
        "right": ParagraphStyle("right", cell, alignment=TA_RIGHT),
        "title": ParagraphStyle("title", text, fontName=BOLD, fontSize=16, leading=22),
        "heading": ParagraphStyle("heading", text, fontName=BOLD, fontSize=11, leading=18),
        "pale": ParagraphStyle("pale", text, textColor=HexColor(PALE)),
        "note": ParagraphStyle("note", text, fontSize=8, leading=11, textColor=HexColor(PALE)),
    }


def letters() -> None:
    """The same letters as in the pictures: those that come with the library that draws them."""
    from matplotlib.font_manager import FontProperties, findfont
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, weight in ((FONT, "normal"), (BOLD, "bold")):
        if name not in pdfmetrics.getRegisteredFontNames():
            path = findfont(FontProperties(family="DejaVu Sans", weight=weight))
            pdfmetrics.registerFont(TTFont(name, path))
