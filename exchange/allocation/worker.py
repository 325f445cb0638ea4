"""Work of the desk in a process of its own: `python -m exchange.allocation.worker`.

Orders never wait for a file or for ten thousand formulas. One job is read from standard input; the
answers go to standard output, each with its length in front: progress, then the result. It takes
at most `MEMORY_MAX` of memory, gives way to the venue, and ends when nobody listens.
"""

import hashlib
import os
import resource
import struct
import sys
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from exchange.allocation import csv_rows, xlsx
from exchange.allocation.calculation import FIXED, Calculator, Fault, Terms, fault_of
from exchange.allocation.cells import Lines, Unreadable
from exchange.allocation.sheets import Member, Sheet, SheetRow
from exchange.core.evaluation import NoResult

MEMORY_MAX = 1024 * 1024 * 1024
NICENESS = 10
STEP = 1_000
"""Rows between two words of progress."""

FAULTS_MAX = 1_000
"""Faults that are told one by one; of the others only how many there are."""

LENGTH = struct.Struct(">I")


class ReadFile(msgspec.Struct, frozen=True, tag=True):
    """Read a file as rows of a plan, and try its calculation on each."""

    terms: Terms
    members: dict[str, Member]
    kind: str
    charset: str
    data: bytes


class Calculate(msgspec.Struct, frozen=True, tag=True):
    """Calculate the rows of a plan; the inputs of each are JSON."""

    terms: Terms
    entities: list[str]
    years: list[int]
    inputs: list[str]


class Progress(msgspec.Struct, frozen=True, tag=True):
    rows_read: int
    rows_total: int


class RowsRead(msgspec.Struct, frozen=True, tag=True):
    """The rows of a file by columns; a quantity is there when the plan itself names it."""

    rows_read: int
    fault_count: int
    faults: list[Fault]
    entities: list[str]
    participants: list[int]
    years: list[int | None]
    inputs: list[str]
    quantities: list[int | None]


class RowsCalculated(msgspec.Struct, frozen=True, tag=True):
    """What each row gives, in the order asked: a quantity and a trace, or a fault as JSON."""

    quantities: list[int | None]
    traces: list[bytes | None]
    hashes: list[bytes | None]
    faults: list[str | None]


class NoRows(msgspec.Struct, frozen=True, tag=True):
    """The file is no table, or the plan has no formula."""

    fault: Fault


Job = ReadFile | Calculate
Answer = Progress | RowsRead | RowsCalculated | NoRows


def answers(job: Job) -> Iterator[Answer]:
    """Do a job: any number of words of progress, then one result."""
    try:
        calculator = Calculator(job.terms)
        if isinstance(job, ReadFile):
            yield from _read(job, calculator)
        else:
            yield _calculate(job, calculator)
    except Unreadable as fault:
        yield NoRows(Fault(fault.row, "", fault.code, fault.detail))
    except NoResult as fault:
        yield NoRows(fault_of(fault, 0, ""))


def _lines(job: ReadFile) -> Lines:
    return xlsx.lines(job.data) if job.kind == "xlsx" else csv_rows.lines(job.data, job.charset)


def _read(job: ReadFile, calculator: Calculator) -> Iterator[Answer]:
    result = RowsRead(0, 0, [], [], [], [], [], [])
    fixed = job.terms.method.rule_id == f"{job.terms.ledger}.{FIXED}"
    lines = list(Sheet(calculator.inputs, job.members).rows(_lines(job)))
    count = 0
    for read, line in enumerate(lines):
        if not read % STEP:
            yield Progress(read, len(lines))
        fault = line if isinstance(line, Fault) else _take(result, line, calculator, fixed=fixed)
        if fault is not None:
            count += 1
            if count <= FAULTS_MAX:
                result.faults.append(fault)
    yield msgspec.structs.replace(result, rows_read=len(lines), fault_count=count)


def _take(result: RowsRead, line: SheetRow, calculator: Calculator, *, fixed: bool) -> Fault | None:
    """Add a line to the rows, or tell what keeps it from being one."""
    try:
        quantity, _ = calculator.calculate(line.year, line.inputs)
    except NoResult as fault:
        return fault_of(fault, line.row, line.entity)
    result.entities.append(line.entity)
    result.participants.append(line.participant_id)
    result.years.append(line.year or None)
    result.inputs.append(msgspec.json.encode(line.inputs).decode())
    result.quantities.append(quantity if fixed else None)
    return None


def _calculate(job: Calculate, calculator: Calculator) -> RowsCalculated:
    result = RowsCalculated([], [], [], [])
    for entity, year, text in zip(job.entities, job.years, job.inputs, strict=True):
        inputs = msgspec.json.decode(text, type=dict[str, str])
        quantity = trace = digest = told = None
        try:
            quantity, found = calculator.calculate(year, inputs)
            trace = found.trace.canonical()
            digest = hashlib.sha256(trace).digest()
        except NoResult as fault:
            told = msgspec.json.encode(fault_of(fault, 0, entity)).decode()
        result.quantities.append(quantity)
        result.traces.append(trace)
        result.hashes.append(digest)
        result.faults.append(told)
    return result


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Read one job and write what comes of it."""
    job = msgspec.msgpack.decode(source.read(), type=Job)
    for answer in answers(job):
        data = msgspec.msgpack.encode(answer)
        sink.write(LENGTH.pack(len(data)) + data)
        sink.flush()


if __name__ == "__main__":
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    serve(sys.stdin.buffer, sys.stdout.buffer)
