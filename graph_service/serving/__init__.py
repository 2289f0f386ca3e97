"""The server's side: identity, guard, workers, responses. It opens views and nothing else."""
