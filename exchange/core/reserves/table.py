"""Commands of reserves: how each is refused and done, and who may submit it."""

from exchange.core.act import Act, Do, Refuse
from exchange.core.command import Command
from exchange.core.mandate import REGULATOR, TRADERS, Mandate
from exchange.core.reserves import accepting, movements, offers
from exchange.core.reserves.commands import (
    AcceptOffer,
    BuyBack,
    ReleaseSmall,
    ReleaseUnits,
    RetainUnits,
    TakeIntoReserve,
    WithdrawOffer,
)
from exchange.core.types import Scope

TABLE: dict[type[Command], tuple[Refuse, Do]] = {
    ReleaseSmall: (offers.refuse_small, offers.release_small),
    WithdrawOffer: (offers.refuse_withdraw, offers.withdraw),
    AcceptOffer: (accepting.refuse_accept, accepting.accept),
}
ACTS = (
    Act(RetainUnits, movements.refuse_retain, movements.retain, movements.describe_retain),
    Act(TakeIntoReserve, movements.refuse_take, movements.take, movements.describe_take),
    Act(BuyBack, offers.refuse_buy_back, offers.buy_back, offers.describe_offer),
    Act(ReleaseUnits, offers.refuse_release, offers.release, offers.describe_offer),
)
MANDATES: dict[type[Command], Mandate] = {
    RetainUnits: REGULATOR,
    TakeIntoReserve: REGULATOR,
    BuyBack: REGULATOR,
    ReleaseUnits: REGULATOR,
    ReleaseSmall: REGULATOR,
    WithdrawOffer: REGULATOR,
    AcceptOffer: Mandate(own=TRADERS, scope=Scope.TRADE),
}
