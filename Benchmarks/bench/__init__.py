"""Measures the Swift worker, cache and HTTP API beside Celery, redis-py and FastAPI, on one Redis in one run."""
