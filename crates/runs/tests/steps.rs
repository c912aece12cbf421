//! How many steps a run has: one rule for its row, its page and exports.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use runs::adapters::RunRef;
use runs::adapters::query::RunQuery;
use runs::model::{RunDetail, Step, StepCounts};
use runs::wire::http::Response;
use runs::{Dialect, Status, StatusKind};
use std::fmt::Write;

fn step(node: &str, kind: StatusKind, attempt: u32) -> Step {
    let id = format!("{node}~{attempt}");
    Step { status: Status::new(kind, ""), attempt, ..Step::not_started(id, node.into(), node.into(), None) }
}

fn says(body: &str) -> runs::wire::http::Reply {
    Ok(Response { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() })
}

fn read(dialect: Dialect, answer: impl Fn(&str) -> String) -> RunDetail {
    let run = RunRef { id: "run_1".into(), flow: Some("wf_1".into()) };
    dialect.run_adapter().get_run(&run).run_with(|request| says(&answer(&request.path))).unwrap()
}

/// Two completed, one failed, six that were not reached and that Retab calls skipped.
fn nine(name: &str) -> Vec<String> {
    let status = |at: usize| ["completed", "completed", "error"].get(at).copied().unwrap_or("skipped");
    (0..9).map(|at| format!(r#"{{"{name}": "n{at}", "status": "{0}", "lifecycle": {{"status": "{0}"}}}}"#, status(at))).collect()
}

#[test]
fn a_failed_run_says_what_is_completed_failed_and_skipped() {
    let wanted = StepCounts { total: 9, completed: 2, failed: 1, skipped: 6, waiting: 0 };
    let steps = nine("node_id").join(",");
    let run = format!(r#"{{"id": "run_1", "workflow_id": "wf_1", "status": "error", "steps": [{steps}]}}"#);
    let page = read(Dialect::Retab, |path| if path.ends_with("/steps") { format!("[{steps}]") } else { run.clone() });
    assert_eq!(StepCounts::of(&page.steps, page.run.attempt), wanted);
    assert_eq!((page.run.steps_done, page.run.steps_total), (Some(2), Some(9)));
    // The list says the same.
    let list = format!(r#"{{"data": [{run}], "list_metadata": {{}}}}"#);
    let query = RunQuery { flow: Some("wf_1".into()), limit: 50, plain: true, ..RunQuery::default() };
    let row = Dialect::Retab.adapter().list_runs(&query).run_with(|_| says(&list)).unwrap().items.remove(0);
    assert_eq!((row.steps_done, row.steps_total), (Some(2), Some(9)));
    let steps = nine("block_id").join(",");
    let reviews = read(Dialect::RetabReviews, |path| match path {
        "workflows/steps" => format!(r#"{{"data": [{steps}]}}"#),
        "workflows/reviews" => r#"{"data": []}"#.into(),
        _ => r#"{"id": "run_1", "lifecycle": {"status": "error"}}"#.into(),
    });
    assert_eq!(StepCounts::of(&reviews.steps, reviews.run.attempt), wanted);
    assert_eq!((reviews.run.steps_done, reviews.run.steps_total), (Some(2), Some(9)));
    let steps = nine("step_id").join(",").replace("\"error\"", "\"failed\"");
    let table = read(Dialect::TableFlow, |_| format!(r#"{{"id": "run_1", "status": "failed", "steps": [{steps}]}}"#));
    assert_eq!(StepCounts::of(&table.steps, table.run.attempt), wanted);
    assert_eq!((table.run.steps_done, table.run.steps_total), (Some(2), Some(9)));
}

#[test]
fn iterations_of_a_loop_are_counted_once() {
    let (mut summaries, mut documents) = (String::new(), String::new());
    for at in 0..1_000 {
        let comma = if at == 0 { "" } else { "," };
        write!(summaries, r#"{comma}{{"node_id": "loop_iter_{at}_body", "status": "completed"}}"#).unwrap();
        let own = format!(r#""step_id": "loop_iter_{at}_body", "loop_id": "loop", "iteration": {at}"#);
        write!(documents, r#"{comma}{{"node_id": "body", {own}, "status": "completed"}}"#).unwrap();
    }
    let run = format!(r#"{{"id": "run_1", "workflow_id": "wf_1", "status": "completed", "steps": [{summaries}]}}"#);
    let page = read(Dialect::Retab, |path| if path.ends_with("/steps") { format!("[{documents}]") } else { run.clone() });
    assert_eq!(page.steps.len(), 1_000);
    assert_eq!((page.run.steps_done, page.run.steps_total), (Some(1_000), Some(1_000)));
}

#[test]
fn what_only_a_summary_knows_of_an_iteration_is_put_into_that_iteration() {
    let run = r#"{"id": "run_1", "status": "error", "steps": [
        {"node_id": "loop_iter_0_body", "status": "completed", "output": {"of": 0}},
        {"node_id": "loop_iter_1_body", "status": "error", "error": "broke"}]}"#;
    let documents = r#"[{"node_id": "body", "step_id": "loop_iter_0_body", "loop_id": "loop", "iteration": 0, "status": "completed"},
        {"node_id": "body", "step_id": "loop_iter_1_body", "loop_id": "loop", "iteration": 1, "status": "error"}]"#;
    let page = read(Dialect::Retab, |path| if path.ends_with("/steps") { documents.into() } else { run.into() });
    assert_eq!(page.steps[0].output.as_ref().unwrap()["of"], 0);
    assert_eq!(page.steps[1].error.as_ref().unwrap().message, "broke");
}

#[test]
fn tries_of_a_step_count_once_as_the_last_left_it() {
    use StatusKind::{Completed, Failed, Running, Waiting};
    let tries = [step("a", Failed, 1), step("a", Failed, 2), step("a", Completed, 3), step("b", Waiting, 1), step("c", Running, 1)];
    let counts = StepCounts::of(&tries, None);
    assert_eq!(counts, StepCounts { total: 3, completed: 1, failed: 0, skipped: 0, waiting: 1 });
    assert_eq!(counts.other(), 1);
}

#[test]
fn a_second_try_of_the_whole_run_has_its_steps_to_come() {
    use StatusKind::{Completed, Failed};
    let steps = [step("a", Completed, 1), step("b", Failed, 1), step("a", Completed, 2)];
    let counts = StepCounts::of(&steps, Some(2));
    assert_eq!((counts.total, counts.completed, counts.failed, counts.other()), (2, 1, 0, 1));
    // Where no step says that it is of this try, nothing is known of it.
    assert_eq!(StepCounts::of(&steps, Some(3)).failed, 1);
}
