//! Every field that the vendor's pages of a run and of its start name reaches a typed place.

use super::vendor::says;
use super::{run_ref, tableflow};
use runs::RunAdapter;
use runs::adapters::tableflow::TableFlow;
use runs::model::RunDetail;

/// Field, a fragment that holds it, and what is found again in the model.
const FIELDS: &[(&str, &str, &str)] = &[
    ("id", r#""id": "s3nt1nel""#, "s3nt1nel"),
    ("flow_id", r#""flow_id": "s3nt1nel""#, "s3nt1nel"),
    ("workspace_id", r#""workspace_id": "s3nt1nel""#, "s3nt1nel"),
    ("status", r#""status": "s3nt1nel""#, "s3nt1nel"),
    ("status_history.status", r#""status_history": [{"status": "s3nt1nel", "time": 1}]"#, "s3nt1nel"),
    ("status_history.time", r#""status_history": [{"status": "review", "time": 1927854306.789}]"#, "1927854306789"),
    ("status_history.message", r#""status_history": [{"status": "review", "time": 1, "message": "s3nt1nel"}]"#, "s3nt1nel"),
    ("error", r#""error": "s3nt1nel""#, "s3nt1nel"),
    ("metadata", r#""metadata": {"a": "s3nt1nel"}"#, "s3nt1nel"),
    ("trigger_method", r#""trigger_method": "s3nt1nel""#, "s3nt1nel"),
    ("start_time", r#""start_time": 1927854306.789"#, "1927854306789"),
    ("end_time", r#""end_time": 1927854306.789"#, "1927854306789"),
    ("duration", r#""duration": 424242"#, "424242"),
    ("drive_files", r#""drive_files": {"s3nt1nel": {}}"#, "s3nt1nel"),
    ("drive_files.file_id", r#""drive_files": {"k": {"file_id": "s3nt1nel"}}"#, "s3nt1nel"),
    ("drive_files.mime_type", r#""drive_files": {"k": {"mime_type": "s3nt1nel"}}"#, "s3nt1nel"),
    ("drive_files.sheets.sheet_id", r#""drive_files": {"k": {"sheets": [{"sheet_id": 424242}]}}"#, "424242"),
    ("drive_files.sheets.title", r#""drive_files": {"k": {"sheets": [{"title": "s3nt1nel"}]}}"#, "s3nt1nel"),
    ("flow_attempts", r#""flow_attempts": [{"attempt": 424242}]"#, "Attempt { number: 424242"),
    ("flow_attempts.status", r#""flow_attempts": [{"status": "s3nt1nel"}]"#, "s3nt1nel"),
    ("flow_attempts.steps", r#""flow_attempts": [{"steps": [{"step_id": "s3nt1nel"}]}]"#, "s3nt1nel"),
    ("current_attempt", r#""current_attempt": 424242"#, "424242"),
    ("input_files", r#""input_files": {"s3nt1nel": {}}"#, "s3nt1nel"),
    ("input_files: names", r#""input_files": {"k": {"file_name": "s3nt1nel"}}"#, "s3nt1nel"),
    ("input_files: types", r#""input_files": {"k": {"file_type": "s3nt1nel"}}"#, "s3nt1nel"),
    ("input_files: sizes", r#""input_files": {"k": {"file_size": 424242}}"#, "424242"),
    ("steps: id", r#""steps": [{"step_id": "s3nt1nel"}]"#, "s3nt1nel"),
    ("steps: status", r#""steps": [{"step_id": "a", "status": "s3nt1nel"}]"#, "s3nt1nel"),
    ("steps: start", r#""steps": [{"step_id": "a", "start_time": 1927854306.789}]"#, "1927854306789"),
    ("steps: end", r#""steps": [{"step_id": "a", "end_time": "2031-02-03T04:05:06.789Z"}]"#, "1927857906789"),
    ("steps: outputs", r#""steps": [{"step_id": "a", "outputs": {"a": "s3nt1nel"}}]"#, "s3nt1nel"),
    ("steps: errors", r#""steps": [{"step_id": "a", "error": "s3nt1nel"}]"#, "s3nt1nel"),
    ("flow.id", r#""flow": {"id": "s3nt1nel"}"#, "s3nt1nel"),
    ("flow.workspace_id", r#""flow": {"workspace_id": "s3nt1nel"}"#, "s3nt1nel"),
    ("flow.name", r#""flow": {"name": "s3nt1nel"}"#, "s3nt1nel"),
    ("flow.description", r#""flow": {"description": "s3nt1nel"}"#, "s3nt1nel"),
    ("flow.steps.id", r#""flow": {"steps": [{"id": "s3nt1nel"}]}"#, "s3nt1nel"),
    ("flow.steps.title", r#""flow": {"steps": [{"id": "a", "title": "s3nt1nel"}]}"#, "s3nt1nel"),
    ("flow.steps.type", r#""flow": {"steps": [{"id": "a", "type": "s3nt1nel"}]}"#, "s3nt1nel"),
    ("flow.active", r#""flow": {"active": false}"#, "FlowActive, value: Flag(false)"),
    ("created_at", r#""created_at": 1927854306.789"#, "1927854306789"),
    ("updated_at", r#""updated_at": 1927854306.789"#, "1927854306789"),
    ("name", r#""name": "s3nt1nel""#, "s3nt1nel"),
];

fn read(text: &str) -> Result<RunDetail, runs::ApiError> {
    tableflow().on("GET flows/runs/r", says(200, text)).run(TableFlow.get_run(&run_ref("r")))
}

#[test]
fn every_documented_field_has_a_typed_place() {
    for (field, fragment, needle) in FIELDS {
        let id = if *field == "id" { "" } else { r#""id": "r", "# };
        let detail = read(&format!("{{{id}{fragment}}}")).unwrap_or_else(|error| panic!("{field}: {error:?}"));
        let mut detail = RunDetail { raw: Vec::new(), other: Vec::new(), ..detail };
        detail.steps.iter_mut().for_each(|step| step.other.clear());
        detail.files.iter_mut().for_each(|file| file.other.clear());
        detail.attempts.iter_mut().for_each(|attempt| attempt.other.clear());
        let found = format!("{detail:?}");
        assert!(found.contains(needle), "{field} is dropped: {found}");
    }
}

#[test]
fn a_documented_field_of_the_wrong_type_costs_itself() {
    for (field, wrong) in [
        ("flow_id", "7"),
        ("status", "{}"),
        ("status_history", "{}"),
        ("status_history", "[7]"),
        ("status_history", r#"[{"status": "review"}]"#),
        ("error", "{}"),
        ("metadata", "[]"),
        ("trigger_method", "1"),
        ("start_time", "\"yesterday\""),
        ("end_time", "1e300"),
        ("duration", "\"long\""),
        ("drive_files", "[]"),
        ("current_attempt", "-1"),
        ("flow", "[]"),
        ("created_at", "true"),
    ] {
        let detail = read(&format!(r#"{{"id": "r", "{field}": {wrong}}}"#)).unwrap();
        let word = [detail.run.status.raw, detail.run.trigger.map(|trigger| trigger.raw).unwrap_or_default()].contains(&wrong.to_owned());
        assert!(word || detail.other.iter().any(|(name, _)| name.starts_with(field)), "{field} is kept: {:?}", detail.other);
    }
}
