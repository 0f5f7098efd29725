# The service alone, as a user without rights. Behind a proxy that ends TLS; settings by TRIALHOOK_* variables.
FROM python:3.13-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/trialhook
WORKDIR /build

# The dependencies change seldom: their layer comes before the sources.
COPY requirements.lock ./
RUN /opt/trialhook/bin/pip install --require-hashes --requirement requirements.lock

COPY pyproject.toml README.md LICENSE NOTICE ./
COPY app ./app
COPY cds_hooks ./cds_hooks
COPY mappings ./mappings
COPY trials ./trials
RUN /opt/trialhook/bin/pip install --no-deps --no-build-isolation . \
    && /opt/trialhook/bin/trialhook check \
    && /opt/trialhook/bin/pip uninstall --yes setuptools pip


FROM python:3.13-slim-bookworm

RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin trialhook \
    && install --directory --owner 10001 --mode 700 /var/lib/trialhook
COPY --from=build /opt/trialhook /opt/trialhook

ENV PATH=/opt/trialhook/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    TRIALHOOK_ANSWERS_URL=sqlite:////var/lib/trialhook/answers.db
VOLUME /var/lib/trialhook
USER 10001
WORKDIR /
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
ENTRYPOINT ["trialhook"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
