# syntax=docker/dockerfile:1
# One image for web, worker, beat and migrations. It holds no secret and runs as nobody special.

FROM node:20-bookworm-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM python:3.11-slim-bookworm AS packages
RUN python -m venv /venv
COPY requirements.txt ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    R57_VAR_DIR=/var/lib/r57 R57_BIND=0.0.0.0:8000
RUN useradd --system --uid 10057 --home-dir /var/lib/r57 --create-home r57
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=assets /app/node_modules node_modules
# The key below signs nothing: no setting that uses it runs while files are collected.
RUN for catalog in */locale/*/LC_MESSAGES/*.po; do \
        pybabel --quiet compile --input-file "$catalog" --output-file "${catalog%.po}.mo" || exit 1; \
    done \
    && R57_SECRET_KEY=only-while-building python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf node_modules \
    && mkdir -p /var/lib/r57/evidence /var/lib/r57/beat \
    && chown -R r57:r57 /var/lib/r57/evidence /var/lib/r57/beat
USER r57
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "bin/healthcheck.py"]
CMD ["gunicorn", "r57.wsgi", "-c", "r57/gunicorn.py"]
