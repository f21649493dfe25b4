FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app

# Appliers commit with git, over https or ssh.
RUN apt-get update \
 && apt-get install -y --no-install-recommends git openssh-client \
 && rm -rf /var/lib/apt/lists/*

COPY requirements-uv.lock requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-uv.lock \
 && uv pip install --system --no-cache --compile-bytecode --require-hashes -r requirements.lock

COPY manage.py ./
COPY config config
COPY ledger ledger
COPY diffs diffs
COPY rollouts rollouts
COPY templates templates
COPY static static
RUN PENUMBRA_FOLDER=/tmp/build PENUMBRA_COLLECTED_STATIC=1 python manage.py collectstatic --no-input \
 && rm -r /tmp/build

RUN useradd --system --uid 10001 --no-create-home penumbra
USER penumbra
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", "--threads=8", "--worker-tmp-dir=/dev/shm", "--no-control-socket", "--forwarder-headers="]
