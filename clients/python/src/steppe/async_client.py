"""The asynchronous client: every operation as a coroutine method."""

import asyncio
import functools
import time as clock_time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import httpx2

from steppe.credentials import Credentials
from steppe.errors import SteppeError
from steppe.models import Page
from steppe.operations import (
    after_issue,
    allocation,
    budgets,
    calculation,
    cancellation,
    compliance,
    desk,
    holdings,
    identity,
    inbox,
    locks,
    market_data,
    objecting,
    paid_use,
    permits,
    reference,
    reporting,
    reserves,
    sandbox,
    totals,
    trading,
    water,
)
from steppe.request import Request
from steppe.retry import RetryPolicy
from steppe.session import HEADERS, Authorise, Flow, Send, Session, Step, Wait, base_url

P = ParamSpec("P")
T = TypeVar("T")


def _method(
    build: Callable[P, Request[T]],
) -> "Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, T]]":
    @functools.wraps(build)
    async def call(self: "AsyncClient", /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.send(build(*args, **kwargs))

    return call


def _iterator(
    build: Callable[P, Request[Page[T]]],
) -> "Callable[Concatenate[AsyncClient, P], AsyncIterator[T]]":
    @functools.wraps(build)
    def call(self: "AsyncClient", /, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
        return self.iterate(build(*args, **kwargs))

    return call


def _listing(
    build: Callable[P, Request[Page[T]]],
) -> tuple[
    "Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, Page[T]]]",
    "Callable[Concatenate[AsyncClient, P], AsyncIterator[T]]",
]:
    """Return the method for one page of a list and the one that goes through all."""
    return _method(build), _iterator(build)


class AsyncClient:
    """A client of a venue for asyncio. Tasks of one event loop may share one.

    The same as `steppe.Client`, awaited: `await client.time()`, `async for order in
    client.iter_orders()`. Close it by `aclose`, or use it in an `async with` statement.
    """

    def __init__(  # noqa: PLR0913 - each by name
        self,
        url: str,
        *,
        credentials: Credentials | None = None,
        timeout_s: float = 10.0,
        retry: RetryPolicy | None = None,
        language: str = "en",
        transport: httpx2.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = clock_time.monotonic,
    ) -> None:
        self._session = Session(credentials, retry or RetryPolicy(), timeout_s, language, monotonic)
        self._http = httpx2.AsyncClient(
            base_url=base_url(url), headers=HEADERS, transport=transport
        )
        self._sleep = sleep
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def send(self, request: Request[T]) -> T:
        """Carry out a request built by `steppe.operations` and return its answer."""
        return await self._run(self._session.perform(request))

    async def iterate(self, request: Request[Page[T]]) -> AsyncIterator[T]:
        """Go through a list from the page requested to the last, asking as needed."""
        while True:
            page = await self.send(request)
            for item in page.items:
                yield item
            if page.next_cursor is None:
                return
            request = request.after(page.next_cursor)

    def headers(self, request: Request[Any]) -> dict[str, str]:
        """Return the headers a request is sent with, without who asks."""
        return self._session.headers(request)

    async def _run(self, flow: Flow[T]) -> T:
        reply: object = None
        while True:
            try:
                step = flow.send(reply)
            except StopIteration as end:
                result: T = end.value
                return result
            reply = await self._do(step)

    async def _do(self, step: Step) -> object:
        match step:
            case Wait():
                await self._sleep(step.seconds)
                return None
            case Authorise():
                async with self._lock:
                    try:
                        return await self._run(self._session.authorise(step.attempts, step.stale))
                    except SteppeError as error:
                        return error
            case Send():
                try:
                    return await self._http.request(
                        step.method,
                        step.path,
                        params=step.params,
                        headers=step.headers,
                        content=step.content,
                        timeout=step.timeout_s,
                    )
                except httpx2.RequestError as error:
                    return error

    # The venue itself
    time = _method(reference.time)
    live = _method(reference.live)
    ready = _method(reference.ready)
    problems = _method(reference.problems)
    problem = _method(reference.problem)
    rules = _method(reference.rules)
    activate_rules = _method(reference.activate_rules)
    calendars = _method(reference.calendars)
    regions = _method(reference.regions)

    # Methods of calculation
    formulas = _method(calculation.formulas)
    evaluate_formula = _method(calculation.evaluate_formula)

    # Who takes part
    create_participant = _method(identity.create_participant)
    participants, iter_participants = _listing(identity.participants)
    participant = _method(identity.participant)
    update_participant = _method(identity.update_participant)
    admit_participant = _method(identity.admit_participant)
    admissions = _method(identity.admissions)
    freeze_participant = _method(identity.freeze_participant)
    unfreeze_participant = _method(identity.unfreeze_participant)
    create_operator = _method(identity.create_operator)
    operators, iter_operators = _listing(identity.operators)
    operator = _method(identity.operator)
    update_operator = _method(identity.update_operator)
    create_key = _method(identity.create_key)
    keys, iter_keys = _listing(identity.keys)
    key = _method(identity.key)
    revoke_key = _method(identity.revoke_key)

    # What is held
    ledgers = _method(holdings.ledgers)
    ledger = _method(holdings.ledger)
    assets, iter_assets = _listing(holdings.assets)
    asset = _method(holdings.asset)
    define_asset = _method(holdings.define_asset)
    authorise_issuance = _method(holdings.authorise_issuance)
    issue_units = _method(holdings.issue_units)
    accounts, iter_accounts = _listing(holdings.accounts)
    account = _method(holdings.account)
    balances, iter_balances = _listing(holdings.balances)
    lots, iter_lots = _listing(holdings.lots)
    freeze_units = _method(holdings.freeze_units)
    release_units = _method(holdings.release_units)
    freezes, iter_freezes = _listing(holdings.freezes)
    create_transfer = _method(holdings.create_transfer)
    post_transfer = _method(holdings.post_transfer)
    void_transfer = _method(holdings.void_transfer)
    transfers, iter_transfers = _listing(holdings.transfers)
    transfer = _method(holdings.transfer)
    deposit_cash = _method(holdings.deposit_cash)

    # Instruments and their markets
    instruments, iter_instruments = _listing(market_data.instruments)
    instrument = _method(market_data.instrument)
    list_instrument = _method(market_data.list_instrument)
    halt_instrument = _method(market_data.halt_instrument)
    resume_instrument = _method(market_data.resume_instrument)
    book = _method(market_data.book)
    public_trades, iter_public_trades = _listing(market_data.public_trades)
    ticker = _method(market_data.ticker)

    # Orders and trades
    place_order = _method(trading.place_order)
    place_orders = _method(trading.place_orders)
    replace_order = _method(trading.replace_order)
    cancel_order = _method(trading.cancel_order)
    cancel_all = _method(trading.cancel_all)
    orders, iter_orders = _listing(trading.orders)
    order = _method(trading.order)
    order_by_client_id = _method(trading.order_by_client_id)
    trades, iter_trades = _listing(trading.trades)

    # Acts that take two people
    approvals, iter_approvals = _listing(inbox.approvals)
    approval = _method(inbox.approval)
    approval_content = _method(inbox.approval_content)
    approve_request = _method(inbox.approve_request)
    reject_request = _method(inbox.reject_request)
    withdraw_request = _method(inbox.withdraw_request)

    # Control totals and initial allocation
    control_totals, iter_control_totals = _listing(totals.control_totals)
    set_control_total = _method(totals.set_control_total)
    adjust_control_total = _method(totals.adjust_control_total)
    set_aside = _method(totals.set_aside)
    cancel_control_total = _method(totals.cancel_control_total)
    create_plan = _method(allocation.create_plan)
    plans, iter_plans = _listing(allocation.plans)
    plan = _method(allocation.plan)
    replace_plan_rows = _method(allocation.replace_plan_rows)
    plan_rows, iter_plan_rows = _listing(allocation.plan_rows)
    publish_plan = _method(allocation.publish_plan)
    issue_plan = _method(allocation.issue_plan)
    plan_entries, iter_plan_entries = _listing(allocation.plan_entries)
    import_plan_rows = _method(desk.import_plan_rows)
    plan_imports, iter_plan_imports = _listing(desk.plan_imports)
    plan_import = _method(desk.plan_import)
    calculate_plan = _method(desk.calculate_plan)
    plan_calculation = _method(desk.plan_calculation)
    plan_certificate = _method(desk.plan_certificate)
    certificate_standing = _method(desk.certificate_standing)
    file_objection = _method(objecting.file_objection)
    decide_objection = _method(objecting.decide_objection)
    objections, iter_objections = _listing(objecting.objections)
    objection = _method(objecting.objection)
    true_up_plan = _method(after_issue.true_up_plan)
    true_up_entries, iter_true_up_entries = _listing(after_issue.true_up_entries)
    claims, iter_claims = _listing(after_issue.claims)
    settle_claim = _method(after_issue.settle_claim)
    register_deduction = _method(after_issue.register_deduction)
    deductions, iter_deductions = _listing(after_issue.deductions)
    borrow_allowances = _method(after_issue.borrow_allowances)
    borrowings, iter_borrowings = _listing(after_issue.borrowings)
    close_entity = _method(after_issue.close_entity)
    closures, iter_closures = _listing(after_issue.closures)

    # Locks and permits
    lock_units = _method(locks.lock_units)
    release_lock = _method(locks.release_lock)
    record_permit = _method(permits.record_permit)
    update_permit = _method(permits.update_permit)
    request_renewal = _method(permits.request_renewal)
    decide_renewal = _method(permits.decide_renewal)
    permit = _method(permits.permit)
    usable_rights, iter_usable_rights = _listing(permits.usable_rights)
    permit_tasks, iter_permit_tasks = _listing(permits.permit_tasks)
    renew_right = _method(permits.renew_right)
    permits, iter_permits = _listing(permits.permits)
    locks, iter_locks = _listing(locks.locks)
    # Reserves of the government
    reserve_movements, iter_reserve_movements = _listing(reserves.reserve_movements)
    reserve_offers, iter_reserve_offers = _listing(reserves.reserve_offers)
    reserve_offer = _method(reserves.reserve_offer)
    retain_units = _method(reserves.retain_units)
    take_into_reserve = _method(reserves.take_into_reserve)
    buy_back = _method(reserves.buy_back)
    offer_units = _method(reserves.offer_units)
    offer_small = _method(reserves.offer_small)
    accept_offer = _method(reserves.accept_offer)
    withdraw_offer = _method(reserves.withdraw_offer)
    reserves, iter_reserves = _listing(reserves.reserves)

    # Water years, savings, transfers between leagues
    set_inflow_ratio = _method(water.set_inflow_ratio)
    record_overuse = _method(water.record_overuse)
    verify_saving = _method(water.verify_saving)
    water_shares, iter_water_shares = _listing(water.water_shares)
    water_overuse, iter_water_overuse = _listing(water.water_overuse)
    water_savings, iter_water_savings = _listing(water.water_savings)
    approve_cross_region = _method(water.approve_cross_region)
    cross_region_approvals, iter_cross_region_approvals = _listing(water.cross_region_approvals)
    # Paid use
    fee_schedules, iter_fee_schedules = _listing(paid_use.fee_schedules)
    set_fee_schedule = _method(paid_use.set_fee_schedule)
    end_fee_schedule = _method(paid_use.end_fee_schedule)
    offer_contract = _method(paid_use.offer_contract)
    contracts, iter_contracts = _listing(paid_use.contracts)
    contract = _method(paid_use.contract)
    accept_contract = _method(paid_use.accept_contract)
    recall_contract = _method(paid_use.recall_contract)
    refund_contract = _method(paid_use.refund_contract)
    invoices, iter_invoices = _listing(paid_use.invoices)
    invoice = _method(paid_use.invoice)
    pay_invoice = _method(paid_use.pay_invoice)
    # Projects under budgets, targets of places
    register_project = _method(budgets.register_project)
    projects, iter_projects = _listing(budgets.projects)
    project = _method(budgets.project)
    project_entries, iter_project_entries = _listing(budgets.project_entries)
    priority_projects, iter_priority_projects = _listing(budgets.priority_projects)
    adjust_budget = _method(budgets.adjust_budget)
    record_use = _method(budgets.record_use)
    prioritise_project = _method(budgets.prioritise_project)
    close_project = _method(budgets.close_project)
    cover_obligation = _method(budgets.cover_obligation)
    start_project = _method(budgets.start_project)
    set_indicator = _method(budgets.set_indicator)
    indicators, iter_indicators = _listing(budgets.indicators)
    open_period = _method(compliance.open_period)
    compliance_periods, iter_compliance_periods = _listing(compliance.compliance_periods)
    compliance_period = _method(compliance.compliance_period)
    list_entities = _method(compliance.list_entities)
    determine_period = _method(compliance.determine_period)
    disclosures, iter_disclosures = _listing(compliance.disclosures)
    obligations, iter_obligations = _listing(compliance.obligations)
    obligation = _method(compliance.obligation)
    estimate_obligation = _method(compliance.estimate_obligation)
    surrender_units = _method(compliance.surrender_units)
    surrenders, iter_surrenders = _listing(compliance.surrenders)
    simulate_surrender = _method(compliance.simulate_surrender)
    impose_fine = _method(compliance.impose_fine)
    fines, iter_fines = _listing(compliance.fines)

    submit_report = _method(reporting.submit_report)
    reports, iter_reports = _listing(reporting.reports)
    report = _method(reporting.report)
    return_report = _method(reporting.return_report)
    verify_report = _method(reporting.verify_report)
    object_to_verification = _method(reporting.object_to_verification)
    # Voluntary cancellation
    cancel_units = _method(cancellation.cancel_units)
    cancellations, iter_cancellations = _listing(cancellation.cancellations)
    cancellation = _method(cancellation.cancellation)

    # The sandbox
    clock = _method(sandbox.clock)
    advance_clock = _method(sandbox.advance_clock)
