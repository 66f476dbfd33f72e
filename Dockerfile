# One image for web, worker, beat and migrate; docker-compose.yml gives each its command.
FROM python:3.11-slim-bookworm

ENV PYTHONUTF8=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# WeasyPrint's libraries, and a Times metric that covers Vietnamese (fonts-liberation of Debian 12 does not).
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation2 \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/portal
COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt
COPY . .

ENV PORTAL_MODE=production VAR_DIR=/srv/portal/var
# Hashed and compressed once, here; the values reach no server and are in no layer's environment.
RUN SECRET_KEY=build ALLOWED_HOSTS=build SITE_URL=https://build DATABASE_URL=postgres://build/build \
    CELERY_BROKER_URL=redis://build CACHE_URL=redis://build EMAIL_URL=smtp://build \
    python manage.py collectstatic --noinput -v0
# The volume for uploads takes its owner from this folder.
RUN useradd --system --uid 10001 --home-dir /srv/portal portal \
    && install --directory --owner portal var/media
USER portal

EXPOSE 8000
CMD ["gunicorn", "portal.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--no-control-socket"]
