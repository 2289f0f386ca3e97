"""Removes each guard once, and shows which test turns red. The table in docs/proof.md is what this printed.

    python -m tests.mutations [--only WORD] [--write]

Each mutation is made in a copy of the project, and the named tests are run there; before, all of them as things are.
A mutation that turns nothing red is a guard that no test guards: exit code 1. ``tests/unit/test_mutations.py`` keeps
the list up to date, and sees to it that every ``SECURITY:`` in the code has a mutation.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "proof.md"
PACKAGES = ("graph_service", "loaders", "ontology", "queries", "tests", "docs")
BEGIN, END = "<!-- mutations -->", "<!-- end of mutations -->"
SECONDS = 900
SHOWN = 3
S, H = "graph_service/serving", "graph_service/storage"


@dataclass(frozen=True)
class Mutation:
    """One guard, as it stands and as it is removed, and the tests that must notice.

    ``says``  the beginning of the ``SECURITY:`` comment that it stands for, if it has one
    """

    guard: str
    file: str
    old: str
    new: str
    tests: str
    says: str = ""


MUTATIONS = (
    Mutation(
        "the page runs no script but its own",
        f"{S}/page.py",
        "\"script-src 'self'\",",
        "\"script-src 'self' 'unsafe-inline'\",",
        "tests/web/test_page.py",
        "scripts, styles and connections of our own origin alone",
    ),
    Mutation(
        "the dominance check in `visible_portions`",
        f"{H}/view_builder.py",
        "return [stored for stored in portions if dominates(stored.label)]",
        "return list(portions)",
        "tests/laws/test_views.py tests/laws/test_noninterference.py tests/laws/test_many_cases.py "
        "tests/laws/test_differential.py tests/conformance/test_w3c_evaluation.py",
        "removing this check shows everything to everyone",
    ),
    Mutation(
        "dominance: the level",
        "graph_service/security/clearances.py",
        "demand.level in held.levels  # (2)",
        "True",
        "tests/laws/test_label_lattice.py tests/laws/test_views.py",
    ),
    Mutation(
        "dominance: all compartments",
        "graph_service/security/clearances.py",
        "and demand.compartments <= held.categories  # (3)",
        "and True",
        "tests/laws/test_label_lattice.py tests/laws/test_views.py",
    ),
    Mutation(
        "dominance: one recipient of each permissive tag",
        "graph_service/security/clearances.py",
        "any(Category(release.tag, name) in held.categories for name in release.recipients)",
        "True",
        "tests/laws/test_label_lattice.py tests/laws/test_views.py",
    ),
    Mutation(
        "dominance: an equivalent or missing policy grants nothing",
        "graph_service/security/clearances.py",
        "        if held is None:  # (1)\n            return False",
        "        if held is None:  # (1)\n            return True",
        "tests/laws/test_label_lattice.py tests/laws/test_views.py",
    ),
    Mutation(
        "dominance: an empty set of recipients means nobody",
        "graph_service/security/clearances.py",
        "for release in demand.releases\n",
        "for release in demand.releases if release.recipients\n",
        "tests/laws/test_label_lattice.py tests/laws/test_views.py",
    ),
    Mutation(
        "the merged default graph",
        f"{H}/view_builder.py",
        '    yield merged or b""\n',
        '    yield b"" and merged\n',
        "tests/laws/test_views.py tests/laws/test_differential.py tests/laws/test_many_cases.py",
    ),
    Mutation(
        "the label of a portion is looked at again when its text is read",
        f"{H}/view_builder.py",
        "if (stored.digest, stored.label) != (head.digest, head.label):",
        "if False:",
        "tests/unit/test_guards.py",
    ),
    Mutation(
        "a fingerprint over texts, labels and markings",
        "graph_service/portions.py",
        "visible.add((stored.id, stored.digest, texts[label], marking))",
        "visible.add((stored.id,))",
        "tests/laws/test_views.py tests/unit/test_portions.py",
    ),
    Mutation(
        "a rule with negation is refused",
        f"{H}/closure_rules.py",
        'if body is None or body.name != "BGP" or algebra.datasetClause is not None:',
        "if body is None:",
        "tests/unit/test_closure.py tests/unit/test_ingest.py",
    ),
    Mutation(
        "the guard's allow-list of words",
        f"{S}/query_guard.py",
        "    if word not in WORDS:\n",
        '    if word == "":\n',
        "tests/unit/test_query_guard.py tests/attacks/test_egress.py tests/attacks/test_guard_fuzz.py",
        "removing this lets a query send what it sees",
    ),
    Mutation(
        "the guard's own tokens (the engine gets the asker's bytes)",
        f"{S}/query_guard.py",
        'glued = after is None or (token.kind == "word" and after.text == "(")',
        "glued = True",
        "tests/unit/test_query_guard.py tests/attacks/test_egress.py tests/attacks/test_guard_fuzz.py",
    ),
    Mutation(
        "the guard's own names for prefixed names",
        f"{S}/query_tokens.py",
        'token = replace(token, kind="iri", text=_iri(token, prefixes))',
        "_iri(token, prefixes)",
        "tests/unit/test_query_guard.py tests/attacks/test_egress.py tests/attacks/test_guard_fuzz.py",
    ),
    Mutation(
        "parameters are lexed again",
        f"{S}/query_guard.py",
        'if not tokens or any(token.kind not in _TERM_KINDS and token.text != "^^" for token in tokens):',
        "if not tokens:",
        "tests/attacks/test_injection.py",
        "they are lexed again, and only IRIs",
    ),
    Mutation(
        "a reifier in a CONSTRUCT makes it volatile",
        f"{S}/query_guard.py",
        '_NODES = frozenset({"[", "(", "<<", "{|", "~"})',
        '_NODES = frozenset({"[", "("})',
        "tests/unit/test_query_guard.py",
    ),
    Mutation(
        "a worker leaves the network",
        f"{S}/query_worker.py",
        "            isolation.leave_network()\n",
        "",
        "tests/attacks/test_egress.py",
    ),
    Mutation(
        "a worker gives up every file but its view's",
        f"{S}/query_worker.py",
        "            isolation.landlock(read=[dataset])\n",
        "",
        "tests/attacks/test_isolation.py tests/attacks/test_egress.py tests/unit/test_workers.py",
    ),
    Mutation(
        "the server's confinement",
        f"{S}/server.py",
        "        means = isolation.confine(\n"
        "            read=reach, write=[layout.audit], put=[layout.proposals], take=[layout.receipts], "
        "hidden=layout.portions\n"
        "        )\n",
        "        means = [isolation.LANDLOCK for _ in reach][:1]\n",
        "tests/attacks/test_isolation.py",
        "server and workers shut themselves off from it",
    ),
    Mutation(
        "the pseudonyms that a user may erase",
        "graph_service/interviewing.py",
        "if clearance is not None and clearance.dominates(stored.label)]",
        "]",
        "tests/unit/test_interviews.py",
        "a portion above the user is not theirs to erase",
    ),
    Mutation(
        "a reader of files gives up every file but its own",
        "loaders/reading/child.py",
        "    isolation.landlock(read=[*_program(), *asked], scratch=[job.spool], write=[Path(os.devnull)])  # (2)\n",
        "",
        "tests/attacks/test_reading_process.py",
    ),
    Mutation(
        "a reader of files starts no program and reaches no process",
        "loaders/reading/child.py",
        "    system_calls.keep_to_reading()  # (3)\n",
        "",
        "tests/attacks/test_reading_process.py",
    ),
    Mutation(
        "the stated label is joined to what a reader of files gives",
        "loaders/reading/reader.py",
        "replace(proposal, label=proposal.label.join(stated)) if stated is not None else proposal",
        "proposal",
        "tests/attacks/test_reading_process.py",
    ),
    Mutation(
        "the second user namespace, which locks the mount",
        "graph_service/isolation.py",
        "so that this process can't take it off again.\n    _unshare(_CLONE_NEWUSER | _CLONE_NEWNS)",
        "so that this process can't take it off again.",
        "tests/attacks/test_isolation.py tests/unit/test_isolation.py",
        "a second user namespace locks the mount",
    ),
    Mutation(
        "the clearance's validity period",
        f"{S}/identity.py",
        "if not clearance.in_force(on=datetime.now(UTC).date()):",
        "if not clearance.parts:",
        "tests/web/test_identity.py",
        "removing this serves expired clearances",
    ),
    Mutation(
        "that the clearance is in force, for whoever was let in before",
        f"{S}/identity.py",
        "        _must_be_in_force(asker.clearance)  # (3)\n",
        "",
        "tests/web/test_identity.py",
    ),
    Mutation(
        "an unknown token is refused, not anonymous",
        f"{S}/identity.py",
        "principal = self._principals.get(token)",
        'principal = self._principals.get(token, self._principals.get(""))',
        "tests/web/test_identity.py",
    ),
    Mutation(
        "queries on a view that is taken back are ended",
        f"{S}/identity.py",
        "            self._leaving.pop(directory)[1].end()",
        "            self._leaving.pop(directory)[1].close()",
        "tests/unit/test_guards.py",
        "removing this lets a query go on that was begun",
    ),
    Mutation(
        "a lower clearance is covered by one's own",
        f"{S}/answer_markings.py",
        "if held is None or not (part.levels <= held.levels and part.categories <= held.categories):",
        "if held is None:",
        "tests/web/test_answers.py tests/attacks/test_hidden.py",
    ),
    Mutation(
        "a banner is joined of markings that one may read",
        f"{S}/own.py",
        "if not clearance.dominates(label):",
        "if False:",
        "tests/web/test_own.py",
        "one refusal for a marking that nobody can read and for one that the asker's clearance does not",
    ),
    Mutation(
        "one refusal for every clearance that is not one's own",
        f"{S}/answer_markings.py",
        "raise NotCleared(_NOT_YOURS, detail=error.public) from error",
        "raise NotCleared(error.public) from error",
        "tests/web/test_answers.py tests/attacks/test_hidden.py",
        "for one that is unknown, unreadable or not covered",
    ),
    Mutation(
        "what was read on one view is not known on another",
        f"{S}/questions.py",
        "_read: dict[str, GuardedQuery] = field(default_factory=dict, compare=False)",
        "_read: dict[str, GuardedQuery] = field(default_factory=lambda _all={}: _all, compare=False)",
        "tests/unit/test_questions.py",
        "one memory a view, or the time it takes",
    ),
    Mutation(
        "the page's policy: no script, nothing from elsewhere",
        f"{S}/documentation.py",
        "default-src 'none'; style-src",
        "default-src *; style-src",
        "tests/web/test_documentation.py",
        "no script, no form, nothing from elsewhere",
    ),
    Mutation(
        "one refusal for whatever is not the marking of a level",
        f"{S}/questions.py",
        "raise QueryRefused(refusal, detail=error.public) from error",
        "raise QueryRefused(error.public) from error",
        "tests/unit/test_questions.py",
        "one refusal for whatever else it is",
    ),
    Mutation(
        "over HTTP/1.0 an answer comes whole or not at all",
        f"{S}/answering.py",
        "if speaks_old_http():",
        "if False:",
        "tests/web/test_answers.py",
        "there the end of the connection is the end of the answer",
    ),
    Mutation(
        "a graph's IRI holds no character that an IRI can't have",
        f"{S}/query_dataset.py",
        "if not is_whole(iri):",
        "if not iri:",
        "tests/unit/test_query_guard.py",
        "what comes back may hold any character",
    ),
    Mutation(
        "a part that failed half way is thrown away",
        f"{H}/view_parts.py",
        "            self._grounds.clear()\n            self._added.clear()\n            raise",
        "            raise",
        "tests/laws/test_view_parts.py",
        "a store that was left half way",
    ),
    Mutation(
        "relative IRIs do not depend on the request",
        f"{S}/query_worker.py",
        'query, given = request["query"], {"base_iri": ID, "prefixes": request["prefixes"]}',
        'query, given = request["query"], {"prefixes": request["prefixes"]}',
        "tests/web/test_protocol.py tests/conformance/test_w3c_protocol.py",
    ),
    Mutation(
        "several default graphs are merged",
        f"{S}/query_worker.py",
        "if len(defaults) > 1:",
        "if len(defaults) > 99:",
        "tests/web/test_answers.py",
    ),
    Mutation(
        "the folder of the builder's socket is one's own",
        "graph_service/builder_socket.py",
        "if status.st_uid != os.getuid() or status.st_mode & 0o022:",
        "if status.st_uid < 0:",
        "tests/unit/test_builder_socket.py",
        "the secret is shown to whoever listens here",
    ),
    Mutation(
        "what was raised or taken out of sight is kept back",
        "graph_service/storage/portion_store.py",
        "if has_history and self._is_kept_back(stored):",
        "if has_history and self._is_kept_back(stored) and False:",
        "tests/unit/test_relabelling.py tests/laws/test_writing.py",
        "such a load is not refused, because a refusal would tell",
    ),
    Mutation(
        "names known at a label come from what it dominates",
        "graph_service/builder_knowing.py",
        "if label.dominates(head.label) and head.id not in own]",
        "if head.id not in own]",
        "tests/laws/test_writing.py tests/unit/test_names_known_at.py",
        "removing this lets the text of a low portion be searched",
    ),
    Mutation(
        "a submitter is told of what they may see",
        "graph_service/load_summary.py",
        "visible = [head.id for head in store.heads() if sees(head.label)] if tally.pointed_at else []",
        "visible = [head.id for head in store.heads()]",
        "tests/laws/test_writing.py",
        "removing this tells a submitter which things are known",
    ),
    Mutation(
        "a loader does not go below the stated label",
        "graph_service/loading.py",
        "label=proposed.label.join(label) if label is not None else proposed.label,",
        "label=proposed.label,",
        "tests/unit/test_loading.py",
        "removing this lets a loader, or a file that took",
    ),
    Mutation(
        "who submits holds what they submit",
        "graph_service/builder.py",
        "held_by(proposals, submitter, policies=self.policies, today=_today()) if submitter else proposals,",
        "proposals,",
        "tests/laws/test_writing.py",
    ),
    Mutation(
        "the builder's secret",
        "graph_service/builder_socket.py",
        "if not hmac.compare_digest(self.rfile.readline(len(secret)), secret):",
        'if not self.rfile.readline(len(secret)).endswith(b"\\n"):',
        "tests/unit/test_builder_socket.py",
        "removing this lets the server read any portion",
    ),
    Mutation(
        "the anonymous reader holds the lowest level",
        "graph_service/settings.py",
        "if any(level.order > 0 for part in clearance.parts for level in part.levels):",
        "if not clearance.parts:",
        "tests/unit/test_cli.py tests/unit/test_cli_policies.py tests/unit/test_policy.py tests/web/test_identity.py",
        "raises ``SluisError`` for any higher level",
    ),
    Mutation(
        "a policy file says nothing of levels that are not there",
        "graph_service/standards/spif.py",
        "levels={read_lacv(entry) for entry, _ in self._levels}, categories=categories, tags=tags, root=self._root",
        "levels=set(self._extension.levels), categories=categories, tags=tags, root=self._root",
        "tests/unit/test_spif.py",
        "what is said of a level or category that is not there",
    ),
    Mutation(
        "XML has no document type",
        "graph_service/standards/xml.py",
        "    parser.StartDoctypeDeclHandler = refuse_doctype\n",
        "",
        "tests/unit/test_spif.py tests/unit/test_adatp4774.py tests/unit/test_adatp4778.py",
        "without a document type there are no entities",
    ),
    Mutation(
        "the journal of the store is cleared",
        f"{H}/database.py",
        'connection.execute("PRAGMA journal_mode = TRUNCATE")',
        'connection.execute("PRAGMA journal_mode = PERSIST")',
        "tests/unit/test_guards.py",
        "with the default, an exclusive owner leaves",
    ),
    Mutation(
        "deleted bytes are overwritten",
        f"{H}/database.py",
        'connection.execute("PRAGMA secure_delete = ON")',
        'connection.execute("PRAGMA secure_delete = OFF")',
        "tests/unit/test_guards.py",
    ),
    Mutation(
        "no suggestion names a category that the asker does not hold",
        "graph_service/handling/reading.py",
        "raise LabelError(_why_unread(text, policies, asker))",
        "raise LabelError(_why_unread(text, policies, Clearance(tuple(\n"
        "            PolicyClearance(p.id, frozenset(p.levels), frozenset(c for t in p.tags for c in t.categories))\n"
        "            for p in policies.newest))))",
        "tests/unit/test_markings.py tests/attacks/test_hidden.py",
        "the error suggests levels to everybody",
    ),
    Mutation(
        "nobody holds a group",
        "graph_service/security/policies.py",
        "found |= policy.categories(tag, [name], groups=not in_clearance)",
        "found |= policy.categories(tag, [name])",
        "tests/unit/test_policy.py tests/unit/test_adatp4774.py tests/laws/test_label_lattice.py",
        "nobody holds a group",
    ),
    Mutation(
        "an unknown category's error does not say what there is",
        "graph_service/security/policy.py",
        'raise LabelError(f"`{name}` is not a category of `{tag.key}` in policy `{self.id}`")',
        'raise LabelError(f"`{name}` is not a category of `{tag.key}` in policy `{self.id}`: {sorted(known)}")',
        "tests/unit/test_policy.py tests/unit/test_markings.py tests/unit/test_ic_ism_rules.py",
        "the error does not say what there is instead",
    ),
    Mutation(
        "a load does not describe portions",
        "graph_service/ingest.py",
        "if (found := _reserved_subject(text)) is not None:",
        'if (found := _reserved_subject("")) is not None:',
        "tests/unit/test_ingest.py",
    ),
    Mutation(
        "a load lowers nothing",
        "graph_service/ingest.py",
        "_refuse_lowering(stage, store, policies)  # (6)\n",
        "pass\n",
        "tests/unit/test_ingest.py tests/unit/test_relabelling.py",
    ),
    Mutation(
        "a load takes nothing out at a label that it does not use",
        "graph_service/ingest.py",
        "if label in used and stage.lets_go(",
        "if stage.lets_go(",
        "tests/unit/test_ingest.py",
        "removing this lets a load take out what its submitter may not even see.",
    ),
    Mutation(
        "a reviewer lists and judges only what they may read",
        "graph_service/reviewing.py",
        "if writer is None or may_see(stored, writer=writer, today=today):",
        "if stored is not None:",
        "tests/unit/test_review.py",
        "removing this lets a reviewer list, and judge, what they may not read.",
    ),
    Mutation(
        "a block counts and names only what may be read with it",
        "loaders/documents/structure.py",
        "        if not dominated[label]:\n            continue\n",
        "",
        "tests/laws/test_documents.py",
    ),
    Mutation(
        "what was taken out does not come back in pieces",
        f"{H}/portion_store.py",
        "if overlap(stored.portion.part, part)}",
        "if stored.portion.part == part}",
        "tests/unit/test_ingest.py",
        "else what was taken out would come back under another name",
    ),
    Mutation(
        "a load that waits for its decision has no name on disk",
        f"{H}/stage.py",
        "        Path(name).unlink()\n",
        "",
        "tests/contract/test_store.py",
        "without a name it is gone with its process",
    ),
    Mutation(
        "a load conforms to the shapes",
        "graph_service/ingest.py",
        "_refuse_nonconforming(stage)  # (5)\n",
        "pass\n",
        "tests/unit/test_shapes.py",
    ),
    Mutation(
        "what a label hides never makes up for what is missing below it",
        f"{H}/conformance.py",
        "[other for other in known if label.dominates(other)]",
        "known",
        "tests/unit/test_shapes.py",
        "removing this lets what a reader may not see",
    ),
    Mutation(
        "a proposal is its token's holder's",
        "graph_service/intake.py",
        "shown = token_sha256(proposal.token)",
        "shown = next(u.token_sha256 for u in self._builder.register.all() if made_at(proposal.id, u.token_sha256))",
        "tests/unit/test_intake.py",
        "a name or hash can be forged by whoever writes here",
    ),
    Mutation(
        "a proposal needs the right to make it",
        "graph_service/intake.py",
        "if proposal.right not in writer.may:",
        "if False:",
        "tests/unit/test_intake.py",
        "removing this lets everybody who can read write.",
    ),
    Mutation(
        "a proposal is made at no clearance but one's own or a lower one",
        "graph_service/intake.py",
        "if clearance is not own and not covers(own, clearance):",
        "if False:",
        "tests/unit/test_intake.py",
        "a lower clearance than one's own is chosen freely",
    ),
    Mutation(
        "what is written stands no lower than what its writer looks at",
        "graph_service/intake.py",
        "judgement = Judgement(wish.verdict, wish.note, wish.corrected_to, floor)",
        "judgement = Judgement(wish.verdict, wish.note, wish.corrected_to)",
        "tests/unit/test_intake.py",
    ),
    Mutation(
        "what the writer saw counts when it is gone meanwhile",
        "graph_service/serving/proposing.py",
        "return None, high_water_mark(asker.labels.values())",
        "return None, min(asker.labels.values(), key=lambda label: sum(part.level.order for part in label.parts))",
        "tests/unit/test_intake.py",
        "the label comes from the view and never from the request",
    ),
    Mutation(
        "a ground that is shown with a portion says nothing from above it",
        "graph_service/intake.py",
        "if (wish.ground or wish.event) and not after.dominates(floor):",
        "if False:",
        "tests/unit/test_intake.py",
        "ground and event are shown with the portion",
    ),
    Mutation(
        "a receipt is its writer's",
        "graph_service/proposals.py",
        "    if not hmac.compare_digest(_code(name[:32], token_sha256), name[32:]):\n        return None\n",
        "",
        "tests/web/test_proposals.py",
        "removing this tells whoever knows the id of another's proposal",
    ),
    Mutation(
        "the server puts proposals and can't read them",
        "graph_service/isolation.py",
        "_PUT = _WRITE_FILE | _MAKE_REG\n",
        "_PUT = _WRITE_FILE | _MAKE_REG | _READ_FILE | _READ_DIR\n",
        "tests/attacks/test_isolation.py",
    ),
    Mutation(
        "the bytes of a proposal are destroyed",
        "graph_service/intake.py",
        "        file.write(bytes(path.stat().st_size))\n",
        "",
        "tests/unit/test_intake.py",
    ),
    Mutation(
        "a proposal that was done with is not done again",
        "graph_service/intake.py",
        "if known is not None and known.state != WAITING:  # (1)",
        "if False:",
        "tests/unit/test_intake.py",
    ),
    Mutation(
        "what a proposal changes and what became of it are stored together",
        "graph_service/storage/portion_store.py",
        "            if not dry_run:\n                also()\n",
        "",
        "tests/unit/test_intake.py",
    ),
    Mutation(
        "a shape is never empty",
        "ontology/shapes/events.ttl",
        "    sh:property shape:name .\n",
        "    .\n",
        "tests/unit/test_shapes.py",
    ),
    Mutation(
        "what a shape demands",
        "ontology/shapes/coordination.ttl",
        "sh:path sluis:linkTo ; sh:minCount 1 ;",
        "sh:path sluis:linkTo ; sh:nodeKind sh:IRI ;",
        "tests/unit/test_shapes.py",
    ),
)


def mutated(mutation: Mutation, root: Path) -> None:
    """Make the mutation in a copy. Raises ``ValueError`` if its text does not stand there once."""
    path = root / mutation.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutation.old) != 1:
        raise ValueError(f"{mutation.file}: {mutation.old!r} stands there {text.count(mutation.old)} times")
    path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")


def red(mutation: Mutation | None, tests: str) -> list[str]:
    """Those of the tests that fail with the mutation, or as things are, each once, whatever its parameters."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        for name in PACKAGES:
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", root)
        if mutation is not None:
            mutated(mutation, root)
        environment = {**os.environ, "PYTHONPATH": str(root), "HYPOTHESIS_PROFILE": "mutations"}
        suites = ROOT / ".." / "shared" / "w3c-sparql"
        environment.setdefault("W3C_SPARQL", str(suites.resolve()))
        existing = [name for name in tests.split() if (root / name).exists()]
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=no", *existing]
        try:
            done = subprocess.run(
                command, cwd=root, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return []  # that is no red test
    found = re.findall(r"^(?:FAILED|ERROR) (\S+?)(?:::(\w+))?(?:\[.*|[ \t].*)?$", done.stdout, re.MULTILINE)
    return list(dict.fromkeys(name or Path(file).name for file, name in found))


def row(mutation: Mutation, tests: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in tests[:SHOWN])
    more = f" and {len(tests) - SHOWN} more" if len(tests) > SHOWN else ""
    return f"| {mutation.guard} | `{mutation.file.rpartition('/')[2]}` | {shown or 'NOTHING'}{more} |"


def rows(chosen: list[Mutation]) -> Iterator[tuple[str, bool]]:
    for mutation in chosen:
        tests = red(mutation, mutation.tests)
        yield row(mutation, tests), bool(tests)


def write_table(lines: list[str]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    table = "\n".join(["| removed | in | red |", "|---|---|---|", *lines])
    PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Remove each guard once, and show which test turns red.")
    parser.add_argument("--only", default="", help="only guards with this word in their name")
    parser.add_argument("--write", action="store_true", help="write the table to docs/proof.md")
    options = parser.parse_args()
    chosen = [mutation for mutation in MUTATIONS if options.only in mutation.guard]
    before = red(None, " ".join(sorted({name for mutation in chosen for name in mutation.tests.split()})))
    if before:
        sys.exit(f"red as things are, so that nothing can be seen: {', '.join(before)}")
    lines, guarded = [], True
    for line, is_red in rows(chosen):
        print(line, flush=True)  # noqa: T201
        lines.append(line)
        guarded = guarded and is_red
    if options.write:
        write_table(lines)
    sys.exit(0 if guarded and chosen else 1)


if __name__ == "__main__":
    main()
