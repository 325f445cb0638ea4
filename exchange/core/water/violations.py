"""What is always true of water years and savings."""

from collections.abc import Iterator

from exchange.core.state import State


def violations(state: State) -> Iterator[str]:
    for year in state.water.years.values():
        region, *leagues = year.shares.values()
        if sum(leagues) > region:
            yield f"asset {year.asset_id}: the leagues' shares are above the region's {region}"
    for saving in state.water.savings.values():
        if not 0 < saving.tradable <= saving.potential:
            yield f"saving {saving.saving_id} of {saving.potential} lets {saving.tradable} trade"
