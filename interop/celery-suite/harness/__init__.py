"""Runs Celery's own integration tests against a worker in another process."""
