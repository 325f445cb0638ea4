"""Orders and independent batches by the express lane: the forms of `schemas`, compiled.

A form says what `schemas` says of the same request; a test holds one against the other.
"""

from typing import Annotated, Final, Literal

from fastapi import Response
from msgspec import UNSET, DecodeError, Meta, Struct, UnsetType
from msgspec.json import Decoder

from exchange.api.edge import Edge
from exchange.api.express import Express, fields_of, names_once
from exchange.api.tokens import Principal
from exchange.orders.placing import place, place_each
from exchange.orders.schemas import (
    BATCH_MAX,
    PreventionWord,
    SideWord,
    TimeInForceWord,
    TypeWord,
)

_Decimal = Annotated[str, Meta(pattern=r"\A(0|[1-9][0-9]{0,17})(\.[0-9]{1,9})?\Z")]
_ClientId = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9._:-]{1,64}\Z")]
_Code = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,31}\Z")]
_Day = Annotated[str, Meta(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]


class OrderForm(Struct, forbid_unknown_fields=True, gc=False):
    """`PlaceOrderRequest`, in which a field that was left out is known to be."""

    client_order_id: _ClientId
    instrument: _Code
    side: SideWord
    quantity: _Decimal
    price: _Decimal | UnsetType | None = UNSET
    order_type: TypeWord | UnsetType = UNSET
    time_in_force: TimeInForceWord | UnsetType = UNSET
    post_only: bool | UnsetType = UNSET
    good_till_date: _Day | UnsetType | None = UNSET
    self_trade_prevention: PreventionWord | UnsetType = UNSET


class BatchForm(Struct, forbid_unknown_fields=True, gc=False):
    """`BatchRequest` of orders that are each on their own."""

    mode: Literal["independent"]
    orders: Annotated[list[OrderForm], Meta(min_length=1, max_length=BATCH_MAX)]


UNREADABLE: Final = (DecodeError, UnicodeDecodeError, RecursionError)
_FIELDS: Final = fields_of(OrderForm)
_ORDER: Final = Decoder(OrderForm)
_BATCH: Final = Decoder(BatchForm)


def read_order(body: bytes) -> OrderForm | None:
    """Read an order; None when it is not plainly one."""
    try:
        form = _ORDER.decode(body)
    except UNREADABLE:
        return None
    return form if b"\\" not in body and names_once(body, [form], _FIELDS) else None


def read_batch(body: bytes) -> BatchForm | None:
    """Read a batch of independent orders; None when it is not plainly one."""
    try:
        form = _BATCH.decode(body)
    except UNREADABLE:
        return None
    plain = b"\\" not in body and body.count(b'"mode"') == body.count(b'"orders"') == 1
    return form if plain and names_once(body, form.orders, _FIELDS) else None


async def _place_batch(edge: Edge, principal: Principal, form: BatchForm) -> Response:
    return await place_each(edge, principal, form.orders)


ROUTES: Final = (
    Express("/v1/orders", read_order, place),
    Express("/v1/orders:batch", read_batch, _place_batch),
)
