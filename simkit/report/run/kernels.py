"""The kernels that execute a report's notebooks: started ahead, and each used for one notebook after the other."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop, run_sync

START_LIMIT_S = 120
LOOK_S = 0.1
"""How often somebody who waits looks whether there is still something to wait for."""
MOST = 2
"""Kernels of one report: more share less of what they work out, and each takes the memory of a whole Python."""
Result = TypeVar("Result")


class CurrentPython(AsyncKernelManager):
    """Starts kernels with the interpreter of this process."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.clients: list[Any] = []
        _started.add(self)

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel of this interpreter."""
        # Frozen modules make the debugger print a warning; no debugger is attached here.
        argv = [sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        argv.append("--InteractiveShellApp.ignore_cwd=True")  # no file of the workspace is taken for a module
        environment = {"PYDEVD_DISABLE_FILE_VALIDATION": "1", "MPLBACKEND": "agg"}
        metadata = {"debugger": False, "supported_encryption": ["curve"]}
        return KernelSpec(argv=argv, display_name="Python", language="python", env=environment, metadata=metadata)

    def client(self, **options: Any) -> Any:
        """Return a new client; whoever runs a notebook in a kernel that is not its own leaves it open."""
        self.clients.append(super().client(**options))
        return self.clients[-1]

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        # What a kernel says about itself is of no use to a user; what a cell says comes back through the notebook.
        await super()._async_launch_kernel(kernel_cmd, **{**options, "stderr": subprocess.DEVNULL})


_started: weakref.WeakSet[CurrentPython] = weakref.WeakSet()


class Kernel:
    """One kernel, for several notebooks; it belongs to the thread that made it."""

    def __init__(self) -> None:
        self.manager = CurrentPython(kernel_name="python3", config=kernel_config())
        self.begin = ""
        """Code that it executes before every notebook."""

    def tell(self, code: str) -> None:
        """Execute code outside of any notebook, in a kernel that is started if there is none.

        Raises
        ------
        RuntimeError
            When the kernel does not start, or dies.
        """
        run_sync(self._told)(code)

    def close_clients(self) -> None:
        """Close the clients that notebooks have left open."""
        while self.manager.clients:
            self.manager.clients.pop().stop_channels()

    def end(self) -> None:
        """Kill the kernel, if there is one."""
        self.close_clients()
        if self.manager.has_kernel:
            run_sync(self.manager.shutdown_kernel)(now=True)

    async def _told(self, code: str) -> None:
        if not self.manager.has_kernel:
            await self.manager.start_kernel(cwd=str(Path.cwd()))  # so that it finds the same workspace
        client = self.manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=START_LIMIT_S)
        reply = await self._reply(client, code)
        self.close_clients()
        if reply["content"]["status"] != "ok":
            raise RuntimeError(reply["content"].get("evalue", ""))

    async def _reply(self, client: Any, code: str) -> Any:
        """Return the answer to some code; the client alone waits for that of a dead kernel until the limit."""
        asked = asyncio.ensure_future(client.execute(code, silent=True, reply=True, timeout=START_LIMIT_S))
        while not (await asyncio.wait({asked}, timeout=LOOK_S))[0]:
            if not await self.manager.is_alive():
                asked.cancel()
                await asyncio.wait({asked})
                raise RuntimeError("the kernel has died")
        return asked.result()


class Kernels:
    """Several kernels, each in a thread of its own, that do what is handed in one after the other."""

    def __init__(self, count: int, first: str) -> None:
        self._first = first
        self._jobs: SimpleQueue[Callable[[Kernel], None] | None] = SimpleQueue()
        self._pool = ThreadPoolExecutor(max_workers=count)
        self._serving = [self._pool.submit(self._serve) for _ in range(count)]

    def submit(self, work: Callable[[Kernel], Result]) -> Future[Result]:
        """Let the next kernel that is free do some work."""
        future: Future[Result] = Future()
        self._jobs.put(partial(_answer, future, work))
        return future

    def end(self) -> None:
        """Kill the kernels; work that has not begun is not done."""
        stop_all()
        while not self._jobs.empty():
            self._jobs.get()
        for _ in self._serving:
            self._jobs.put(None)
        while wait(self._serving, timeout=LOOK_S).not_done:
            stop_all()  # one that was just starting was not there yet to be killed
        self._pool.shutdown(wait=True)

    def _serve(self) -> None:
        with loop_closed():
            kernel = Kernel()
            with contextlib.suppress(Exception):  # the notebook that finds no kernel tells why
                kernel.tell(self._first)
            while (job := self._jobs.get()) is not None:
                job(kernel)
            with contextlib.suppress(Exception):  # it is dead already
                kernel.end()


def _answer(future: Future[Result], work: Callable[[Kernel], Result], kernel: Kernel) -> None:
    try:
        future.set_result(work(kernel))
    except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
        future.set_exception(error)


@contextmanager
def kernels(count: int, first: str) -> Iterator[Kernels]:
    """Yield kernels that are starting, and leave none behind, however the block ends.

    Parameters
    ----------
    count : int
        How many; the work that is handed in runs in as many of them at once.
    first : str
        Code that each of them executes as soon as it is there.
    """
    running = Kernels(count, first)
    try:
        yield running
    finally:
        running.end()


def kernel_config() -> Any:
    """Encrypt the connection to the kernel; it is refused where the messaging library was built without it."""
    import zmq
    from traitlets.config import Config

    config = Config()
    config.AsyncKernelManager.transport_encryption = "required" if zmq.has("curve") else "disabled"
    return config


@contextmanager
def loop_closed() -> Iterator[None]:
    """Close the event loop that running a notebook opens in a thread of its own."""
    try:
        yield
    finally:
        ensure_event_loop().close()


def stop_all() -> None:
    """Kill every kernel of this process at once; the notebooks then fail in their own threads."""
    for kernel in list(_started):
        provisioner = kernel.provisioner
        process = getattr(provisioner, "process", None)
        if process is not None and process.poll() is None:
            process.kill()
