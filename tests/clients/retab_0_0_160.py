"""Walks the sandbox's dialect `retab-reviews` with the vendor's Python client 0.0.160: every workflow, run, step, review and
version that the history has, in every status; then runs of its own, read while they move, decided, cancelled and deleted."""

from __future__ import annotations

import sys

from checks import LINKS, Checks, arguments, documents

from retab import Retab
from retab.exceptions import APIError, NotFoundError
from retab.types.mime import FileRef
from retab.types.workflows.reviews import Review
from retab.types.workflows.runs import WorkflowRun
from retab.types.workflows.steps import WorkflowRunStep

STATUSES = ["pending", "running", "awaiting_review", "completed", "error", "cancelled"]
FILTERS = {**{status: status for status in STATUSES}, "queued": "pending", "failed": "error"}
TRIGGERS = ["manual", "api", "schedule", "webhook", "email", "restart"]
VERDICTS = ["pending", "approved", "rejected", "decided", "cancelled", "all"]
FLOW = "wrk_po_invoice_recon"


class Walk:
    def __init__(self, base: str, key: str) -> None:
        self.checks = Checks("retab-0.0.160")
        self.client = Retab(api_key=key, base_url=f"{base}/retab-reviews", max_retries=0)
        self.flow = self.client.workflows
        self.links: set[str] = set()
        self.versions: set[str] = set()
        self.extractions: set[str] = set()

    def all(self, what: str, request: object, model: type) -> list:
        """Every item of a list, page after page; an item that the client refuses is named, and does not hide the others."""
        items = []
        while True:
            raw = self.client._prepared_request(request)
            for item in raw["data"]:
                name = item.get("id") or item.get("step_id")
                items.append(self.checks.read(f"{what}: {name}", lambda item=item: model.model_validate(item)))
            after = raw["list_metadata"]["after"]
            if after is None:
                return [item for item in items if item]
            request.params["after"] = after

    def flows(self) -> None:
        for flow in self.checks.read("workflows.list", lambda: list(self.flow.list())) or []:
            of = flow.id
            one = self.checks.read(f"workflows.get {of}", lambda: self.flow.get(of))
            self.checks.holds(f"{of} is the same in the list", one == flow, one)
            self.checks.read(f"blocks.list {of}", lambda: list(self.flow.blocks.list(workflow_id=of)))
            self.checks.read(f"edges.list {of}", lambda: list(self.flow.edges.list(workflow_id=of)))

    def history(self) -> list[WorkflowRun]:
        runs = self.all("runs.list", self.flow.runs.prepare_list(limit=100), WorkflowRun)
        paged = self.checks.read("runs.list, paging by itself", lambda: list(self.flow.runs.list(limit=100)))
        self.checks.holds("the client's own paging finds the same runs", paged is not None and [run.id for run in paged] == [run.id for run in runs])
        met = {run.lifecycle.status for run in runs}
        self.checks.holds("the history has a run of every status", met >= set(STATUSES), sorted(set(STATUSES) - met))
        self.checks.holds("the history has a run of every trigger", {run.trigger.type.value for run in runs} >= set(TRIGGERS))
        self.checks.holds("the history has runs with documents", any(run.inputs and run.inputs.documents for run in runs))
        return runs

    def filters(self) -> None:
        for word, status in FILTERS.items():
            found = self.checks.read(f"runs.list(status={word})", lambda: self.flow.runs.list(status=word).data) or []
            self.checks.holds(f"runs.list(status={word}) finds such", bool(found) and {run.lifecycle.status for run in found} == {status})
        for trigger in TRIGGERS:
            found = self.checks.read(f"runs.list(trigger_type={trigger})", lambda: self.flow.runs.list(trigger_type=trigger).data) or []
            self.checks.holds(f"runs.list(trigger_type={trigger}) finds such", bool(found) and {run.trigger.type.value for run in found} == {trigger})

    def run(self, run: WorkflowRun) -> None:
        status = run.lifecycle.status
        self.checks.read(f"runs.get {run.id} ({status})", lambda: self.flow.runs.get(run.id))
        version = run.workflow_version_id
        if version not in self.versions:
            self.versions.add(version)
            self.checks.read(f"workflows.get_version {version}", lambda: self.flow.get_version(version, workflow_id=run.workflow_id))
        given = (run.inputs.documents if run.inputs else None) or {}
        for step in self.all(f"steps.list {run.id} ({status})", self.flow.steps.prepare_list(run_id=run.id, limit=100), WorkflowRunStep):
            if step.block_type.value == "start_document":
                handle = (step.handle_outputs or {}).get("output-file-0")
                wanted = given.get(step.block_id) if step.lifecycle.status == "completed" else None
                found = handle.document if handle else None
                self.checks.holds(f"{run.id}: {step.block_id} holds the document it was given", found == wanted, found)
            self.sources(step)
        for block, document in given.items():
            self.link(f"input of {run.id} at {block}", document)
        reviews = self.all(f"reviews.list {run.id}", self.flow.reviews.prepare_list(run_id=run.id, decision_status="all"), Review)
        if status == "awaiting_review":
            self.checks.holds(f"{run.id} waits for a review", any(review.decision is None for review in reviews), reviews)
        for review in reviews:
            self.review(review)

    def review(self, review: Review) -> None:
        one = self.checks.read(f"reviews.get {review.id}", lambda: self.flow.reviews.get(review.id))
        self.checks.holds(f"{review.id} is the same in the list", one == review, one)
        versions = self.checks.read(f"reviews.versions.list {review.id}", lambda: list(self.flow.reviews.versions.list(review.id))) or []
        self.checks.holds(f"{review.id} has versions", bool(versions))
        for version in versions:
            same = self.checks.read(f"reviews.versions.get {version.id}", lambda version=version: self.flow.reviews.versions.get(version.id))
            self.checks.holds(f"{version.id} is the same in the list", same == version, same)
        if review.decision:
            named = {version.id for version in versions}
            self.checks.holds(f"{review.id} was decided on one of its versions", review.decision.version_id in named, review.decision.version_id)
        self.checks.read(f"steps.get {review.step_id}", lambda: self.flow.steps.get(review.step_id, run_id=review.run_id))

    def sources(self, step: WorkflowRunStep) -> None:
        """Where an extraction read its values; only one of a document has places."""
        read = any(handle.document for handle in (step.handle_inputs or {}).values())
        if read and step.artifact and step.artifact.operation.value == "extraction" and len(self.extractions) < LINKS:
            self.extractions.add(step.artifact.id)
            self.checks.read(f"extractions.sources.get {step.artifact.id}", lambda: self.client.extractions.sources.get(step.artifact.id))

    def queue(self) -> None:
        for verdict in VERDICTS:
            self.all(f"reviews.list(decision_status={verdict})", self.flow.reviews.prepare_list(decision_status=verdict), Review)

    def link(self, what: str, document: FileRef) -> None:
        if document.id in self.links or len(self.links) >= LINKS:
            return
        self.links.add(document.id)
        link = self.checks.read(f"files.get_download_link, {what}", lambda: self.client.files.get_download_link(document.id))
        self.checks.holds(f"{what} has the name of its file", link is not None and link.filename == document.filename, link)

    def watch(self, run_id: str, *ends: str) -> WorkflowRun | None:
        """Polls a run, its steps, its reviews and the list, as long as it moves."""

        def look() -> WorkflowRun:
            run = self.flow.runs.get(run_id)
            list(self.flow.steps.list(run_id=run_id))
            list(self.flow.reviews.list(run_id=run_id, decision_status="all"))
            if run_id not in [listed.id for listed in self.flow.runs.list(limit=20).data]:
                raise AssertionError("a run just started is not in the list")
            return run

        return self.checks.until(f"{run_id} until {' or '.join(ends)}", look, lambda run: run.lifecycle.status in ends)

    def started(self, order: str, invoice: str) -> WorkflowRun | None:
        given = documents(order, invoice)
        run = self.checks.read(f"runs.create {order} {invoice}", lambda: self.flow.runs.create(FLOW, documents=given, metadata={"by": "client"}))
        if run:
            names = {block: document.filename for block, document in run.inputs.documents.items()}
            self.checks.holds("a started run has its documents", names == {"start-purchase-order": order, "start-invoice": invoice}, names)
        return run

    def waiting(self, order: str, invoice: str) -> tuple[Review, str] | None:
        """A run of our own up to its review, and the version that the model made."""
        run = self.started(order, invoice)
        if not run or not self.watch(run.id, "awaiting_review"):
            return None
        found = self.checks.read("reviews.list of a run that waits", lambda: self.flow.reviews.list(run_id=run.id).data) or []
        self.checks.holds("a run that waits has one open review", len(found) == 1, found)
        if not found:
            return None
        versions = self.checks.read("versions of an open review", lambda: self.flow.reviews.versions.list(found[0].id).data) or []
        return (found[0], versions[0].id) if versions else None

    def approved(self) -> None:
        reviews = self.flow.reviews
        if found := self.waiting("purchase-order-4711.pdf", "invoice-4711.csv"):
            review, first = found
            shown = self.checks.read("reviews.versions.get of an open review", lambda: reviews.versions.get(first))
            snapshot = dict(shown.snapshot if shown else {}, note="Agreed by telephone")
            made = self.checks.read("reviews.versions.create", lambda: reviews.versions.create(review.id, first, snapshot, note="note"))
            self.checks.refused("a version that passes another over", APIError, lambda: reviews.approve(review.id, first))
            if made:
                answer = self.checks.read("reviews.approve", lambda: reviews.approve(review.id, made.id))
                self.checks.holds("a decision is accepted", answer is not None and answer.submission_status == "accepted", answer)
                again = self.checks.read("reviews.approve again", lambda: reviews.approve(review.id, made.id))
                self.checks.holds("a decision is taken once", again is not None and again.submission_status == "already_applied", again)
                other = self.checks.read("reviews.reject after", lambda: reviews.reject(review.id, first, "too late"))
                self.checks.holds("another decision is a conflict", other is not None and other.submission_status == "conflict", other)
            if done := self.watch(review.run_id, "completed"):
                self.run(done)
                # As one starts again with the same documents.
                same = self.checks.read("runs.create with earlier documents", lambda: self.flow.runs.create(FLOW, documents=dict(done.inputs.documents)))
                if same:
                    self.watch(same.id, "awaiting_review")

    def rejected(self) -> None:
        if found := self.waiting("purchase-order-4711.json", "invoice-4711.pdf"):
            review, first = found
            self.review(review)
            answer = self.checks.read("reviews.reject", lambda: self.flow.reviews.reject(review.id, first, "Not ordered"))
            self.checks.holds("a rejection is accepted", answer is not None and answer.submission_status == "accepted", answer)
            if done := self.watch(review.run_id, "completed", "error", "cancelled"):
                self.run(done)

    def cancelled(self) -> None:
        if same := self.started("purchase-order-4712.csv", "invoice-4712.csv"):
            answer = self.checks.read("runs.cancel", lambda: self.flow.runs.cancel(same.id))
            asked = answer is not None and answer.cancellation_status.value == "cancellation_requested"
            self.checks.holds("a cancellation is asked for", asked, answer)
            self.watch(same.id, "cancelled")
            self.checks.read("runs.delete", lambda: self.flow.runs.delete(same.id) or True)
            self.checks.refused("a deleted run", NotFoundError, lambda: self.flow.runs.get(same.id))

    def failed(self) -> None:
        if failing := self.started("purchase-order-4711.pdf", "unreadable.pdf"):
            failed = self.watch(failing.id, "error")
            self.checks.holds("a failed run says why", failed is not None and bool(failed.lifecycle.message), failed)

    def given_json(self) -> None:
        texts = {"start-json-purchase-order": {"po_number": "PO-1", "total": 5}, "start-json-invoice": {"invoice_number": "I-1", "total": 5}}
        given = self.checks.read("runs.create with JSON", lambda: self.flow.runs.create(FLOW, json_inputs=texts))
        if given:
            self.checks.holds("a started run has its JSON", given.inputs.json_data == texts, given.inputs)
            self.watch(given.id, "completed", "awaiting_review", "error")

    def everything(self) -> None:
        self.checks.each(self.history(), self.run)

    def own(self) -> None:
        self.checks.together(self.approved, self.rejected, self.cancelled, self.failed, self.given_json)

    def walk(self) -> int:
        return self.checks.run(self.flows, self.everything, self.filters, self.queue, self.own)


if __name__ == "__main__":
    sys.exit(Walk(*arguments()).walk())
