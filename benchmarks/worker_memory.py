"""The memory of two processes that play runs of the demo, as a study of the product starts and feeds them.

``python benchmarks/worker_memory.py RUNS`` in the project's environment. Such processes import the program that started
them; this one imports what it needs where it needs it, so that they hold nothing but their own.
"""

from __future__ import annotations

import sys


def main(runs: int) -> None:
    """Play four designs until each process has met so many runs, and say how large the larger one was meanwhile."""
    import statistics

    import psutil
    from calibrated_firms import demo_folder, measured_client
    from machine import say

    from simkit.model.specification.designs import load_design
    from simkit.model.specification.scenarios import load_scenario
    from simkit.study.experiment.experiment_spec import Execution, Experiment, Variant
    from simkit.study.experiment.run_experiment import run_experiment

    names = ("baseline", "hunter_farmer", "pods", "stretched_t")
    client, seen = measured_client(demo_folder()), []
    experiment = Experiment(
        variants=tuple(Variant(label=name, design=load_design(name)) for name in names),
        scenarios={"today": load_scenario("today")}, replications=2 * runs // len(names), seed=1,
    )  # fmt: skip

    def look(done: int, _: int) -> None:
        if done:
            workers = psutil.Process().children(recursive=True)
            seen.append(max((one.memory_info().rss, one.memory_info().shared) for one in workers))

    execution = Execution(jobs=2, confirmed=True)
    run_experiment(experiment, client.model_inputs, client.parameters, execution=execution, progress=look)
    half, sizes = len(seen) // 2, [rss / 2**20 for rss, _ in seen]
    first, second = statistics.mean(sizes[min(10, half // 2) : half]), statistics.mean(sizes[half:])
    say(f"\nmemory of the larger of two workers, {runs} runs of the demo each, after every {len(names)}th run:")
    say(f"{first:.0f} MB in the first half, {second:.0f} MB in the second, at most {max(sizes):.0f} MB")
    say(
        f"of these {statistics.median(shared for _, shared in seen) / 2**20:.0f} MB are pages of libraries, which processes share"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
