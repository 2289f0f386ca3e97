"""What looks like a pitfall and is meant: the code, the reason, and the terms that it holds for."""

from __future__ import annotations

MEANT: dict[str, dict[str, tuple[str, ...]]] = {
    "P11": {
        "the other end of a link may be a mission, a programme or a policy as well as an actor": (
            "linkFrom", "linkTo", "alignmentAssessedWith", "alignmentToBeAssessedWith", "relatesTo", "foundAlignedWith",
            "foundPartlyAlignedWith", "foundPoorlyAlignedWith", "foundNotAlignedWith",
        ),
        "decisions are of many classes: a change of a contribution or mandate, a motion, a resolution": (
            "announcedIn", "decidedBy", "changedBy",
        ),
        "it says how many people or how long a text is, of whatever has people or texts": (
            "headcount", "headcountMaximum", "authorisedStrength", "footnoteNumber", "note", "quote", "ruleText",
            "dateNote",
        ),
        "everything that is stated has it, and nothing follows from having it about its class": (
            "statedAt", "quotedAt", "inferredAt", "marking", "originator",
        ),
        "missions, operations and programmes have a mandate, which are no kinds of one class": (
            "hasMandateFrom", "givesMandateTo",
        ),
        "with a range, whatever a judgement names would become a judged relation by that alone": (
            "makesJudgedRelation",
        ),
        "its values are classes, and OWL 2 DL has no class of classes": ("coversClass",),
        "a mention may name anything: an actor, a source, a goal": ("correctedTo",),
        "a finding has its number in a report, and so has a response to it": ("findingNumber",),
        "missions, objectives and contributions rest on a resolution, not mandates alone": ("mandatedBy",),
        "studies, inquiries, reports and their parts have it, not evaluations alone": (
            "commissionedBy", "assistedBy", "confidential", "threatens", "relevantFor", "requiresLevel",
        ),
        "papers are of several classes, and drafts of them too": ("dossier",),
        "a page of the web that is no source stands in no class here": ("votingRecordPage",),
        "persons have it as well as memberships": ("functionText",),
        "a level, an activity or an effect may have it, each in its own theory of change": (
            "leadsTo", "levelExample", "attributionExcluded", "coversLevel",
        ),
    },
}  # fmt: skip
