"""The same scenarios run by Celery's own worker and by the Swift one, and what each of them leaves in Redis."""
