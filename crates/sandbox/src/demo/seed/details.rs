//! The details of a thin run, computed from its row. The same row always gives the same details.

use serde_json::{Map, Value, json};

use crate::demo::seed::{hash, papers, texts};
use crate::engine::documents::{Document, Role};
use crate::engine::executor::reconcile;
use crate::engine::model::{
    Attempt, Decision, Dialect, FileRow, Flow, Node, Review, ReviewState, Run, RunDetail, Status, StatusEvent, Step, Work,
};
use crate::engine::rng::SplitMix64;
use crate::engine::store::file_json;
use crate::engine::{clock, executor, ids};

/// Everything that belongs to a thin run.
pub(crate) fn detail(mut run: Run, flow: &Flow) -> RunDetail {
    let story = Story::of(&run, flow);
    let files = story.files(&run, flow);
    run.input = story.input(flow, &files);
    let steps = story.steps(&run, flow, &files);
    let finished = matches!(run.status, Status::Completed | Status::Edited | Status::Stale | Status::Deleted);
    if let (true, Some(last)) = (finished, steps.last()) {
        run.output = json!({ last.node.clone(): last.output });
    }
    let reviews = story.review(&run, flow, &steps).into_iter().collect();
    let attempt = Attempt {
        number: 1,
        status: run.status,
        started_at: run.started_at.unwrap_or(run.created_at),
        finished_at: run.finished_at,
        error: run.error.as_ref().map(|error| error.message.clone()),
    };
    RunDetail { events: events(&run), attempts: vec![attempt], steps, files, reviews, run }
}

/// The input alone of a thin run.
pub(crate) fn input(run: &Run, flow: &Flow) -> Value {
    let story = Story::of(run, flow);
    story.input(flow, &story.files(run, flow))
}

/// Row and slot that the id of a computed file carries.
pub(crate) fn file_owner(dialect: Dialect, id: &str) -> Option<(i64, usize)> {
    match dialect {
        Dialect::Retab | Dialect::RetabReviews => {
            let (row, slot) = id.strip_prefix("file_h")?.split_once('s')?;
            Some((i64::from_str_radix(row, 16).ok()?, slot.parse().ok()?))
        }
        Dialect::TableFlow => {
            let (row, slot) = id.strip_prefix("fH")?.split_at_checked(13)?;
            Some((i64::from_str_radix(row, 16).ok()?, slot.parse().ok()?))
        }
        Dialect::FlowStack | Dialect::SuperAi => None,
    }
}

fn file_id(dialect: Dialect, row: i64, slot: usize) -> String {
    match dialect {
        Dialect::Retab | Dialect::RetabReviews => format!("file_h{row:x}s{slot}"),
        _ => format!("fH{row:013x}{slot}"),
    }
}

/// One computed file with its bytes.
pub(crate) fn file(run: &Run, flow: &Flow, slot: usize) -> Option<(FileRow, Vec<u8>)> {
    let story = Story::of(run, flow);
    let row = story.files(run, flow).into_iter().nth(slot)?;
    let bytes = story.bytes(slot)?;
    Some((row, bytes))
}

/// What happened in a run.
struct Story {
    order: Document,
    invoice: Document,
    reconciles: bool,
    /// Invoices come as JSON in some runs of Retab.
    json_invoice: bool,
}

impl Story {
    fn of(run: &Run, flow: &Flow) -> Self {
        let mut rng = SplitMix64::of(&[hash(&flow.id), run.seq.unsigned_abs(), 3]);
        let reconciles = flow.nodes.iter().any(|node| node.work == Work::Compare);
        let mismatch = run.waited_ms > 0 || run.status == Status::Waiting;
        let number =
            run.metadata.get("order_number").and_then(Value::as_str).map_or_else(|| format!("PO-{}", 1_000 + run.seq), str::to_owned);
        let date: String = clock::iso(run.created_at - 6 * 86_400_000).chars().take(10).collect();
        let (order, invoice) = papers::pair(&mut rng, &number, &date, mismatch);
        let json_invoice = flow.dialect.is_retab() && rng.below(4) == 0;
        Self { order, invoice, reconciles, json_invoice }
    }

    /// What slot 0 and 1 hold.
    fn slot(slot: usize) -> Option<Role> {
        [Role::PurchaseOrder, Role::Invoice].get(slot).copied()
    }

    fn document(&self, role: Role) -> &Document {
        match role {
            Role::PurchaseOrder => &self.order,
            Role::Invoice => &self.invoice,
        }
    }

    fn bytes(&self, slot: usize) -> Option<Vec<u8>> {
        let role = Self::slot(slot)?;
        Some(papers::csv(role, self.document(role)))
    }

    fn files(&self, run: &Run, flow: &Flow) -> Vec<FileRow> {
        let takes_files = flow.dialect.is_retab() || flow.dialect == Dialect::TableFlow;
        if !self.reconciles || !takes_files {
            return Vec::new();
        }
        let row = |slot: usize| {
            let role = Self::slot(slot)?;
            let word = if role == Role::Invoice { "invoice" } else { "purchase_order" };
            let start = flow.nodes.iter().find(|n| n.role == word && n.work == Work::Document);
            let number = self.document(role).number.clone().unwrap_or_default();
            Some(FileRow {
                id: file_id(flow.dialect, run.n, slot),
                key: start.map_or(word, |node| &node.id).to_owned(),
                name: format!("{}-{number}.csv", word.replace('_', "-")),
                mime: "text/csv".to_owned(),
                size: i64::try_from(self.bytes(slot)?.len()).unwrap_or(0),
                metadata: json!({}),
                guidance: None,
            })
        };
        let count = if self.json_invoice { 1 } else { 2 };
        (0..count).filter_map(row).collect()
    }

    fn input(&self, flow: &Flow, files: &[FileRow]) -> Value {
        let mut input = Map::new();
        let first = flow.nodes.iter().find(|n| n.work == Work::Json);
        if !self.reconciles {
            if let Some(node) = first.filter(|_| flow.dialect.is_retab()) {
                input.insert(node.id.clone(), json!({"batch": self.order.number}));
            } else if first.is_some() {
                input.insert("batch".into(), json!(self.order.number));
            }
        } else if self.json_invoice {
            input.insert("start-json-invoice".into(), self.invoice.to_json(Role::Invoice));
        } else if files.is_empty() {
            input.insert("purchase_order".into(), self.order.to_json(Role::PurchaseOrder));
            input.insert("invoice".into(), self.invoice.to_json(Role::Invoice));
        }
        Value::Object(input)
    }

    fn steps(&self, run: &Run, flow: &Flow, files: &[FileRow]) -> Vec<Step> {
        let mut rng = SplitMix64::of(&[hash(&flow.id), run.seq.unsigned_abs(), 4]);
        let weights: Vec<i64> = flow.nodes.iter().map(|node| weight(node.work, &mut rng)).collect();
        let stop = self.stop(run, flow);
        let spent: i64 = weights.iter().take(stop + 1).sum::<i64>().max(1);
        let started = run.started_at.unwrap_or(run.created_at);
        let end = run.finished_at.or(run.waiting_since).unwrap_or(run.updated_at);
        let active = (end - started - run.waited_ms).max(0);
        let mut at = started;
        let mut gone = 0;
        let mut steps: Vec<Step> = Vec::new();
        for (place, node) in flow.nodes.iter().enumerate() {
            let status = step_status(run, node, place, stop, files, self.json_invoice);
            let begin = at;
            if place <= stop && status != Status::Skipped {
                gone += weights.get(place).copied().unwrap_or(0);
                at = started + active * gone.min(spent) / spent + self.waited_before(run, flow, place);
            }
            let ran = !matches!(status, Status::Skipped | Status::Pending);
            let finished = ran && status != Status::Waiting;
            let mut step = Step {
                ordinal: i64::try_from(place).unwrap_or(0),
                id: node.id.clone(),
                node: node.id.clone(),
                work: node.work,
                kind: node.kind.clone(),
                label: node.label.clone(),
                attempt: 1,
                retry: 0,
                loop_id: None,
                iteration: None,
                status,
                created_at: run.created_at,
                updated_at: at,
                started_at: ran.then_some(begin),
                finished_at: finished.then_some(at),
                input: Value::Null,
                output: if status == Status::Completed { self.output(run, node, files) } else { Value::Null },
                error: if status == Status::Failed { run.error.clone() } else { None },
            };
            if ran {
                step.input = executor::input(&steps, flow, &step);
            }
            steps.push(step);
        }
        steps
    }

    /// The last node that was reached.
    fn stop(&self, run: &Run, flow: &Flow) -> usize {
        let last = flow.nodes.len().saturating_sub(1);
        let at = |wanted: &dyn Fn(&Node) -> bool| flow.nodes.iter().position(wanted).unwrap_or(last);
        match run.status {
            Status::Failed => run.error.as_ref().map_or(last, |e| at(&|n| Some(&n.id) == e.node.as_ref())),
            Status::Waiting => at(&|n| n.work == Work::Review),
            Status::Cancelled => usize::try_from(run.steps_done).unwrap_or(0).min(last),
            _ => last,
        }
    }

    fn waited_before(&self, run: &Run, flow: &Flow, place: usize) -> i64 {
        let review = flow.nodes.iter().position(|node| node.work == Work::Review);
        if review.is_some_and(|review| place >= review) { run.waited_ms } else { 0 }
    }

    fn output(&self, run: &Run, node: &Node, files: &[FileRow]) -> Value {
        match node.work {
            Work::Document => files.iter().find(|f| f.key == node.id).map_or(Value::Null, |f| file_json(&f.id, &f.name, &f.mime)),
            Work::Json => run.input.get(&node.id).unwrap_or(&run.input).clone(),
            Work::Extract => Role::parse(&node.role).map_or_else(|| json!({}), |role| self.document(role).to_json(role)),
            Work::Compare => {
                let found = reconcile::compare(&self.order, &self.invoice);
                let mut data = found.data;
                data["matched"] = json!(found.reason.is_none());
                data["reason"] = found.reason.map_or(Value::Null, Value::String);
                data
            }
            Work::Review | Work::End if self.reconciles => self.settled(run),
            _ => json!({"posted": 1 + run.seq % 97, "skipped": run.seq % 3, "at": clock::iso(run.created_at)}),
        }
    }

    /// The data as it left the review: where it mismatched, the surcharge was struck out.
    fn settled(&self, run: &Run) -> Value {
        if run.waited_ms == 0 {
            return reconcile::compare(&self.order, &self.invoice).data;
        }
        let mut corrected = self.order.clone();
        corrected.number.clone_from(&self.invoice.number);
        corrected.order_number.clone_from(&self.order.number);
        let mut data = reconcile::compare(&self.order, &corrected).data;
        data["note"] = json!("Express delivery was not ordered");
        data
    }

    fn review(&self, run: &Run, flow: &Flow, steps: &[Step]) -> Option<Review> {
        if run.status != Status::Waiting && run.waited_ms == 0 {
            return None;
        }
        let step = steps.iter().find(|step| step.work == Work::Review)?;
        let target = steps.iter().find(|step| step.work == Work::Compare)?;
        let mut rng = SplitMix64::of(&[hash(&flow.id), run.seq.unsigned_abs(), 5]);
        let found = reconcile::compare(&self.order, &self.invoice);
        let opened_at = step.started_at.unwrap_or(run.created_at);
        let by = rng.pick(texts::REVIEWERS).copied().unwrap_or("reviewer").to_owned();
        let decided = step.finished_at.filter(|_| run.status != Status::Waiting);
        Some(Review {
            n: -run.n,
            id: ids::review_uuid(run.n),
            run: run.n,
            run_id: run.id.clone(),
            flow_id: flow.id.clone(),
            node: step.node.clone(),
            target_node: target.node.clone(),
            attempt: 1,
            state: if decided.is_some() { ReviewState::Completed } else { ReviewState::Pending },
            reason: found.reason.unwrap_or_default(),
            data: found.data,
            schema: reconcile::schema(),
            opened_at,
            updated_at: decided.unwrap_or(opened_at),
            started_at: decided.map(|at| at - 30_000),
            started_by: decided.map(|_| by.clone()),
            decision: decided.map(|at| Decision {
                approved: true,
                modified: Some(self.settled(run)),
                command_id: None,
                by,
                at,
                applied_at: Some(at),
            }),
        })
    }
}

fn weight(work: Work, rng: &mut SplitMix64) -> i64 {
    match work {
        Work::Document | Work::Json | Work::Review | Work::End => rng.between(2, 6),
        Work::Extract => rng.between(30, 80),
        Work::Compare | Work::Task | Work::Loop => rng.between(8, 30),
    }
}

fn step_status(run: &Run, node: &Node, place: usize, stop: usize, files: &[FileRow], json_invoice: bool) -> Status {
    let unused = match node.work {
        Work::Document => !files.iter().any(|file| file.key == node.id) && !files.is_empty(),
        // Where there are files, only an invoice may come as JSON instead.
        Work::Json => !files.is_empty() && (!json_invoice || node.role != "invoice"),
        _ => false,
    };
    match (place.cmp(&stop), run.status) {
        _ if unused => Status::Skipped,
        (std::cmp::Ordering::Less, _) => Status::Completed,
        (std::cmp::Ordering::Equal, Status::Failed | Status::Waiting | Status::Cancelled) => run.status,
        (std::cmp::Ordering::Equal, _) => Status::Completed,
        (std::cmp::Ordering::Greater, Status::Waiting) => Status::Pending,
        (std::cmp::Ordering::Greater, Status::Cancelled) => Status::Cancelled,
        (std::cmp::Ordering::Greater, _) => Status::Skipped,
    }
}

/// The status history of a thin run.
pub(crate) fn events(run: &Run) -> Vec<StatusEvent> {
    let mut events = vec![StatusEvent {
        at: run.created_at,
        status: if run.dialect == Dialect::SuperAi { Status::Queued } else { Status::Running },
        message: format!("Flow started via {}", run.trigger.as_str()),
    }];
    let mut add = |at: Option<i64>, status: Status, message: &str| {
        if let Some(at) = at {
            events.push(StatusEvent { at, status, message: message.to_owned() });
        }
    };
    if run.dialect == Dialect::SuperAi {
        add(run.started_at, Status::Running, "Started");
    }
    add(run.waiting_since, Status::Waiting, "Totals differ");
    if let (Some(finished), true) = (run.finished_at, run.waited_ms > 0) {
        add(Some(finished - run.waited_ms - 400), Status::Waiting, "Totals differ");
        add(Some(finished - 400), Status::Running, "Approved with edits");
    }
    let message = match run.status {
        Status::Failed => run.error.as_ref().map_or("Flow failed", |error| error.message.as_str()),
        Status::Cancelled => "Cancelled on request",
        Status::Edited | Status::Stale | Status::Deleted | Status::Completed => "Flow completed successfully",
        _ => return events,
    };
    let end = if matches!(run.status, Status::Failed | Status::Cancelled) { run.status } else { Status::Completed };
    add(run.finished_at, end, message);
    if end != run.status {
        add(Some(run.updated_at), run.status, "Changed after completion");
    }
    events
}
