use super::{Glyph, Icon};
use crate::prelude::*;
use crate::strings::t;
use runs::{Status, StatusKind};

pub const fn status_icon(kind: StatusKind) -> Icon {
    match kind {
        StatusKind::Queued => Icon::Queued,
        StatusKind::Running => Icon::Running,
        StatusKind::Waiting => Icon::Waiting,
        StatusKind::Resuming => Icon::Resuming,
        StatusKind::Completed => Icon::Completed,
        StatusKind::CompletedEdited => Icon::Edited,
        StatusKind::Approved => Icon::Approved,
        StatusKind::Rejected => Icon::Rejected,
        StatusKind::Failed => Icon::Failed,
        StatusKind::TimedOut => Icon::TimedOut,
        StatusKind::Cancelling => Icon::Cancelling,
        StatusKind::Cancelled | StatusKind::Deleted => Icon::Cancelled,
        StatusKind::Skipped => Icon::Skipped,
        StatusKind::Stale => Icon::Stale,
        StatusKind::NotStarted => Icon::Pending,
        StatusKind::Unknown => Icon::Unknown,
    }
}

/// The status in words; one never seen before shows the vendor's word.
pub fn status_words(status: &Status) -> String {
    match status.kind {
        StatusKind::Unknown => (t().shared.unknown_status)(&status.raw),
        kind => (t().shared.status)(kind).into(),
    }
}

/// Shape and word in a tone, for what is no run's status. `isolate`: the words hold text from outside, in whatever direction it runs.
#[component]
pub fn StatusMark(
    tone: &'static str,
    icon: Icon,
    #[prop(into)] words: String,
    #[prop(optional)] small: bool,
    #[prop(optional)] isolate: bool,
) -> Html {
    let words = if isolate {
        view! { <bdi>{words}</bdi> }
    } else {
        view! { <span>{words}</span> }
    };
    view! { <span class="sl-status" data-tone=tone><Glyph icon=icon small=small />{words}</span> }
}

/// Shape and word; as a badge only in headers.
#[component]
pub fn StatusLabel(status: Status, #[prop(optional)] badge: bool) -> Html {
    view! {
        <span class="sl-status" class:sl-status--badge=badge data-tone=status.kind.tone().word()>
            <Glyph icon=status_icon(status.kind) />
            <span>{status_words(&status)}</span>
        </span>
    }
}
