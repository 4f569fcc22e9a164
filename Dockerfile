# Stairstep: one process. With SQLite alone: docker run, see docs/operations.md. With PostgreSQL and Redis: compose.yaml.
FROM node:22-slim AS browser-files
WORKDIR /fetch
COPY app/browser_files/package.json app/browser_files/package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements.txt ./
RUN python -m venv /opt/stairstep && /opt/stairstep/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml README.md ./
COPY app app
COPY migrations migrations
COPY --from=browser-files /fetch/node_modules/htmx.org/dist/htmx.min.js app/static/vendor/htmx.min.js
COPY --from=browser-files /fetch/node_modules/htmx.org/dist/ext/hx-ws.min.js app/static/vendor/hx-ws.min.js
RUN sha256sum app/browser_files/package-lock.json | cut -d' ' -f1 | tr -d '\n' > app/static/vendor/.stamp \
 && /opt/stairstep/bin/pip install --no-cache-dir --no-deps . \
 && /opt/stairstep/bin/python -m compileall -q /opt/stairstep/lib

# Nothing is written outside /data: run it with a read-only root and a small /tmp.
FROM python:3.12-slim
RUN useradd --no-create-home --uid 10001 --shell /usr/sbin/nologin stairstep && mkdir /data && chown stairstep /data
COPY --from=build /opt/stairstep /opt/stairstep
ENV PATH=/opt/stairstep/bin:$PATH STAIRSTEP_DATA_DIR=/data PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["stairstep", "serve"]
