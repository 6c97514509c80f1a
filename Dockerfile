# syntax=docker/dockerfile:1

FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends pkg-config libhiredis-dev libpoppler-glib-dev libzstd-dev zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# Dependencies first: they change less often than the sources.
COPY Package.swift Package.resolve[d] ./
RUN swift package resolve
COPY Sources Sources
# The manifest names the test targets, so their folders must exist.
COPY Tests Tests
RUN swift build -c release --static-swift-stdlib --product celery-pdf \
    && mkdir /out \
    && cp "$(swift build -c release --static-swift-stdlib --show-bin-path)/celery-pdf" /out/ \
    && strip /out/celery-pdf

FROM debian:bookworm-slim AS runtime
# poppler-data: without it the text of most Chinese, Japanese and Korean PDFs is lost.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates curl libhiredis0.14 libpoppler-glib8 libzstd1 poppler-data tini zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home celery \
    && install -d -o celery -g celery /data /data/pdf /data/uploads
COPY --from=build /out/celery-pdf /usr/local/bin/celery-pdf
USER 10001
WORKDIR /data
ENV LANG=C.UTF-8 CELERY_BROKER_URL=redis://redis:6379/0
# TERM is a warm stop. tini hands it on, and reaps what the pool's children may leave behind.
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--", "celery-pdf"]

FROM runtime AS api
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
    CMD ["curl", "-fsS", "http://127.0.0.1:8000/readyz"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]

# The image of `docker build .`. It listens nowhere, and is asked by way of the broker, which has to be there.
FROM runtime AS worker
HEALTHCHECK --interval=30s --timeout=10s --start-period=10s --retries=3 \
    CMD ["celery-pdf", "ping", "celery@%h", "--timeout", "5"]
CMD ["worker"]
