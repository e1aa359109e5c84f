# The monitor in a small image: `docker build -t monitor .`; see deploy/README.md for how to run it.
# Debian, not Alpine: the embedded store has no build for musl.

FROM python:3.13-slim-trixie AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv --without-pip /opt/monitor
WORKDIR /src
# What changes seldom comes first, so that a change of our own code downloads nothing.
COPY requirements.txt ./
RUN pip --python /opt/monitor/bin/python install --require-hashes --only-binary :all: -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY monitor ./monitor
RUN pip --python /opt/monitor/bin/python install --no-deps --no-build-isolation .

FROM python:3.13-slim-trixie
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin monitor \
    && install -d -m 0700 -o monitor -g monitor /data
COPY --from=build /opt/monitor /opt/monitor
COPY config /etc/monitor
ENV PATH=/opt/monitor/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=262144 MALLOC_TRIM_THRESHOLD_=262144 \
    MONITOR_STORE__DIR=/data \
    MONITOR_WEB__LISTEN=0.0.0.0:8080
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["monitor"]
CMD ["run", "-c", "/etc/monitor/monitor.yaml"]
