"""Walks the sandbox's dialect `retab` with the vendor's Python client 0.0.114: every workflow, run, step and document that
the history has, in every status; then runs of its own, read while they move, decided, cancelled, restarted and deleted."""

from __future__ import annotations

import sys

import older_python
from checks import LINKS, Checks, arguments, documents

older_python.allow("retab")

from retab import Retab  # noqa: E402
from retab.exceptions import APIError, NotFoundError, ValidationError  # noqa: E402
from retab.types.workflows import WorkflowRun  # noqa: E402

STATUSES = ["pending", "running", "completed", "error", "waiting_for_human", "cancelled"]
TRIGGERS = ["manual", "api", "schedule", "webhook", "email", "restart"]
FLOW = "wf_po_invoice_recon"
REVIEW = "review-mismatch"


class Walk:
    def __init__(self, base: str, key: str) -> None:
        self.checks = Checks("retab-0.0.114")
        self.client = Retab(api_key=key, base_url=f"{base}/retab/v1", max_retries=0)
        self.runs = self.client.workflows.runs
        self.links: set[str] = set()

    def flows(self) -> None:
        page = self.checks.read("workflows.list", lambda: self.client.workflows.list(limit=100))
        for flow in page.data if page else []:
            of = flow.id
            one = self.checks.read(f"workflows.get {of}", lambda: self.client.workflows.get(of))
            self.checks.holds(f"{of} is the same in the list", one == flow)
            active = of != "wf_legacy_import"
            self.checks.holds(f"{of} says whether it is published", flow.is_published == active, flow)
            self.checks.read(f"workflows.get_entities {of}", lambda: self.client.workflows.get_entities(of))
            self.checks.read(f"blocks.list {of}", lambda: self.client.workflows.blocks.list(of))
            self.checks.read(f"edges.list {of}", lambda: self.client.workflows.edges.list(of))

    def page(self, **query: object) -> list[WorkflowRun]:
        """One page; if the client refuses it, each of its runs alone, so that the refused ones are named."""
        try:
            page = self.runs.list(**query)
        except Exception:  # noqa: BLE001: told run by run
            raw = self.client._request("GET", "/workflows/runs", params=self.runs.prepare_list(**query).params)
            found = [self.checks.read(f"runs.list: {item['id']}", lambda item=item: WorkflowRun.model_validate(item)) for item in raw["data"]]
            self.after = raw["list_metadata"]["after"]
            return [run for run in found if run]
        self.checks.holds("runs.list", True)
        self.after = page.list_metadata.after
        return page.data

    def history(self) -> list[WorkflowRun]:
        runs: list[WorkflowRun] = []
        self.after: str | None = None
        while True:
            runs += self.page(limit=100, after=self.after)
            if self.after is None:
                break
        met = {run.status for run in runs}
        self.checks.holds("the history has a run of every status", met >= set(STATUSES), sorted(set(STATUSES) - met))
        self.checks.holds("the history has a run of every trigger", {run.trigger_type for run in runs} >= set(TRIGGERS))
        self.checks.holds("the history has runs with documents", any(run.input_documents for run in runs))
        return runs

    def filters(self) -> None:
        for status in STATUSES:
            found = self.page(status=status)
            self.checks.holds(f"runs.list(status={status})", bool(found) and {run.status for run in found} == {status})
        for trigger in TRIGGERS:
            found = self.page(trigger_type=trigger)
            self.checks.holds(f"runs.list(trigger_type={trigger})", bool(found) and {run.trigger_type for run in found} == {trigger})
        several = self.page(statuses=["error", "cancelled"], exclude_status="cancelled", order="asc", min_duration=1)
        self.checks.holds("runs.list(statuses, exclude_status)", {run.status for run in several} == {"error"})

    def run(self, run: WorkflowRun) -> None:
        self.checks.read(f"runs.get {run.id} ({run.status})", lambda: self.runs.get(run.id))
        self.steps(run)
        for node, document in (run.input_documents or {}).items():
            self.link(f"input of {run.id} at {node}", document)

    def steps(self, run: WorkflowRun) -> None:
        steps = self.checks.read(f"steps.list {run.id} ({run.status})", lambda: self.runs.steps.list(run.id))
        outputs = self.checks.read(f"steps.get_all {run.id} ({run.status})", lambda: self.runs.steps.get_all(run))
        if outputs:
            self.checks.holds(f"steps.get_all {run.id} has every step", len(outputs.outputs) == len(run.steps))
        given = run.input_documents or {}
        for step in steps or []:
            if step.node_type != "start":
                continue
            handle = (step.handle_outputs or {}).get("output-file-0")
            told = [step.output_document, handle.document if handle else None]
            wanted = given.get(step.node_id) if step.status == "completed" else None
            self.checks.holds(f"{run.id}: {step.node_id} holds the document it was given", told == [wanted, wanted], told)

    def link(self, what: str, document: object) -> None:
        if document.id in self.links or len(self.links) >= LINKS:
            return
        self.links.add(document.id)
        link = self.checks.read(f"files.get_download_link, {what}", lambda: self.client.files.get_download_link(document.id))
        self.checks.holds(f"{what} has the name of its file", link is not None and link.filename == document.filename, link)

    def watch(self, run_id: str, *ends: str) -> WorkflowRun | None:
        """Polls a run, its steps and the list, as long as it moves."""

        def look() -> WorkflowRun:
            run = self.runs.get(run_id)
            self.runs.steps.list(run_id)
            self.runs.steps.get_all(run)
            if run_id not in [listed.id for listed in self.runs.list(limit=20)]:
                raise AssertionError("a run just started is not in the list")
            return run

        return self.checks.until(f"{run_id} until {' or '.join(ends)}", look, lambda run: run.status in ends)

    def started(self, order: str, invoice: str) -> WorkflowRun | None:
        run = self.checks.read(f"runs.create {order} {invoice}", lambda: self.runs.create(FLOW, documents=documents(order, invoice)))
        if run:
            names = {node: document.filename for node, document in (run.input_documents or {}).items()}
            self.checks.holds("a started run has its documents", names == {"start-purchase-order": order, "start-invoice": invoice}, names)
        return run

    def decide(self, run_id: str, approved: bool, **more: object) -> None:
        answer = self.checks.read(f"runs.resume {run_id}", lambda: self.runs.resume(run_id, REVIEW, approved, **more))
        self.checks.holds("a decision is taken up", answer is not None and answer.resume_status == "processing", answer)
        again = self.checks.read(f"runs.resume {run_id} again", lambda: self.runs.resume(run_id, REVIEW, approved, **more))
        self.checks.holds("a decision is taken once", again is not None and again.resume_status == "already_processed", again)
        self.checks.refused("the opposite decision", APIError, lambda: self.runs.resume(run_id, REVIEW, not approved))

    def approved(self) -> None:
        approved = self.started("purchase-order-4711.pdf", "invoice-4711.csv")
        if approved and (waiting := self.watch(approved.id, "waiting_for_human")):
            step = self.checks.read("steps.get of the review", lambda: self.runs.steps.get(approved.id, REVIEW))
            self.checks.holds("the run names the node that waits", waiting.waiting_for_node_ids == [REVIEW], waiting.waiting_for_node_ids)
            self.checks.holds("the node waits", step is not None and step.status == "waiting_for_human", step)
            compared = self.checks.read("steps.get of the comparison", lambda: self.runs.steps.get(approved.id, "compare-totals"))
            data = dict((compared.extracted_data if compared else None) or {}, note="Agreed by telephone")
            for name in ("matched", "reason"):
                data.pop(name, None)
            self.decide(approved.id, True, modified_data=data, command_id=f"cmd-{approved.id}")
            done = self.watch(approved.id, "completed")
            self.checks.holds("an approved run has outputs", done is not None and bool(done.final_outputs), done)

    def rejected(self) -> None:
        rejected = self.started("purchase-order-4711.json", "invoice-4711.pdf")
        if rejected and self.watch(rejected.id, "waiting_for_human"):
            self.decide(rejected.id, False)
            self.watch(rejected.id, "cancelled")

    def restarted(self) -> None:
        same = self.started("purchase-order-4712.csv", "invoice-4712.csv")
        if same and (done := self.watch(same.id, "completed")):
            again = self.checks.read("runs.restart", lambda: self.runs.restart(done.id, command_id=f"again-{done.id}"))
            self.checks.holds("a restart is a new run", again is not None and again.id != done.id and again.trigger_type == "restart", again)
            if again:
                answer = self.checks.read("runs.cancel", lambda: self.runs.cancel(again.id))
                self.checks.holds("a cancellation is asked for", answer is not None and answer.cancellation_status == "cancellation_requested")
                self.watch(again.id, "cancelled")
                late = self.checks.read("runs.cancel of a cancelled run", lambda: self.runs.cancel(again.id))
                self.checks.holds("a cancelled run says so", late is not None and late.cancellation_status == "cancelled", late)
                self.checks.read("runs.delete", lambda: self.runs.delete(again.id) or True)
                self.checks.refused("a deleted run", NotFoundError, lambda: self.runs.get(again.id))

    def failed(self) -> None:
        failing = self.started("purchase-order-4711.pdf", "unreadable.pdf")
        if failing:
            failed = self.watch(failing.id, "error")
            self.checks.holds("a failed run says why", failed is not None and bool(failed.error) and bool(failed.error_details), failed)

    def given_json(self) -> None:
        texts = {"start-json-purchase-order": {"po_number": "PO-1", "total": 5}, "start-json-invoice": {"invoice_number": "I-1", "total": 5}}
        given = self.checks.read("runs.create with JSON", lambda: self.runs.create(FLOW, json_inputs=texts))
        if given:
            self.checks.holds("a started run has its JSON", given.input_json_data == texts, given.input_json_data)
            self.watch(given.id, "completed", "waiting_for_human", "error")
        wrong = {"start-json-invoice": ["a list"]}
        self.checks.refused("JSON that is no object", ValidationError, lambda: self.runs.create(FLOW, json_inputs=wrong))

    def exported(self) -> None:
        table = self.checks.read("runs.export", lambda: self.runs.export(FLOW, "extract-invoice", status="completed"))
        self.checks.holds("an export has rows", table is not None and table.rows > 0, table)

    def everything(self) -> None:
        self.checks.each(self.history(), self.run)

    def own(self) -> None:
        self.checks.together(self.approved, self.rejected, self.restarted, self.failed, self.given_json)

    def walk(self) -> int:
        return self.checks.run(self.flows, self.everything, self.filters, self.exported, self.own)


if __name__ == "__main__":
    sys.exit(Walk(*arguments()).walk())
