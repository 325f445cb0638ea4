"""Which stage of the command path a moment of the server's life belongs to.

A sample is a stack of functions. Going outwards from where the program was, the first function that
opens a stage names it; helpers that several stages share open none, so they count for whoever
called them.
"""

from collections.abc import Iterable

HTTP = "HTTP, ASGI, routing"
AUTHENTICATION = "authentication"
DECODING = "decoding and validation of bodies"
DIRECTORY = "directory look-ups"
SEQUENCING = "sequencing: ids, queue, answers to waiters"
CORE = "core: check and apply"
PROJECTION = "projection"
PARAMETERS = "encoding of journal and parameters"
DRIVER = "database driver"
ANSWER = "encoding of answers"
LOOP = "event loop and socket calls"
OTHER = "everything else"

# `module` or `module:function`, with all that is inside; the longest that fits decides. A name that
# ends with `_` fits whatever begins so.
STAGES = {
    "uvicorn": HTTP,
    "starlette": HTTP,
    "fastapi": HTTP,
    "exchange.api.middleware": HTTP,
    "exchange.orders.router": HTTP,
    "exchange.orders.placing": HTTP,
    "exchange.api.express": HTTP,
    "exchange.orders.express": DECODING,
    "exchange.observability": HTTP,
    "exchange.api.security": AUTHENTICATION,
    "exchange.api.tokens": AUTHENTICATION,
    "joserfc": AUTHENTICATION,
    "json": DECODING,
    "pydantic": DECODING,
    "fastapi._compat": DECODING,
    "fastapi.dependencies.utils:request_body_to_args": DECODING,
    "fastapi.dependencies.utils:_validate_value_with_model_field": DECODING,
    "exchange.api.body": DECODING,
    "exchange.api.body:StrictRoute": HTTP,
    "exchange.api.amounts:parse_amount": DECODING,
    "exchange.api.amounts:parse_day": DECODING,
    "exchange.orders.schemas": DECODING,
    "exchange.orders.placing:to_command": DECODING,
    "exchange.api.directory": DIRECTORY,
    "exchange.orders.placing:_facts": DIRECTORY,
    "exchange.sequencer": SEQUENCING,
    "exchange.core.mandates": SEQUENCING,
    "exchange.core.venue": CORE,
    "exchange.sequencer.projector": PROJECTION,
    "exchange.orders.projection": PROJECTION,
    "exchange.market_data.projection": PROJECTION,
    "exchange.ledgers.projection": PROJECTION,
    "exchange.instruments.projection": PROJECTION,
    "exchange.participants.projection": PROJECTION,
    "exchange.reference.projection": PROJECTION,
    "exchange.core.outcomes:encode_": PARAMETERS,
    "exchange.storage.writes": PARAMETERS,
    "exchange.sequencer.postgres:PostgresJournal.append": PARAMETERS,
    "exchange.sequencer.postgres:_parameters": PARAMETERS,
    "asyncpg": DRIVER,
    "sqlalchemy": DRIVER,
    "exchange.orders.placing:written": ANSWER,
    "exchange.orders.placing:_result": ANSWER,
    "exchange.orders.receipts": ANSWER,
    "exchange.api.submission": ANSWER,
    "exchange.api.problems": ANSWER,
    "starlette.responses:Response.init_headers": ANSWER,
    "asyncio": LOOP,
    "uvloop": LOOP,
}


def stage_of(module: str, function: str) -> str | None:
    """The stage that a function opens, or None."""
    name = f"{module}:{function}"
    for length in sorted(_LENGTHS, reverse=True):
        begins = name[:length]
        stage = STAGES.get(begins)
        if stage is not None and (begins.endswith("_") or name[length : length + 1] in ".:"):
            return stage
    return None


_LENGTHS = {len(name) for name in STAGES}


def attribute(stack: Iterable[tuple[str, str]]) -> str:
    """The stage of a sample: its (module, function) pairs, the innermost first."""
    for module, function in stack:
        stage = stage_of(module, function)
        if stage is not None:
            return stage
    return OTHER
