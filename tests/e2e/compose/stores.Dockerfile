# Stand-ins for the official postgres and redis images where no registry can be reached: Debian's own servers behind
# the few conventions of those images that docker-compose.yml uses.
ARG BASE_IMAGE
FROM ${BASE_IMAGE}
COPY tests/e2e/compose/postgres-entrypoint /usr/local/bin/postgres-entrypoint
RUN (command -v redis-server && ls /usr/lib/postgresql) >/dev/null 2>&1 \
    || (apt-get update && apt-get install -y --no-install-recommends postgresql redis-server)
RUN ln -sf /usr/lib/postgresql/*/bin/* /usr/local/bin/
CMD ["postgres-entrypoint"]
