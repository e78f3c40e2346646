"""Backtests of drafts: run beside the service one at a time, with progress, until done, canceled or abandoned."""

from __future__ import annotations

import asyncio
import multiprocessing
import secrets
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import structlog
from pebble import ProcessExpired, ProcessPool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor import pools
from monitor.console.marked import shown
from monitor.console.page import Console, page
from monitor.console.worker import TIME_LIMIT, begin
from monitor.errors import ConfigError, StoreError
from monitor.settings import Settings
from monitor.workbench.backtest.ofdraft import DraftBacktest
from monitor.workbench.backtest.result import Backtest
from monitor.workbench.backtest.text import as_text
from monitor.workbench.draft import Draft

log = structlog.get_logger()
T = TypeVar("T")

DAYS = (7, 1, 30)
"""How many days a backtest may go back; the first is offered first."""

UNSEEN = 60.0
"""Seconds after which a backtest is given up that nobody looks at: its browser was closed."""
_KEPT = 5
_SAMPLES = 20
_AGAIN = 2


@dataclass(slots=True)
class BacktestRun:
    """A backtest: how far it has got, and what came of it. `wrong` is why there is no result, in words."""

    id: str
    file: str
    looked_at: float
    done: int = 0
    total: int = 0
    wrong: str = ""
    result: Backtest | None = None
    task: asyncio.Task[None] | None = None

    @property
    def runs(self) -> bool:
        """Whether it goes on."""
        return not self.wrong and self.result is None


class Backtests:
    """The backtest that runs, and the last few that ended."""

    def __init__(self, console: Console, *, unseen: float = UNSEEN) -> None:
        self._console = console
        self._unseen = unseen
        self._runs: dict[str, BacktestRun] = {}

    def begin(self, file: str, draft: Draft, period: timedelta) -> str | None:
        """Start one and give its id; None while another runs."""
        if any(run.runs for run in self._runs.values()):
            return None
        while len(self._runs) >= _KEPT:
            del self._runs[next(iter(self._runs))]
        run = BacktestRun(secrets.token_urlsafe(9), file, asyncio.get_running_loop().time())
        self._runs[run.id] = run
        run.task = asyncio.create_task(self._run(run, draft, period), name="a backtest of the console")
        return run.id

    def look(self, run_id: str) -> BacktestRun | None:
        """One of them; that somebody looks keeps it going."""
        if run := self._runs.get(run_id):
            run.looked_at = asyncio.get_running_loop().time()
        return run

    def cancel(self, run_id: str) -> None:
        """End one, if it runs."""
        run = self._runs.get(run_id)
        if run and run.runs and run.task:
            run.wrong = "It was canceled."
            run.task.cancel()

    async def close(self) -> None:
        """End what runs."""
        tasks = [run.task for run in self._runs.values() if run.task and not run.task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, run: BacktestRun, draft: Draft, period: timedelta) -> None:
        how = "failed"
        pool = ProcessPool(max_workers=1, initializer=begin, context=multiprocessing.get_context("forkserver"))
        try:
            await _in(pool, _open, self._console.settings, draft)
            until = self._console.clock()
            run.total = await self._console.store.count_revisions(until - period, until)
            async for items in self._console.store.revisions(until - period, until):
                if asyncio.get_running_loop().time() - run.looked_at > self._unseen:
                    run.wrong, how = "It was given up, because nobody looked at it any more.", "abandoned"
                    return
                await _in(pool, _with_backtest, DraftBacktest.compare, items)
                run.done += len(items)
            run.result = await _in(pool, _with_backtest, DraftBacktest.result, period)
            how = "done"
        except ConfigError as error:
            run.wrong = "; ".join([str(error), *(f"line {one.line}: {one.message}" for one in error.problems[:3])])
        except StoreError:
            run.wrong = "The database cannot be used now. Try again in a minute."
        except (TimeoutError, FutureTimeoutError):
            run.wrong = "Matching took too long, so it was given up."
        except (ProcessExpired, RuntimeError, OSError, MemoryError) as error:
            run.wrong = f"The process that matches ended: {type(error).__name__}. Try again."
        except asyncio.CancelledError:
            how = "canceled"
            run.wrong = run.wrong or "The service ended."
            raise
        finally:
            log.info("a backtest ended", action="console_backtest_ended", file=run.file, result=how)
            await asyncio.shield(asyncio.to_thread(pools.end, pool))


async def _in(pool: ProcessPool, work: Callable[..., T], *given: object) -> T:
    return await asyncio.wrap_future(pool.schedule(work, args=given, timeout=3 * TIME_LIMIT))


def routes(console: Console, backtests: Backtests) -> list[Route]:
    """The page of a backtest, and where it is canceled."""

    async def show(request: Request) -> Response:
        run = backtests.look(request.path_params["run"])
        if run is None:
            raise HTTPException(404)
        result = run.result.result if run.result else None
        text = as_text(run.result) if run.result else ""
        rules = sorted({*result.added, *result.removed}) if result else ()
        answer = page(
            console,
            request,
            "backtest.html",
            run=run,
            text=shown(text),
            heading=text.partition("\n")[0],
            volumes=result.routes if result else (),
            both=[(rule, result.removed.get(rule, ()), result.added.get(rule, ())) for rule in rules] if result else (),
        )
        if run.runs:
            answer.headers["refresh"] = str(_AGAIN)
        return answer

    async def cancel(request: Request) -> Response:
        backtests.cancel(request.path_params["run"])
        return RedirectResponse(f"/backtests/{request.path_params['run']}", 303)

    return [Route("/backtests/{run}", show), Route("/backtests/{run}/cancel", cancel, methods=["POST"])]


_backtest = pools.Kept[DraftBacktest]()


def _open(settings: Settings, draft: Draft) -> None:
    _backtest.put(DraftBacktest(settings, draft, samples=_SAMPLES))


def _with_backtest(work: Callable[..., T], *given: object) -> T:
    return work(_backtest.get(), *given)
