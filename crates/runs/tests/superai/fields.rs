//! Every documented field has a typed place: it is not only kept among the unknown ones.

use super::wire::changed;
use super::{EXECUTION, FLOW, REVIEW, TASKS, get_run};

/// The value that is put into the field, and how the model shows it.
type Sentinel = (&'static str, &'static str, &'static str);

const TEXT: (&str, &str) = ("\"sentinel-7531\"", "sentinel-7531");
const TIME: (&str, &str) = ("\"2031-02-03T04:05:06.789Z\"", "Timestamp(1927857906789)");
const COUNT: (&str, &str) = ("753197531", "753197531");

const fn of(field: &'static str, sentinel: (&'static str, &'static str)) -> Sentinel {
    (field, sentinel.0, sentinel.1)
}

/// The vendor's page "Retrieve a specific flow execution", and the newer generation's further fields.
const EXECUTION_FIELDS: &[Sentinel] = &[
    of("created_at", TIME),
    of("flow_id", TEXT),
    of("flow_version", COUNT),
    of("id", TEXT),
    ("input", r#"{"k":"sentinel-7531"}"#, "sentinel-7531"),
    of("modified_by", TEXT),
    of("organization_id", TEXT),
    of("run_number", COUNT),
    of("status", TEXT),
    of("updated_at", TIME),
    of("pricing_config_id", TEXT),
    of("total_credits", COUNT),
    of("triggered_task_executor_name", TEXT),
];

const TASK_FIELDS: &[Sentinel] = &[
    of("id", TEXT),
    ("task_execution_idx", "7531975", "attempt: 7531976"),
    of("task_name", TEXT),
    of("created_at", TIME),
    of("updated_at", TIME),
    of("modified_by", TEXT),
    of("processing_status", TEXT),
    of("edited_status", TEXT),
    of("stale_status", TEXT),
    ("input", r#"["sentinel-7531"]"#, "sentinel-7531"),
    ("output", r#""sentinel-7531""#, "sentinel-7531"),
    ("error", r#"{"message":"sentinel-7531"}"#, "sentinel-7531"),
    ("error", r#"{"type":"sentinel-7531"}"#, "sentinel-7531"),
    ("error", r#"{"traceback":"sentinel-7531"}"#, "sentinel-7531"),
    of("organization_id", TEXT),
    ("source_task_executions", r#"{"k":"sentinel-7531"}"#, "sentinel-7531"),
    of("started_at", TIME),
    of("completed_at", TIME),
    of("credits", COUNT),
    ("tags", r#"[{"tag":"sentinel-7531"}]"#, "sentinel-7531"),
];

const REVIEW_FIELDS: &[Sentinel] = &[
    of("id", TEXT),
    of("created_at", TIME),
    of("updated_at", TIME),
    of("modified_by", TEXT),
    of("organization_id", TEXT),
    ("target_task_executions", r#"[{"task_name":"sentinel-7531","task_execution_idx":1}]"#, "sentinel-7531"),
    of("source_task_name", TEXT),
    of("status", TEXT),
    of("instructions", TEXT),
    ("human_messages", r#"["sentinel-7531"]"#, "sentinel-7531"),
    ("review_result", "true", "ReviewApproved, value: Flag(true)"),
    ("reviewed_output", r#"["sentinel-7531"]"#, "sentinel-7531"),
    ("task_metadata", r#"{"k":"sentinel-7531"}"#, "sentinel-7531"),
    of("completed_by", TEXT),
    of("completed_at", TIME),
    ("signal_sent", "false", "SignalSent, value: Flag(false)"),
];

/// A task's identity is asked of the whole run, so its own flow execution is the run's.
const SAME_AS_RUN: &str = "flow_execution_id";

fn typed(execution: &str, tasks: &str, reviews: &str, field: &str, shown: &str) {
    let mut detail = get_run(execution, tasks, reviews, FLOW).unwrap_or_else(|error| panic!("{field}: {error:?}"));
    detail.raw.clear();
    let unknown = detail.steps.iter_mut().flat_map(|step| std::mem::take(&mut step.other));
    let unknown: Vec<_> = unknown.chain(std::mem::take(&mut detail.other)).collect();
    assert!(unknown.iter().all(|(name, _)| name != field && name != SAME_AS_RUN), "{field} is only kept as unknown: {unknown:?}");
    let told = format!("{detail:?}");
    assert!(told.contains(shown), "{field} is nowhere in the model");
}

#[test]
fn of_executions() {
    for (field, value, shown) in EXECUTION_FIELDS {
        let flow = if *field == "flow_id" { "[]" } else { &format!("[{REVIEW}]") };
        let execution = changed(EXECUTION, &format!("/{field}"), value);
        if *field == "flow_id" {
            let run = super::Wire::new(&runs::adapters::superai::SuperAi::RELAYED)
                .on(super::GET_RUN, super::ok(execution.as_str()))
                .on(super::GET_TASKS, super::ok(TASKS))
                .on(super::GET_REVIEWS, super::ok(flow))
                .on(super::GET_FLOW, super::ok(FLOW))
                .on("GET flows/sentinel-7531", super::not_found())
                .run(runs::RunAdapter::get_run(&runs::adapters::superai::SuperAi, &super::reference()))
                .expect("a run");
            assert_eq!(run.run.flow, *shown);
            continue;
        }
        typed(&execution, TASKS, flow, field, shown);
    }
}

#[test]
fn of_task_executions() {
    for (field, value, shown) in TASK_FIELDS {
        typed(EXECUTION, &changed(TASKS, &format!("/task_executions/1/{field}"), value), "[]", field, shown);
    }
}

#[test]
fn of_review_tasks() {
    for (field, value, shown) in REVIEW_FIELDS {
        typed(EXECUTION, TASKS, &format!("[{}]", changed(REVIEW, &format!("/{field}"), value)), field, shown);
    }
    // Of another try than the waiting one: then it belongs to no step, and is told of the run.
    let review = changed(REVIEW, "/source_task_execution_idx", "7");
    typed(EXECUTION, TASKS, &format!("[{review}]"), "source_task_execution_idx", "ReviewStatus");
}
