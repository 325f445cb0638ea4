"""What is held: ledgers, assets, accounts, balances, lots, freezes, transfers, money."""

from collections.abc import Sequence
from datetime import date

from steppe.amounts import Amount, day_text, decimal_text
from steppe.models import (
    Asset,
    Balance,
    DepositReceipt,
    Freeze,
    FreezeReceipt,
    IssuanceReceipt,
    Ledger,
    Lot,
    Page,
    Receipt,
    Transfer,
    TransferChain,
    TransferLeg,
)
from steppe.request import Request, command, get, given, listing, public, public_listing, segment
from steppe.words import TransferMode


def ledgers() -> Request[Page[Ledger]]:
    """List the ledgers."""
    return public_listing("/v1/ledgers", Ledger)


def ledger(ledger: str) -> Request[Ledger]:
    """Show a ledger."""
    return public(f"/v1/ledgers/{segment(ledger)}", Ledger)


def assets(
    *, ledger: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[Page[Asset]]:
    """List the assets that can be held."""
    return public_listing("/v1/assets", Asset, ledger=ledger, limit=limit, cursor=cursor)


def asset(code: str) -> Request[Asset]:
    """Show an asset."""
    return public(_asset(code), Asset)


def define_asset(
    *,
    ledger: str,
    code: str,
    kind: str,
    unit: str,
    scale: int,
    title_zh: str,
    title_en: str,
    vintage: str | None = None,
    region: str | None = None,
    basin: str | None = None,
    idempotency_key: str | None = None,
) -> Request[Receipt]:
    """Define an asset (regulator, exchange operator)."""
    body = given(
        ledger=ledger,
        code=code,
        kind=kind,
        unit=unit,
        scale=scale,
        title_zh=title_zh,
        title_en=title_en,
        vintage=vintage,
        region=region,
        basin=basin,
    )
    return command("/v1/assets", Receipt, body, idempotency_key=idempotency_key)


def authorise_issuance(
    code: str, *, quantity: Amount, document: str, idempotency_key: str | None = None
) -> Request[Receipt]:
    """Raise the cap under which an asset may be issued, or lower it by a negative quantity."""
    body = {"quantity": decimal_text(quantity), "document": document}
    path = f"{_asset(code)}:authorise"
    return command(path, Receipt, body, idempotency_key=idempotency_key)


def issue_units(
    code: str,
    *,
    participant_id: str,
    quantity: Amount,
    source: str,
    vintage: str | None = None,
    region: str | None = None,
    basin: str | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    tradable_from: date | None = None,
    idempotency_key: str | None = None,
) -> Request[IssuanceReceipt]:
    """Issue units under the cap to a participant, as one lot."""
    body = given(
        participant_id=participant_id,
        quantity=decimal_text(quantity),
        vintage=vintage,
        region=region,
        basin=basin,
        valid_from=_day(valid_from),
        valid_to=_day(valid_to),
        tradable_from=_day(tradable_from),
        source=source,
    )
    path = f"{_asset(code)}/issuances"
    return command(path, IssuanceReceipt, body, idempotency_key=idempotency_key)


def accounts(
    *,
    ledger: str | None = None,
    participant_id: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[Balance]]:
    """List accounts and what is on them: the caller's own; staff may name a participant."""
    path = "/v1/accounts"
    return listing(
        path, Balance, ledger=ledger, participant_id=participant_id, limit=limit, cursor=cursor
    )


def account(account_id: str) -> Request[Balance]:
    """Show an account and what is on it."""
    return get(_account(account_id), Balance)


def freeze_units(
    account_id: str,
    *,
    quantity: Amount,
    document: str,
    lot_id: str | None = None,
    idempotency_key: str | None = None,
) -> Request[FreezeReceipt]:
    """Freeze units on an account so that they can be neither sold nor moved."""
    body = given(quantity=decimal_text(quantity), lot_id=lot_id, document=document)
    path = f"{_account(account_id)}:freeze"
    return command(path, FreezeReceipt, body, idempotency_key=idempotency_key)


def release_units(
    freeze_id: str, *, document: str, idempotency_key: str | None = None
) -> Request[Receipt]:
    """Release frozen units."""
    path = f"/v1/freezes/{segment(freeze_id)}:release"
    return command(path, Receipt, {"document": document}, idempotency_key=idempotency_key)


def freezes(
    *, ledger: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[Page[Freeze]]:
    """List frozen units."""
    return listing("/v1/freezes", Freeze, ledger=ledger, limit=limit, cursor=cursor)


def balances(
    *,
    ledger: str | None = None,
    asset: str | None = None,
    participant_id: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[Balance]]:
    """List balances: in total, held for orders, not yet tradable, and available."""
    return listing(
        "/v1/balances",
        Balance,
        ledger=ledger,
        asset=asset,
        participant_id=participant_id,
        limit=limit,
        cursor=cursor,
    )


def lots(
    *,
    ledger: str | None = None,
    asset: str | None = None,
    expiring_before: date | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[Lot]]:
    """List holdings by lot: vintage, origin, validity, locks, first tradable day."""
    return listing(
        "/v1/lots",
        Lot,
        ledger=ledger,
        asset=asset,
        expiring_before=_day(expiring_before),
        limit=limit,
        cursor=cursor,
    )


def create_transfer(
    *,
    ledger: str,
    legs: Sequence[TransferLeg],
    reference: str,
    mode: TransferMode = "posted",
    idempotency_key: str | None = None,
) -> Request[TransferChain]:
    """Move amounts between accounts, all legs or none; `pending` only reserves them."""
    body = {
        "ledger": ledger,
        "legs": [leg.body() for leg in legs],
        "mode": mode,
        "reference": reference,
    }
    return command("/v1/transfers", TransferChain, body, idempotency_key=idempotency_key)


def post_transfer(chain_id: str, *, idempotency_key: str | None = None) -> Request[TransferChain]:
    """Make a pending chain of transfers final."""
    path = f"/v1/transfers/{segment(chain_id)}:post"
    return command(path, TransferChain, idempotency_key=idempotency_key)


def void_transfer(chain_id: str, *, idempotency_key: str | None = None) -> Request[TransferChain]:
    """Release a pending chain of transfers."""
    path = f"/v1/transfers/{segment(chain_id)}:void"
    return command(path, TransferChain, idempotency_key=idempotency_key)


def transfers(
    *,
    ledger: str | None = None,
    account_id: str | None = None,
    chain_id: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[Transfer]]:
    """List transfers."""
    return listing(
        "/v1/transfers",
        Transfer,
        ledger=ledger,
        account_id=account_id,
        chain_id=chain_id,
        limit=limit,
        cursor=cursor,
    )


def transfer(transfer_id: str) -> Request[Transfer]:
    """Show a transfer."""
    return get(f"/v1/transfers/{segment(transfer_id)}", Transfer)


def deposit_cash(
    *,
    ledger: str,
    participant_id: str,
    amount: Amount,
    reference: str,
    idempotency_key: str | None = None,
) -> Request[DepositReceipt]:
    """Credit money that has arrived at the settlement bank (clearing)."""
    body = {
        "ledger": ledger,
        "participant_id": participant_id,
        "amount": decimal_text(amount),
        "reference": reference,
    }
    return command("/v1/cash/deposits", DepositReceipt, body, idempotency_key=idempotency_key)


def _asset(code: str) -> str:
    return f"/v1/assets/{segment(code)}"


def _account(account_id: str) -> str:
    return f"/v1/accounts/{segment(account_id)}"


def _day(value: date | None) -> str | None:
    return None if value is None else day_text(value)
