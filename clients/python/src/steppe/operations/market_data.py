"""Instruments and what everybody may see of their markets."""

from steppe.amounts import Amount, decimal_text
from steppe.models import Book, Instrument, Page, PublicTrade, Receipt, Ticker
from steppe.request import Request, command, given, public, public_listing, segment


def instruments(
    *,
    ledger: str | None = None,
    asset: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[Instrument]]:
    """List instruments with their steps, limits and state."""
    path = "/v1/instruments"
    return public_listing(path, Instrument, ledger=ledger, asset=asset, limit=limit, cursor=cursor)


def instrument(code: str) -> Request[Instrument]:
    """Show an instrument."""
    return public(_instrument(code), Instrument)


def list_instrument(
    *,
    code: str,
    asset: str,
    title_zh: str,
    title_en: str,
    reference_price: Amount,
    ledger: str | None = None,
    region: str | None = None,
    basin: str | None = None,
    sector: str | None = None,
    idempotency_key: str | None = None,
) -> Request[Instrument]:
    """Admit an instrument to trading; region, basin and sector narrow who may trade it."""
    body = given(
        code=code,
        ledger=ledger,
        asset=asset,
        title_zh=title_zh,
        title_en=title_en,
        reference_price=decimal_text(reference_price),
        region=region,
        basin=basin,
        sector=sector,
    )
    return command("/v1/instruments", Instrument, body, idempotency_key=idempotency_key)


def halt_instrument(
    code: str, *, document: str, idempotency_key: str | None = None
) -> Request[Receipt]:
    """Halt trading in an instrument."""
    path = f"{_instrument(code)}:halt"
    return command(path, Receipt, {"document": document}, idempotency_key=idempotency_key)


def resume_instrument(
    code: str, *, document: str, idempotency_key: str | None = None
) -> Request[Receipt]:
    """Let trading in a halted instrument go on."""
    path = f"{_instrument(code)}:resume"
    return command(path, Receipt, {"document": document}, idempotency_key=idempotency_key)


def book(instrument: str, *, depth: int | None = None) -> Request[Book]:
    """Show an instrument's order book, best prices first."""
    return public(f"{_instrument(instrument)}/book", Book, depth=depth)


def public_trades(
    instrument: str, *, limit: int | None = None, cursor: str | None = None
) -> Request[Page[PublicTrade]]:
    """List an instrument's trades as everybody sees them, newest first."""
    path = f"{_instrument(instrument)}/trades"
    return public_listing(path, PublicTrade, limit=limit, cursor=cursor)


def ticker(instrument: str) -> Request[Ticker]:
    """Show an instrument's trading day so far."""
    return public(f"{_instrument(instrument)}/ticker", Ticker)


def _instrument(code: str) -> str:
    return f"/v1/instruments/{segment(code)}"
