# Nova in a container: not root, everything it keeps is in /data.
FROM python:3.12-slim

RUN useradd --create-home --uid 10001 nova && install -d -o nova -g nova -m 0700 /data
WORKDIR /app
COPY pyproject.toml README.md LICENSE ./
COPY nova_bot nova_bot
COPY adapters adapters
COPY schedules schedules
COPY agents agents
RUN pip install --no-cache-dir .

USER nova
ENV NOVA_HOME=/data
VOLUME /data
CMD ["nova", "serve"]
