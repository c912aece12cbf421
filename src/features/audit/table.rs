use super::changes::changes;
use super::log::Log;
use crate::data::audit::{Entry, Word};
use crate::dom::{KeyedRow, keyed};
use crate::prelude::*;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Icon, Moment, StatusMark};
use std::sync::Arc;

/// The decisions read so far; rows that stay are not touched when more come.
pub fn table(log: Log) -> Html {
    let words = t().audit;
    let heads =
        [words.when, words.who, words.connection, words.run, words.review, words.decision, words.outcome, words.changes, words.reason];
    let rows = move || {
        let build = |entry: Arc<Entry>| -> KeyedRow { (entry.id.to_string(), Box::new(move || row(&entry))) };
        log.entries.get().into_iter().map(build).collect::<Vec<_>>()
    };
    view! {
        <div class="sl-audit">
            <table class="sl-grid" aria-label=words.title>
                <thead><tr>{heads.into_iter().map(|head| view! { <th scope="col">{head}</th> }).collect::<Vec<_>>()}</tr></thead>
                <tbody>{keyed(Box::new(rows))}</tbody>
            </table>
        </div>
    }
}

fn row(entry: &Entry) -> Html {
    let words = t().audit;
    let globals = globals();
    let known = globals.session.connection(&entry.connection);
    let label = known.as_ref().map_or_else(|| entry.connection.clone(), |connection| connection.label.clone());
    let number = globals.numbers.get(&entry.connection, &entry.run);
    let run = number.map_or_else(|| entry.run.clone(), t().shared.run_number);
    let flow = Some(entry.flow.clone()).filter(|flow| !flow.is_empty());
    let (connection, id) = (entry.connection.clone(), entry.run.clone());
    let run_page = Page::Run { connection: connection.clone(), run: id.clone(), flow: flow.clone() }.href();
    let review_page = Page::Review { connection, run: id, review: entry.review.clone(), flow }.href();
    let version = (words.version)(&entry.pin, entry.attempt);
    view! {
        <tr data-run=entry.run.clone()>
            <td data-l=words.when class="sl-nw"><Moment at=entry.at /></td>
            <td data-l=words.who><bdi>{entry.who.clone()}</bdi>" "{(!globals.identity.signed_in).then(|| view! { <span class="sl-mark">{t().who.self_declared}</span> })}</td>
            <td data-l=words.connection><bdi>{label}</bdi></td>
            <td data-l=words.run><a href=run_page title=entry.run.clone()><bdi>{run}</bdi></a></td>
            <td data-l=words.review><a href=review_page title=version><bdi>{entry.review_name.clone()}</bdi></a></td>
            <td data-l=words.decision>{(words.decided)(entry.approve, entry.changes_total)}</td>
            <td data-l=words.outcome>{outcome(&entry.outcome)}</td>
            <td data-l=words.changes>{changes(entry)}</td>
            <td data-l=words.reason class="sl-audit__r">{match entry.reason.clone() {
                Some(reason) => view! { <bdi>{reason}</bdi> },
                None => t().shared.none.view(),
            }}</td>
        </tr>
    }
}

/// What came of it, in shape and word; one that this page does not know is shown as it is.
pub fn outcome(outcome: &Result<Word, String>) -> Html {
    let (tone, icon) = match outcome {
        Ok(Word::Accepted | Word::AlreadyMine) => ("ok", Icon::Check),
        Ok(Word::DecidedByAnother) => ("wait", Icon::User),
        Ok(Word::Changed) => ("odd", Icon::Stale),
        Ok(Word::NoLongerWaiting) => ("idle", Icon::Info),
        Ok(Word::Invalid | Word::Failed) => ("fail", Icon::Failed),
        Ok(Word::NotPermitted) => ("fail", Icon::Lock),
        Ok(Word::NotConfirmed) => ("wait", Icon::Warn),
        Ok(Word::Unknown) => ("idle", Icon::Clock),
        Err(_) => ("odd", Icon::Unknown),
    };
    let words = match outcome {
        Ok(word) => (t().audit.word)(*word).to_owned(),
        Err(raw) => (t().shared.unknown_status)(raw),
    };
    view! { <StatusMark tone=tone icon=icon words=words /> }
}
