"""What is always true of obligations."""

from collections.abc import Iterator

from exchange.core.state import DUTY, State
from exchange.core.types import AssetId, Purpose


def violations(state: State) -> Iterator[str]:
    owed: dict[AssetId, int] = {}
    for obligation in state.compliance.obligations.values():
        account = state.accounts.all[obligation.account_id]
        owed[account.asset_id] = owed.get(account.asset_id, 0) + account.posted
        if not 0 <= obligation.offset <= obligation.surrendered:
            yield f"obligation {obligation.obligation_id} has {obligation.offset} of offsets"
    for asset in state.assets.values() if state.compliance.periods else ():
        if asset.kind != DUTY:
            continue
        made = -state.accounts.house(asset.asset_id, Purpose.SOURCE).posted
        if made != owed.get(asset.asset_id, 0):
            yield f"asset {asset.asset_id}: {made} are owed, entities have the rest"
