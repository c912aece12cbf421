//! The steps of a run after its decision: recorded, resumed, next step started.

use super::versions;
use crate::platform::clock;
use crate::prelude::*;
use crate::state::{Case, Deciding, Phase, case_id};
use crate::strings::t;
use crate::ui::{Glyph, Icon, status_words};
use runs::Timestamp;
use runs::deciding::decision::Event;
use runs::model::review::Outcome;

fn at(moment: Timestamp) -> String {
    (t().shared.clock)(clock::local(moment))
}

/// Recorded, resumed, next step started: three facts, each with the time at which it was seen.
pub fn progress(case: &Case, deciding: Deciding) -> Option<Html> {
    let words = t().review;
    let seen = case.progress.as_ref()?;
    let watched = case.watched;
    let mut going = true;
    let mut row = |name: String, fact: Option<String>| {
        let (state, icon, note) = match fact {
            Some(fact) => ("done", Icon::Check, fact),
            None if !going => ("todo", Icon::Pending, String::new()),
            None => {
                going = false;
                match watched {
                    true => ("now", Icon::Running, words.waiting_for_it.to_owned()),
                    false => ("todo", Icon::Pending, words.not_seen_yet.to_owned()),
                }
            }
        };
        view! { <li data-s=state><Glyph icon=icon />{name}<small>{note}</small></li> }
    };
    let last = match (&seen.next_step, &seen.ended) {
        (None, Some((status, when))) => (words.run_ended, Some(format!("{}, {}", status_words(status), at(*when)))),
        (next, _) => (words.next_step, next.as_ref().map(|(name, when)| format!("{name}, {}", at(*when)))),
    };
    let rows = vec![
        row(words.recorded.into(), seen.recorded.map(at)),
        row(words.resumed.into(), seen.resumed.map(at)),
        row(last.0.into(), last.1),
    ];
    let id = case_id(&case.connection.id, &case.read.run, &case.read.id);
    let resume = match &case.phase {
        Phase::Came(Outcome::Accepted(decision) | Outcome::AlreadyMine(decision)) => versions::resume(decision),
        _ => None,
    };
    let again = (!watched && !seen.settled()).then(|| {
        view! {
            <p class="sl-sm sl-row sl-row--wrap">
                {words.not_moving}
                <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| deciding.on(&id, Event::WatchAgain)>{words.check_again}</button>
            </p>
        }
    });
    Some(
        view! { <div class="sl-stack sl-stack--3" role="status"><ol class="sl-prog" aria-label=words.progress>{rows}</ol>{resume}{again}</div> },
    )
}
