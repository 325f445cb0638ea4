"""What can be held comes into being with its accounts of the venue.

Invariant: every asset is known by its number and by its code.
"""

from exchange.core.commands import DefineAsset
from exchange.core.events import AccountOpened, AnyEvent, AssetDefined
from exchange.core.state import Asset, State
from exchange.core.types import HOUSE, AssetId, Purpose


def open_asset(state: State, command: DefineAsset, purposes: tuple[Purpose, ...]) -> list[AnyEvent]:
    """Define an asset with accounts of the venue. Emits: AssetDefined, AccountOpened for each."""
    asset_id = AssetId(len(state.assets))
    state.assets[asset_id] = Asset(
        asset_id,
        command.code,
        command.kind,
        command.unit,
        command.scale,
        command.region,
        command.basin,
    )
    state.asset_codes[command.code] = asset_id
    events: list[AnyEvent] = [
        AssetDefined(
            asset_id,
            command.code,
            command.kind,
            command.unit,
            command.scale,
            command.title_zh,
            command.title_en,
            command.vintage,
            command.region,
            command.basin,
        )
    ]
    for purpose in purposes:
        account = state.accounts.open(HOUSE, asset_id, purpose)
        events.append(AccountOpened(account.account_id, HOUSE, asset_id, purpose))
    return events
