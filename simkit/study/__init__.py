"""What may be concluded: parameters measured on the client, experiment, measures, paired comparison."""
