use super::errors::{error_line, error_next, error_title};
use crate::platform::clock::Local;
use crate::strings::Shared;
use runs::StatusKind;
use runs::model::{FactName, NoNumber, TriggerKind};

pub(super) static WORDS: Shared = Shared {
    status,
    unknown_status: |raw| if raw.is_empty() { "Unknown".into() } else { format!("Unknown: {raw}") },
    trigger,
    fact,
    no_number,
    count,
    too_long: |length, most| format!("This has {} characters: up to {} can be searched for.", count(length), count(most)),
    run_number: |number| format!("#{}", count(number)),
    duration,
    ago,
    bytes,
    clock,
    moment,
    error_title,
    error_next,
    error_line,
    sign_in: "Sign in again",
    offset,
    request_id: "request",
    try_again: "Try again",
    copy_details: "Copy details",
    copied: "Copied",
    not_copied: "The browser did not allow copying.",
    yes: "Yes",
    no: "No",
    none: "-",
    loading: "Loading",
    open_in: |vendor| format!("Open in {vendor}"),
    show_all: "Show all",
    show_less: "Show less",
    number_coming: "New runs get their numbers in a moment.",
    number_late: "It appeared after later runs had their numbers, so it has the next free one.",
    numbers_move: "Numbers count a flow's runs from its oldest one. If an older run is deleted, later numbers move. Ids stay.",
    backwards: "ends before start",
    backwards_hint: "By the vendor's times it ended before it started, so how long it took is not known.",
    not_valid: "not valid JSON",
    not_valid_at: |path, found| format!("Not valid JSON: {path} {found}"),
    shortened: |shown, all| {
        format!("The first {} of {} characters are shown. Copy takes all of it.", count(shown as u64), count(all as u64))
    },
};

fn status(kind: StatusKind) -> &'static str {
    match kind {
        StatusKind::Queued => "Queued",
        StatusKind::Running => "Running",
        StatusKind::Waiting => "Waiting for review",
        StatusKind::Resuming => "Resuming",
        StatusKind::Completed => "Completed",
        StatusKind::CompletedEdited => "Completed, edited",
        StatusKind::Approved => "Approved",
        StatusKind::Rejected => "Rejected",
        StatusKind::Failed => "Failed",
        StatusKind::TimedOut => "Timed out",
        StatusKind::Cancelling => "Cancelling",
        StatusKind::Cancelled => "Cancelled",
        StatusKind::Skipped => "Skipped",
        StatusKind::Stale => "Out of date",
        StatusKind::Deleted => "Deleted",
        StatusKind::NotStarted => "Not started",
        StatusKind::Unknown => "Unknown",
    }
}

fn trigger(kind: TriggerKind) -> &'static str {
    match kind {
        TriggerKind::Manual => "Manual",
        TriggerKind::Api => "API",
        TriggerKind::Schedule => "Schedule",
        TriggerKind::Webhook => "Webhook",
        TriggerKind::Email => "Email",
        TriggerKind::Restart => "Restart",
        TriggerKind::Unknown => "Other",
    }
}

fn fact(name: FactName) -> &'static str {
    match name {
        FactName::Organization => "Organization",
        FactName::Workspace => "Workspace",
        FactName::ModifiedBy => "Modified by",
        FactName::ConfigSnapshot => "Configuration snapshot",
        FactName::Dataset => "Dataset",
        FactName::ExecutionPhase => "Execution phase",
        FactName::AccessToken => "Access token",
        FactName::ResumeStatus => "Resume status",
        FactName::ResumeQueue => "Resume queue",
        FactName::ActiveResume => "Active resume",
        FactName::SignalStates => "Signal states",
        FactName::PendingOutputs => "Pending outputs",
        FactName::GraphSnapshot => "Graph snapshot",
        FactName::ExecutedNodes => "Executed nodes",
        FactName::ParallelCounters => "Parallel counters",
        FactName::CancelRequestedAt => "Cancel requested",
        FactName::CancelPending => "Cancel not confirmed",
        FactName::CancelConfirmationError => "Cancel confirmation error",
        FactName::CancelSignalError => "Cancel signal error",
        FactName::CancelSignalFailedAt => "Cancel signal failed",
        FactName::CancelNativeError => "Native cancel error",
        FactName::Cost => "Cost",
        FactName::TraceSpans => "Trace spans",
        FactName::Credits => "Credits",
        FactName::PricingConfig => "Pricing configuration",
        FactName::Executor => "Executor",
        FactName::Retries => "Retries",
        FactName::Model => "Model",
        FactName::Tokens => "Tokens",
        FactName::ErrorCategory => "Error category",
        FactName::Handles => "Handles",
        FactName::Documents => "Documents",
        FactName::NeedsReview => "Needs review",
        FactName::ReviewedAt => "Reviewed",
        FactName::ReviewApproved => "Review approved",
        FactName::Tags => "Tags",
        FactName::SourceTasks => "Source tasks",
        FactName::EditedStatus => "Edited status",
        FactName::StaleStatus => "Out-of-date status",
        FactName::SignalSent => "Signal sent",
        FactName::Description => "Description",
        FactName::FlowActive => "Flow active",
        FactName::Engine => "Engine",
        FactName::CreatedAt => "Created",
        FactName::UpdatedAt => "Updated",
        FactName::ReviewStatus => "Review status",
        FactName::ReviewedBy => "Reviewed by",
        FactName::ReviewedData => "Reviewed data",
        FactName::ReviewTargets => "Review targets",
        FactName::ReviewMetadata => "Review metadata",
        FactName::ReviewCreatedAt => "Review created",
        FactName::ReviewUpdatedAt => "Review updated",
        FactName::ReviewModifiedBy => "Review modified by",
        FactName::Instructions => "Instructions",
        FactName::Messages => "Messages",
        FactName::Reason => "Reason",
        FactName::Artifact => "Result of the step",
        FactName::Containers => "Inside of",
        FactName::WaitsUntil => "Waits until",
        FactName::Subflow => "Run of the subflow",
        FactName::Logs => "Log",
        FactName::Note => "Note",
        FactName::LogicalDate => "Logical date",
        FactName::AnswersBy => "May answer",
    }
}

fn no_number(why: NoNumber) -> &'static str {
    match why {
        NoNumber::AllFlows => "Runs are numbered within one flow. Choose a flow to see numbers.",
        NoNumber::Filtered => "This vendor gives no numbers, and a filtered list hides a run's place. Clear the filter to see numbers.",
        NoNumber::UnknownPlace => {
            "This page was opened from a link, and the vendor cannot say where in the list it is. Start at the newest page to see numbers."
        }
        NoNumber::Moving => "Runs started while the list was read. Numbers come with the next refresh.",
        NoNumber::Pending => "The runs are being counted.",
        NoNumber::NoTotal => "The vendor gives neither numbers nor a total.",
    }
}

pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What can be counted.
pub(super) trait Amount {
    fn amount(self) -> u64;
}

impl Amount for u64 {
    fn amount(self) -> u64 {
        self
    }
}

impl Amount for u32 {
    fn amount(self) -> u64 {
        u64::from(self)
    }
}

impl Amount for usize {
    fn amount(self) -> u64 {
        self as u64
    }
}

/// Every number in a text goes through here: a test looks for those that do not.
pub(super) fn n(number: impl Amount) -> String {
    count(number.amount())
}

/// `1 change`, `1,234 changes`.
pub(super) fn several(number: impl Amount, one: &str, many: &str) -> String {
    let number = number.amount();
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A moment inside a sentence.
pub(super) fn within(moment: &str) -> String {
    moment.strip_prefix("Today").map_or_else(|| moment.to_owned(), |rest| format!("today{rest}"))
}

/// As the beginning of a sentence.
pub(super) fn beginning(mut text: String) -> String {
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

pub(super) fn duration(ms: u64) -> String {
    let seconds = ms / 1_000;
    match seconds {
        0 => format!("{ms} ms"),
        1..=9 => format!("{seconds}.{} s", ms / 100 % 10),
        10..=59 => format!("{seconds} s"),
        60..=3_599 => format!("{} m {:02} s", seconds / 60, seconds % 60),
        3_600..=86_399 => format!("{} h {:02} m", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{} d {} h", count(seconds / 86_400), seconds / 3_600 % 24),
    }
}

fn ago(ms: u64) -> String {
    match ms / 1_000 {
        0..=1 => "just now".into(),
        seconds @ 2..=59 => format!("{seconds} s ago"),
        seconds @ 60..=3_599 => format!("{} min ago", seconds / 60),
        seconds @ 3_600..=86_399 => format!("{} h ago", seconds / 3_600),
        seconds => format!("{} d ago", count(seconds / 86_400)),
    }
}

fn bytes(bytes: u64) -> String {
    let tenths = |unit: u64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", tenths(1_000)),
        _ => format!("{} MB", tenths(1_000_000)),
    }
}

/// With the offset where it is not that of today, so that in autumn one hour of the night can be told from the other.
pub(super) fn clock(at: Local) -> String {
    format!("{:02}:{:02}:{:02}{}", at.hour, at.minute, at.second, shift(at))
}

/// The same without its seconds.
pub(super) fn minutes(at: Local) -> String {
    format!("{:02}:{:02}{}", at.hour, at.minute, shift(at))
}

fn shift(at: Local) -> String {
    if at.shifted { format!(" {}", offset(at.offset)) } else { String::new() }
}

/// The day, if it is not today.
pub(super) fn another_day(at: Local, today: Local) -> Option<String> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.get(at.month as usize).copied().unwrap_or_default();
    if (at.year, at.month, at.day) == (today.year, today.month, today.day) {
        None
    } else if at.year == today.year {
        Some(format!("{} {month}", at.day))
    } else {
        Some(format!("{} {month} {}", at.day, at.year))
    }
}

fn offset(minutes: i32) -> String {
    let sign = if minutes < 0 { '−' } else { '+' };
    match (minutes.abs() / 60, minutes.abs() % 60) {
        (0, 0) => "UTC".into(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

fn moment(at: Local, today: Local) -> String {
    format!("{}, {}", another_day(at, today).unwrap_or_else(|| "Today".into()), clock(at))
}
