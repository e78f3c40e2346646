# Build: everything with a compiler's temptations stays in this stage.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin wirewatch
COPY deploy/slim.py deploy/warm.py ./deploy/
# The base without half of it, before anything is installed: see deploy/slim.py.
RUN python deploy/slim.py base /image
RUN python -m venv /venv
# For `strip`. Where Debian's packages cannot be reached the image is 25 MB larger, and works as well.
RUN (apt-get -qq update && apt-get -qq install --no-install-recommends binutils) >/dev/null 2>&1 || echo "not stripped"
# requirements-ops.txt has Apprise too: mail and other services for WIREWATCH_OPS_URL; requirements-meaning.txt the
# sentence encoder. For both: "requirements-ops.txt -r requirements-meaning.txt".
ARG REQUIREMENTS=requirements.txt
COPY requirements.txt requirements-ops.txt requirements-meaning.txt ./
RUN /venv/bin/pip install --quiet --no-compile --require-hashes -r $REQUIREMENTS \
    && /venv/bin/pip uninstall --quiet --yes pip \
    && python deploy/slim.py packages /venv/lib/python3*/site-packages \
    && python deploy/slim.py strip /venv/lib/python3*/site-packages /image/usr/local/lib
COPY monitor monitor
COPY storage storage
COPY service.py feeds.yaml routes.yaml LICENSE ./
COPY rules rules
# Compiled is what is imported, and no more: a third of the size of all libraries. Python's own modules too: the base
# has none of them compiled, and each start would compile them again.
RUN /venv/bin/python -m compileall -q monitor storage service.py \
    && PYTHONPATH=. /venv/bin/python deploy/warm.py && rm -r deploy \
    && cd / && find usr/local/lib/python3* -name "*.pyc" -not -path "*/site-packages/*" -not -path "*/ensurepip/*" \
    | tar -cf - -T - | tar -C /image -xpf -

# Run: no build tools, no root, nothing to write to but /data and /tmp.
# Made of copies, because what a layer takes away from its base would still be in the image.
FROM scratch
LABEL org.opencontainers.image.title="Wirewatch" org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /image /
RUN install -d -o wirewatch -g wirewatch /data && chmod 1777 /tmp
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:////data/wirewatch.db
WORKDIR /app
USER wirewatch
VOLUME /data
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["python", "service.py", "health", "--quick"]
ENTRYPOINT ["python", "service.py"]
CMD ["run"]
