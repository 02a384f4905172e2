# The same steps as `make run`, by the same Makefile: locked dependencies, locked front end, styles.
FROM python:3.12-slim-bookworm AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends make \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY Makefile requirements.lock ./
RUN make .venv/.run
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc frontend/build.py frontend/
RUN make frontend/node_modules/.ready
COPY . .
RUN make assets

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin revops
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER revops
EXPOSE 8000
CMD ["python", "manage.py", "run", "web"]
