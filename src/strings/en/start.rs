use super::errors::{said_of_unknown, with_request};
use super::shared::{beginning, n, several, within};
use crate::strings::StartWords;

pub(super) static WORDS: StartWords = StartWords {
    title: "Start a run",
    in_connection: |label| format!("in {label}"),
    flow: "Flow",
    choose_flow: "Choose a flow",
    reading_inputs: "Reading what this flow needs",
    inputs_failed: "Could not read what this flow needs",
    flows_failed: "Could not read the flows",
    inputs: "What the run starts with",
    no_inputs: "This flow needs nothing to start.",
    required: "required",
    optional: "optional",
    choose_file: "Choose a file",
    or_drop: "or drop it here",
    accepts: |kinds| format!("Accepts {kinds}"),
    up_to: |size| format!("up to {size}"),
    remove_file: |name| format!("Remove {name}"),
    samples: "Samples for the sandbox",
    sample_failed: |name| format!("The sample {name} could not be read."),
    name: "Name of the run",
    name_help: "Optional. It helps to find the run again.",
    metadata: "Metadata",
    metadata_help: "Optional. A JSON object that the vendor keeps with the run.",
    start: "Start run",
    starting: "Starting",
    uploading: |percent| format!("Uploading, {percent} %"),
    missing_file: "No file chosen. The flow needs one.",
    missing_value: "No value. The flow needs one.",
    too_large: |size| format!("The file is larger than {size}."),
    not_json: |problem| format!("This is not JSON: {problem}."),
    not_an_object: "A JSON object is expected, in braces.",
    unreadable: "The browser could not read the file. Choose it again.",
    problems: |count| several(count, "field stops the start", "fields stop the start"),
    not_started: "The run was not started. What you entered is still here.",
    not_confirmed: "Not confirmed",
    not_confirmed_next: |error, vendor, begun| {
        let why = beginning(said_of_unknown(error, vendor));
        let began = match begun {
            None => "The run may have started or not. Look at the newest runs before starting it again.".into(),
            Some(0) => "No run of this flow began since. It may still start.".into(),
            Some(1) => "A run of this flow began since, which may be this one.".into(),
            Some(count) => format!("{} runs of this flow began since; this one may be among them.", n(count)),
        };
        let told = format!("{why} {began}");
        error.map_or_else(|| told.clone(), |error| with_request(&told, error))
    },
    newest_runs: "Open the newest runs",
    looking: "Looking whether it started",
    start_again: "Start it again",
    another: "Start another run?",
    another_consequence: |since, count| {
        let began = match count {
            0 => "no run of this flow began since, but it may still start".into(),
            1 => "a run of this flow began since, which may be that one".into(),
            count => format!("{} runs of this flow began since, and that one may be among them", n(count)),
        };
        format!("A start was sent {}, and what became of it is not known: {began}. Starting it again starts another run.", within(since))
    },
    leave_it: "Leave it",
    started: "The run was started.",
    refused: |why| format!("The run was not started. {why}"),
    unconfirmed: |count| match count {
        0 => "Not confirmed: the run may have started or not.".into(),
        1 => "Not confirmed: a run of that flow began since, which may be it.".into(),
        count => format!("Not confirmed: {} runs of that flow began since.", n(count)),
    },
};
