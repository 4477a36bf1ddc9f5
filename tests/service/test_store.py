"""The tests of the store, on SQLite and on PostgreSQL."""

from __future__ import annotations

from tests.serving.test_store import *  # noqa: F403 - the very same ones
from tests.serving.test_store_shared import *  # noqa: F403 - as above
from tests.serving.test_store_tables import *  # noqa: F403 - as above
