"""What may be concluded: parameters measured on the client, experiment, measures, paired comparison.

`frame` is everywhere the tidy runs of :func:`simkit.study.experiment.replicate.tidy`, `measures` names measures over all
three years.
"""
