//! English.

mod audit;
mod bulk;
mod claims;
mod columns;
mod conflict;
mod decide;
mod export;
mod filter;
mod form;
mod history;
mod keys;
mod overview;
mod presence;
mod preview;
mod queue;
mod review;
mod run;
mod select;
mod shared;
mod shell;
mod sources;
mod standing;
mod start;
mod summary;
mod views;

use super::Strings;

pub(super) static EN: Strings = Strings {
    shared: &shared::WORDS,
    shell: &shell::WORDS,
    history: &history::WORDS,
    filter: &filter::WORDS,
    overview: &overview::WORDS,
    columns: &columns::WORDS,
    views: &views::WORDS,
    summary: &summary::WORDS,
    run: &run::WORDS,
    review: &review::WORDS,
    queue: &queue::WORDS,
    keys: &keys::WORDS,
    standing: &standing::WORDS,
    start: &start::WORDS,
    preview: &preview::WORDS,
    sources: &sources::WORDS,
    decide: &decide::WORDS,
    audit: &audit::WORDS,
    presence: &presence::WORDS,
    form: &form::WORDS,
    conflict: &conflict::WORDS,
    claims: &claims::WORDS,
    select: &select::WORDS,
    bulk: &bulk::WORDS,
    export: &export::WORDS,
};
