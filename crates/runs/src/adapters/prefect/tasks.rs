//! Task runs as steps.

use super::decode::status;
use crate::model::status::StatusKind;
use crate::model::{Fact, FactName, FactValue, RunError, Step};
use crate::value::json::Json;
use crate::value::order;
use crate::wire::fields::{Unfit, all, lenient};

/// Oldest first.
pub(super) fn steps(items: Vec<Json>) -> Vec<Step> {
    let mut steps = all(items, step, Step::unread);
    order::sort(&mut steps, &|step| (order::when(step.started_at), 0));
    rounds(&mut steps);
    crate::adapters::number(&mut steps);
    steps
}

/// A task that is called again and again, or mapped over a list, has a run for each time; the tries of one are counted in it.
fn rounds(steps: &mut [Step]) {
    let nodes: Vec<String> = steps.iter().map(|step| step.node.clone()).collect();
    let mut order = order::places(steps.len(), &|left, right| nodes[left].cmp(&nodes[right]).then(left.cmp(&right))).into_iter().peekable();
    let mut round = 0;
    while let Some(at) = order.next() {
        let again = order.peek().is_some_and(|next| nodes[*next] == nodes[at]);
        if again || round > 0 {
            steps[at].iteration = Some(round);
        }
        round = if again { round + 1 } else { 0 };
    }
}

fn step(value: Json) -> Result<Step, Unfit> {
    lenient(value, "task run", &["id"], |fields| {
        let id = fields.required("id");
        let node = fields.words("task_key").unwrap_or_else(|| id.clone());
        let (kind, name) = (fields.word("state_type").unwrap_or_default(), fields.text("state_name"));
        let status = status(&kind, name);
        let state = fields.take("state");
        let text = |pointer: &str| state.as_ref().and_then(|state| state.pointer(pointer)).and_then(Json::as_str).map(str::to_owned);
        let message = text("/message").filter(|message| !message.is_empty());
        let failed = matches!(status.kind, StatusKind::Failed | StatusKind::TimedOut);
        let subflow = text("/state_details/child_flow_run_id");
        let tags = fields.texts("tags");
        let mut facts = Vec::new();
        facts.extend((!tags.is_empty()).then_some(Fact { name: FactName::Tags, value: FactValue::Texts(tags) }));
        facts.extend(subflow.clone().map(|run| Fact::text(FactName::Subflow, run)));
        facts.extend(message.clone().filter(|_| !failed).map(|message| Fact::text(FactName::Reason, message)));
        Step {
            name: fields.words("name").unwrap_or_else(|| node.clone()),
            kind: subflow.map(|_| "subflow".to_owned()),
            started_at: fields.time("start_time"),
            finished_at: fields.time("end_time"),
            attempt: fields.small("run_count", "a count of tries").filter(|count| *count > 0).unwrap_or(1),
            input: fields.take("task_inputs").filter(|inputs| inputs.as_object().is_some_and(|inputs| !inputs.is_empty())),
            error: message.filter(|_| failed).map(|message| RunError { message, ..RunError::default() }),
            status,
            facts,
            other: fields.rest(),
            ..Step::not_started(id, node, String::new(), None)
        }
    })
}
