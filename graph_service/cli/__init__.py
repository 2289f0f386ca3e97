"""The command line: the builder's side of Sluis, and the composition of everything else. docs/commands.md.

One module a group of commands; ``common`` holds what they share.
"""

from __future__ import annotations

import click

from graph_service.cli import (
    catalogue,
    check,
    coverage,
    data,
    extraction,
    interviews,
    labels,
    load,
    mappings,
    officer,
    policies,
    portions,
    prove,
    questions,
    review,
    users,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sluis")
def main() -> None:
    """Sluis: a classification-aware knowledge graph, where everyone sees exactly what they are cleared for."""


for command in (
    *(data.demo, load.load, data.publish, data.serve, data.doctor, check.check),
    *(questions.query, questions.queries, questions.explain, portions.portions, portions.relabel),
    *(portions.withdraw, portions.purge),
    *(users.user, officer.officer, policies.policy, labels.label, prove.prove, coverage.coverage, review.review),
    *(extraction.extraction, mappings.mapping, interviews.interviews),
):
    main.add_command(command)

for command in (catalogue.queries_check, catalogue.queries_export):
    questions.queries.add_command(command)
