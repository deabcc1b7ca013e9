# The desk in a container: `docker build -t conserje .`, or `docker compose up`.
FROM python:3.13-slim AS built
COPY --from=ghcr.io/astral-sh/uv:0.13.8 /uv /bin/uv
WORKDIR /desk
ENV UV_PROJECT_ENVIRONMENT=/desk/.venv UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --extra postgres --no-install-project
COPY README.md LICENSE desk.toml ./
COPY bot bot
COPY handlers handlers
COPY locales locales
RUN uv sync --locked --no-dev --extra postgres --no-editable

FROM python:3.13-slim
RUN useradd --system --create-home --home-dir /desk desk
WORKDIR /desk
COPY --from=built --chown=desk /desk/.venv .venv
USER desk
ENV PATH=/desk/.venv/bin:$PATH HOST=0.0.0.0 LOG_FORMAT=json
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=6s CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ.get('PORT', '8080')}/healthz\")"]
CMD ["conserje", "run"]
