"""Drive one book from a file of messages: `python -m matching [FILE] [--depth N]`.

Reads one JSON message a line and writes the events as JSON lines, in order. A malformed line
gives an `error` line with its number and changes nothing. Exit status: 0, or 1 when a line was
malformed, or 2 when the command itself or its file is at fault. The README describes the lines.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, BinaryIO

from matching.book import OrderBook
from matching.lines import parse, render, render_error
from matching.messages import BookLimits

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        limits = BookLimits(
            options.tick,
            options.step,
            options.quantity_min,
            options.quantity_max,
            not options.ids_in_any_order,
        )
    except ValueError as error:
        parser.error(str(error))
    book = OrderBook(limits)
    out = sys.stdout.buffer
    if options.file == "-":
        errors = drive(book, sys.stdin.buffer, out)
    else:
        try:
            with open(options.file, "rb") as messages:  # noqa: PTH123  a file given by its name
                errors = drive(book, messages, out)
        except OSError as error:
            parser.error(str(error))
    if options.depth:
        out.write(render(book.depth(options.depth)) + b"\n")
    out.flush()
    return 1 if errors else 0


def drive(book: OrderBook, messages: BinaryIO, out: BinaryIO) -> int:
    """Apply every line to the book and write what follows; return the malformed lines' number."""
    errors = 0
    for line_number, line in enumerate(messages, start=1):
        if not line.strip():
            continue
        try:
            events = book.apply(parse(line))
        except ValueError as error:
            errors += 1
            out.write(render_error(line_number, str(error)) + b"\n")
            continue
        out.writelines(render(event) + b"\n" for event in events)
    return errors


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m matching", description=__doc__)
    limits = BookLimits()
    parser.add_argument("file", nargs="?", default="-", help="messages, by default standard input")
    parser.add_argument("--depth", type=_count, default=0, metavar="N", help="end with N levels")
    for name in ("tick", "step", "quantity_min", "quantity_max"):
        option = "--" + name.replace("_", "-")
        parser.add_argument(option, type=int, default=getattr(limits, name), metavar="N")
    parser.add_argument("--ids-in-any-order", action="store_true", help="remember every order id")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return number


if __name__ == "__main__":
    sys.exit(main())
