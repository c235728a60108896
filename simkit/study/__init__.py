"""What may be concluded: parameters measured on the client, experiment grid, measures, paired comparison."""
