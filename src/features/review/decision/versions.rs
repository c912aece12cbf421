//! Versions of a review at the vendor, and whether its run resumes.

use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon, moment_words};
use runs::Timestamp;
use runs::model::review::{Decision, ResumeState, Review};

pub fn moment(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "–".into(), moment_words)
}

/// Told once there is more than the model's own.
pub fn versions(review: &Review) -> Option<Html> {
    let words = t().standing;
    if review.versions.len() < 2 {
        return None;
    }
    let one = |version: &runs::model::review::Version| {
        let shown = (version.data == review.data).then(|| view! { <span class="sl-2">" · "{words.shown}</span> });
        let note = version.note.clone().map(|note| view! { <bdi class="sl-2">" · "{note}</bdi> });
        view! { <li><bdi>{(words.version)(version.author.kind, &version.author.name, &moment(version.created_at))}</bdi>{shown}{note}</li> }
    };
    let all = review.versions.iter().map(one).collect::<Vec<_>>();
    let title = (words.versions)(review.versions.len());
    Some(view! {
        <section class="sl-note" data-tone="idle"><Glyph icon=Icon::Info /><div><strong>{title}</strong><ol class="sl-versions">{all}</ol></div><span></span></section>
    })
}

/// What the answer to the decision said, where that is not simply that the run goes on.
pub fn resume(decision: &Decision) -> Option<Html> {
    let words = t().standing;
    let told = decision.resume.as_ref()?;
    let fact = match told.state {
        ResumeState::Resumed => return None,
        ResumeState::Failed => words.resume_failed.to_owned(),
        ResumeState::Pending => words.resume_pending.to_owned(),
        ResumeState::Queued(place) => (words.resume_queued)(place),
        ResumeState::Skipped => words.resume_skipped.to_owned(),
        ResumeState::Unknown => (words.resume_unknown)(&told.raw),
    };
    let error = told.error.clone().map(|error| view! { <bdi>" "{error}</bdi> });
    Some(view! { <p class="sl-sm">{fact}{error}</p> })
}
