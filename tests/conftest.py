"""Fixtures and Hypothesis profiles for every test.

``HYPOTHESIS_PROFILE=prove`` runs the laws at length; without it they run small, on every commit.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from graph_service.policy_files import load_policies
from graph_service.security import Policies
from graph_service.settings import Settings
from tests.strategies import FOOD_FILES, food_policies

# Stores are opened and closed inside the examples, so an example may take long on a busy machine.
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile("default", max_examples=40, deadline=None, suppress_health_check=_SLOW)
settings.register_profile("prove", max_examples=1500, deadline=None, suppress_health_check=_SLOW, print_blob=True)
# For ``tests.mutations``: what fails need not be made small.
settings.register_profile(
    "mutations",
    max_examples=40,
    deadline=None,
    suppress_health_check=_SLOW,
    phases=[Phase.explicit, Phase.generate],
    database=None,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def policies() -> Policies:
    """The packaged policies."""
    return load_policies(Settings())


@pytest.fixture(scope="session")
def food() -> Policies:
    """Toy policies, so that no law depends on a real marking: water < tea < coffee < whisky, and dish < banquet."""
    return food_policies()


@pytest.fixture(scope="session")
def food_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy policies as files, for a ``policies`` setting."""
    folder = tmp_path_factory.mktemp("policies")
    for name, text in FOOD_FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
