"""A notebook's kernel is the Python that runs simkit, whatever kernels are registered on the machine.

Nothing is installed for it, and the connection between the two processes is encrypted where the machine can do that.
"""

from __future__ import annotations

import subprocess
import sys
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop

_started: weakref.WeakSet[CurrentPython] = weakref.WeakSet()


class CurrentPython(AsyncKernelManager):
    """Starts kernels with the interpreter of this process."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
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

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        # What a kernel says about itself is of no use to a user; what a cell says comes back through the notebook.
        await super()._async_launch_kernel(kernel_cmd, **{**options, "stderr": subprocess.DEVNULL})


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
